# METADATA
# scope: package
# title: Defaults
# description: What the roles of `data.json` may open. A team that edits `data.json` edits this file with it.
package sealwright.defaults_test

import data.sealwright.example_test as example

_people := {
	"analyst": {"roles": ["analyst"], "amr": ["pwd", "mfa"], "purpose": "analyse"},
	"trainer": {"roles": ["trainer"], "amr": ["hwk"], "purpose": "train"},
	"contractor": {"roles": ["contractor"], "amr": ["pwd"], "purpose": "retrieve"},
}

_any := ["train", "retrieve", "analyse"]

_documents := {
	"public": {"classification": "public", "purposes": _any},
	"handbook": {"classification": "internal", "purposes": _any},
	"support": {"classification": "confidential", "purposes": _any},
	"contract": {"classification": "confidential", "purposes": ["retrieve", "analyse"]},
	"hr": {"classification": "restricted", "purposes": ["analyse"]},
	"foreign": {"classification": "internal", "purposes": _any, "tenant": "globex"},
	"expired": {"classification": "internal", "purposes": _any, "retain_until": "2024-12-31T23:59:59Z"},
}

_request(person, document) := example.with_label(asked, document) if {
	subject := example.with_subject(example.open, {"roles": person.roles, "amr": person.amr})
	asked := example.with_context(subject, {"purpose": person.purpose})
}

_views(person) := {name: view |
	some name, document in _documents
	answer := data.sealwright.decision with input as _request(_people[person], document)
	view := _view(answer)
}

_view(answer) := "clear" if {
	answer.decision
	count(answer.obligations) == 0
}

_view(answer) := "masked" if {
	answer.decision
	some obligation in answer.obligations
	obligation.type == "transform"
	obligation.operators == data.sealwright.config.operators
}

_view(answer) := answer.reasons if not answer.decision

test_analyst_opens_the_tenants_documents_in_clear if {
	_views("analyst") == {
		"public": "clear",
		"handbook": "clear",
		"support": "clear",
		"contract": "clear",
		"hr": "clear",
		"foreign": {"tenant_mismatch"},
		"expired": {"retention_expired"},
	}
}

test_trainer_opens_training_documents_masked if {
	_views("trainer") == {
		"public": "masked",
		"handbook": "masked",
		"support": "masked",
		"contract": {"purpose_not_on_label"},
		"hr": {"clearance_too_low", "purpose_not_on_label"},
		"foreign": {"tenant_mismatch"},
		"expired": {"retention_expired"},
	}
}

test_contractor_opens_internal_documents_masked if {
	_views("contractor") == {
		"public": "masked",
		"handbook": "masked",
		"support": {"clearance_too_low", "mfa_required"},
		"contract": {"clearance_too_low", "mfa_required"},
		"hr": {"clearance_too_low", "mfa_required", "purpose_not_on_label"},
		"foreign": {"tenant_mismatch"},
		"expired": {"retention_expired"},
	}
}

test_contributor_seals_but_does_not_open if {
	contributor := example.with_subject(example.seal, {"roles": ["contributor"]})
	restricted := example.with_label(contributor, {"purposes": _any, "classification": "restricted"})
	sealed := data.sealwright.decision with input as restricted
	_view(sealed) == "clear"
	trained := data.sealwright.decision with input as example.with_label(contributor, {"purposes": ["train"]})
	_view(trained) == "masked"
	opened := data.sealwright.decision with input as example.with_subject(example.open, {"roles": ["contributor"]})
	_view(opened) == {"role_not_permitted"}
}

test_retriever_opens_for_retrieval_alone if {
	request := example.with_label(example.with_subject(example.open, {"roles": ["retriever"]}), {"purposes": _any})
	retrieved := data.sealwright.decision with input as example.with_context(request, {"purpose": "retrieve"})
	_view(retrieved) == "masked"
	analysed := data.sealwright.decision with input as request
	_view(analysed) == {"purpose_not_granted"}
}

test_roles_that_read_fetch_what_they_are_cleared_for if {
	fetch := example.with_label(example.fetch, {"purposes": _any})
	every role in ["analyst", "trainer", "retriever", "officer"] {
		answer := data.sealwright.decision with input as example.with_subject(fetch, {"roles": [role]})
		_view(answer) == "clear"
	}
	contractor := data.sealwright.decision with input as example.with_subject(fetch, {"roles": ["contractor"]})
	_view(contractor) == {"clearance_too_low"}
	contributor := data.sealwright.decision with input as example.with_subject(fetch, {"roles": ["contributor"]})
	_view(contributor) == {"role_not_permitted"}
}

test_contributor_alone_stores if {
	stored := example.with_label(example.with_subject(example.store, {"roles": ["contributor"]}), {"purposes": _any})
	answer := data.sealwright.decision with input as stored
	_view(answer) == "clear"
	every role in ["analyst", "trainer", "retriever", "contractor", "officer"] {
		refused := data.sealwright.decision with input as example.with_subject(stored, {"roles": [role]})
		"role_not_permitted" in refused.reasons
	}
}

test_officer_rotates_and_opens_nothing if {
	officer := example.with_subject(example.destroy, {"roles": ["officer"]})
	rotated := data.sealwright.decision with input as object.union(officer, {"action": {"name": "rotate"}})
	_view(rotated) == "clear"
	every name in ["seal", "store", "open", "release", "export", "train", "retrieve", "destroy", "administer"] {
		answer := data.sealwright.decision with input as object.union(officer, {"action": {"name": name}})
		answer.decision == false
		"role_not_permitted" in answer.reasons
	}
}

test_every_role_and_purpose_is_spelt_alike if {
	config := data.sealwright.config
	every role in config.roles {
		every action in role.actions {
			config.actions[action]
		}
		every purpose in role.purposes {
			config.purposes[purpose]
		}
		role.clearance in config.ladder
		role.view in {"clear", "masked"}
	}
	config.mfa.from in config.ladder
}
