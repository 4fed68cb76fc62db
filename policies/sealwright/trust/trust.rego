# METADATA
# scope: package
# title: Contributor trust
# description: |
#   Takes documents from enrolled senders alone, each within what it may contribute, and none from quarantine.
#   For teams whose corpora many parties feed, and who must be able to shut one of them out.
package sealwright.trust

import data.sealwright.action
import data.sealwright.classification
import data.sealwright.purpose

obligations contains {"type": "require_signature"} if {
	action.incoming
	_signed_only
}

deny contains "sender_unverified" if {
	_concerned
	_signed_only
	not _verified
}

deny contains "sender_unknown" if {
	_concerned
	_enrolling
	_verified
	not _enrolled
}

deny contains "contributor_missing" if {
	_concerned
	_naming
	not _named
}

deny contains "contribution_not_permitted" if {
	_concerned
	_enrolled
	_named
	not _permitted
}

deny contains "quarantined" if {
	_concerned
	_quarantined
}

# Managing goes on, or what is in quarantine could not be destroyed.
_concerned if {
	"trust" in object.keys(data.sealwright.config)
	not _managing
}

_managing if action.kind == "manage"

_enrolling if "senders" in object.keys(data.sealwright.config.trust)

_signed_only if _enrolling

_signed_only if count(data.sealwright.config.trust.quarantine.senders) > 0

_naming if _enrolling

_naming if count(data.sealwright.config.trust.quarantine.contributors) > 0

_sender := input.resource.properties.sender

_verified if {
	_sender.verified == true
	is_string(_sender.key_id)
}

_named if is_string(input.resource.properties.contributor)

_grant := data.sealwright.config.trust.senders[_sender.key_id] if _verified

_enrolled if is_object(_grant)

_permitted if {
	input.resource.properties.contributor in _grant.contributors
	input.resource.properties.tenant in _grant.tenants
	classification.level <= classification.rank[_grant.clearance]
	is_array(_grant.purposes)
	count(purpose.on_label - {name | some name in _grant.purposes}) == 0
}

# Without its id, a document cannot be told from those in quarantine.
_quarantined if {
	count(data.sealwright.config.trust.quarantine.documents) > 0
	not _identified
}

_quarantined if input.resource.properties.document_id in data.sealwright.config.trust.quarantine.documents

_quarantined if input.resource.properties.contributor in data.sealwright.config.trust.quarantine.contributors

# A signature that was not verified quarantines too: it would be refused in any case.
_quarantined if _sender.key_id in data.sealwright.config.trust.quarantine.senders

_identified if is_string(input.resource.properties.document_id)
