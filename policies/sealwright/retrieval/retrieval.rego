# METADATA
# scope: package
# title: Retrieval
# description: |
#   Says which documents a search may return at all, in conditions on the label that a store can filter by.
#   For teams with a vector store or an index. It spares them hits that would not open; each hit is decided again.
package sealwright.retrieval

import data.sealwright.action
import data.sealwright.classification
import data.sealwright.mfa
import data.sealwright.purpose
import data.sealwright.roles
import data.sealwright.timestamp

# METADATA
# title: Whether a search may return the document
# description: Everything but `input.resource` is known before the search. No condition wants a field to be missing.
# entrypoint: true
default allow := false

allow if {
	action.kind == "use"
	is_string(input.subject.properties.tenant)
	input.resource.properties.tenant == input.subject.properties.tenant
	input.resource.properties.classification in readable
	purpose.requested in input.resource.properties.purposes
	timestamp.valid(input.context.time)
	input.resource.properties.created_at <= input.context.time
	_in_time
	every attribute, claim in _matches {
		_equal(attribute, claim)
	}
}

_equal(attribute, claim) if {
	input.resource.properties.attributes[attribute] == input.subject.properties[claim]
}

# The same as an answer, for whoever decides instead of filtering.
decision := {"decision": allow}

# The steps that one role of the subject reads for this action and purpose.
readable contains step if {
	some name in roles.permitting
	purpose.requested in data.sealwright.config.roles[name].purposes
	some step, rank in classification.rank
	rank <= classification.rank[data.sealwright.config.roles[name].clearance]
	_verified(rank)
}

_verified(rank) if rank < classification.rank[data.sealwright.config.mfa.from]

_verified(_) if mfa.verified

# A label may have no end, and no store says so in the same way: compared only where every label has one.
_in_time if not _all_end

_in_time if input.resource.properties.retain_until >= input.context.time

_all_end if data.sealwright.config.retrieval.every_document_ends == true

_matches[attribute] := claim if {
	is_object(data.sealwright.config.retrieval.match)
	some attribute, claim in data.sealwright.config.retrieval.match
}
