package sealwright_test

import data.sealwright

ana := {"type": "user", "id": "ana", "properties": {"roles": ["analyst"], "amr": ["mfa"]}}

request := {
	"subject": ana,
	"action": {"name": "open"},
	"resource": {"type": "document", "id": "d", "properties": {"purposes": ["analyse"]}},
	"context": {"purpose": "analyse"},
}

test_analyst_is_allowed if sealwright.decision.decision with input as request

test_role_is_needed if {
	subject := object.union(ana, {"properties": {"roles": ["guest"]}})
	sealwright.decision.reasons == ["role_missing"] with input as object.union(request, {"subject": subject})
}

test_data_of_a_folder_stand_under_its_name if data.notes.owner == "tests"
