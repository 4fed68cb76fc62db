# METADATA
# scope: package
# title: Classification
# description: |
#   Compares the document's step on the ladder with the clearance of the subject's roles.
#   For everybody who sorts documents by how much harm they could do.
package sealwright.classification

import data.sealwright.roles

rank[name] := position if some position, name in data.sealwright.config.ladder

level := rank[input.resource.properties.classification]

cleared contains name if {
	some name in roles.held
	rank[data.sealwright.config.roles[name].clearance] >= level
}

deny contains "classification_missing" if not _stated

deny contains "classification_unknown" if {
	_stated
	not _known
}

deny contains "clearance_too_low" if {
	_known
	count(roles.held) > 0
	count(cleared) == 0
}

_stated if is_string(input.resource.properties.classification)

_known if is_number(level)
