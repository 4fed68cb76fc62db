# METADATA
# scope: package
# title: Separation of duties
# description: |
#   Demands k of n officers for what nobody should do alone, and keeps duties apart that no one should hold together.
#   For teams under audit (SOX, ISO 27001, bank rules), and for everybody who exports, recovers or destroys.
package sealwright.duties

import data.sealwright.classification
import data.sealwright.roles
import data.sealwright.timestamp

# Whether the answer ends with approvals.
approved if count(_demands) > 0

deny contains "approvals_missing" if {
	some demand in _demands
	not _enough(demand)
}

deny contains "duties_not_separated" if {
	some pair in _list("apart")
	_forbidden(pair)
}

deny contains "own_document" if {
	_on_list("not_own")
	not _of_another
}

_demands contains demand if {
	some demand in _list("approvals")
	not _waived(demand)
}

_waived(demand) if {
	is_string(input.action.name)
	is_array(demand.actions)
	not input.action.name in demand.actions
}

_waived(demand) if classification.level < classification.rank[demand.from]

_enough(demand) if {
	is_number(demand.least)
	demand.least >= 1
	officers := {officer | some officer in _approving; officer in demand.officers}
	count(officers) >= demand.least
}

# Who approved, in time, that this subject does this to this document; never the subject.
_approving contains approval.officer if {
	is_array(input.context.approvals)
	some approval in input.context.approvals
	is_string(input.subject.id)
	approval.subject == input.subject.id
	approval.officer != input.subject.id
	approval.action == input.action.name
	approval.document_id == input.resource.properties.document_id
	timestamp.valid(approval.until)
	_timed
	approval.until >= input.context.time
}

_timed if timestamp.valid(input.context.time)

# Every role counts that the subject holds, not only the one that admits.
_forbidden(pair) if {
	some name in pair.actions
	name == input.action.name
	some role in roles.held
	some held in data.sealwright.config.roles[role].actions
	held in pair.holders_of
}

_on_list(key) if {
	some name in _list(key)
	name == input.action.name
}

_of_another if {
	is_string(input.subject.id)
	is_string(input.resource.properties.contributor)
	input.resource.properties.contributor != input.subject.id
}

_list(key) := list if {
	list := data.sealwright.config.duties[key]
	is_array(list)
}
