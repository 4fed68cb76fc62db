# METADATA
# scope: package
# title: Multi-factor authentication
# description: |
#   Demands, from one step of the ladder upward, a claim `amr` (RFC 8176) that names an accepted method.
#   For teams whose identity provider says how the user signed in.
package sealwright.mfa

import data.sealwright.classification

deny contains "mfa_required" if {
	not _below
	not verified
}

_below if classification.level < classification.rank[data.sealwright.config.mfa.from]

verified if {
	is_array(input.subject.properties.amr)
	some method in input.subject.properties.amr
	method in data.sealwright.config.mfa.methods
}
