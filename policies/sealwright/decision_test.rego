package sealwright_test

import data.sealwright.example_test as example

_masked := {{"type": "transform", "operators": {"DEFAULT": {"operator": "replace"}}}}

test_open_is_allowed_and_cached if {
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 5000}
	data.sealwright.decision == answer with input as example.open with data.sealwright.config as example.config
}

test_train_is_allowed_with_masked_text if {
	answer := {"decision": true, "reasons": set(), "obligations": _masked, "cache_for_ms": 5000}
	data.sealwright.decision == answer with input as example.train with data.sealwright.config as example.config
}

test_seal_is_allowed_with_every_obligation if {
	request := example.with_label(example.seal, {"purposes": ["train"]})
	config := object.union(example.config, {"recovery": {"recipients": ["age1recovery"]}})
	recovery := {{"type": "require_recipients", "recipients": ["age1recovery"]}}
	answer := {"decision": true, "reasons": set(), "obligations": _masked | recovery, "cache_for_ms": 5000}
	data.sealwright.decision == answer with input as request with data.sealwright.config as config
}

test_destroy_is_allowed if {
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 5000}
	data.sealwright.decision == answer with input as example.destroy with data.sealwright.config as example.config
}

test_document_with_an_end_is_not_cached if {
	request := example.with_label(example.open, {"retain_until": "2031-01-01T00:00:00Z"})
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 0}
	data.sealwright.decision == answer with input as request with data.sealwright.config as example.config
}

test_cache_is_off_unless_configured if {
	config := object.remove(example.config, ["cache_for_ms"])
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 0}
	data.sealwright.decision == answer with input as example.open with data.sealwright.config as config
}

_confidential := example.with_label(example.train, {"classification": "confidential"})

_denials := [
	{"reason": "action_unknown", "request": object.union(example.destroy, {"action": {"name": "steal"}})},
	{"reason": "role_missing", "request": example.with_subject(example.open, {"roles": ["nobody"]})},
	{"reason": "role_not_permitted", "request": example.with_subject(example.open, {"roles": ["author"]})},
	{"reason": "roles_not_combinable", "request": example.with_subject(_confidential, {"roles": ["trainer", "reader"]})},
	{"reason": "purpose_missing", "request": example.without(example.open, "context/purpose")},
	{"reason": "purpose_mismatch", "request": example.with_context(example.train, {"purpose": "analyse"})},
	{"reason": "purpose_not_on_label", "request": example.with_label(example.open, {"purposes": ["train"]})},
	{"reason": "purpose_not_granted", "request": example.with_context(example.open, {"purpose": "train"})},
	{"reason": "label_purposes_missing", "request": example.with_label(example.seal, {"purposes": []})},
	{"reason": "classification_missing", "request": example.with_label(example.open, {"classification": null})},
	{"reason": "classification_unknown", "request": example.with_label(example.open, {"classification": "secret"})},
	{"reason": "clearance_too_low", "request": example.with_label(example.open, {"classification": "restricted"})},
	{"reason": "mfa_required", "request": example.with_subject(example.open, {"amr": ["pwd"]})},
	{"reason": "tenant_missing", "request": example.with_subject(example.open, {"tenant": null})},
	{"reason": "tenant_mismatch", "request": example.with_label(example.open, {"tenant": "globex"})},
	{"reason": "time_missing", "request": example.without(example.open, "context/time")},
	{"reason": "created_at_missing", "request": example.without(example.open, "resource/properties/created_at")},
	{"reason": "created_in_future", "request": example.with_label(example.open, {"created_at": "2027-01-01T00:00:00Z"})},
	{"reason": "retain_until_malformed", "request": example.with_label(example.open, {"retain_until": "soon"})},
	{"reason": "retention_expired", "request": example.with_label(example.open, {"retain_until": "2026-11-21T06:59:59Z"})},
	{"reason": "not_scanned", "request": example.with_label(example.seal, {"findings": {"scanned": false}})},
]

test_each_reason_reaches_the_answer if {
	every denial in _denials {
		decision := data.sealwright.decision with input as denial.request with data.sealwright.config as example.config
		decision.decision == false
		denial.reason in decision.reasons
		decision.obligations == set()
		decision.cache_for_ms == 0
	}
}

test_each_reason_stands_alone_but_for_an_unknown_action if {
	alone := [denial | some denial in _denials; denial.reason != "action_unknown"]
	count(alone) == 20
	every denial in alone {
		decision := data.sealwright.decision with input as denial.request with data.sealwright.config as example.config
		decision.reasons == {denial.reason}
	}
}

test_missing_operators_deny if {
	config := object.remove(example.config, ["operators"])
	decision := data.sealwright.decision with input as example.train with data.sealwright.config as config
	decision.decision == false
	decision.reasons == {"operators_missing"}
}

test_reasons_add_up if {
	request := example.with_subject(example.open, {"roles": ["trainer"], "amr": [], "tenant": "globex"})
	decision := data.sealwright.decision with input as request with data.sealwright.config as example.config
	decision.reasons == {"clearance_too_low", "mfa_required", "purpose_not_granted", "tenant_mismatch"}
}

_paths := [
	"subject",
	"subject/properties",
	"subject/properties/roles",
	"subject/properties/tenant",
	"subject/properties/amr",
	"action",
	"action/name",
	"resource",
	"resource/properties",
	"resource/properties/classification",
	"resource/properties/purposes",
	"resource/properties/tenant",
	"resource/properties/created_at",
	"context",
	"context/time",
]

test_missing_field_denies if {
	every path in array.concat(_paths, ["context/purpose"]) {
		request := example.without(example.open, path)
		decision := data.sealwright.decision with input as request with data.sealwright.config as example.config
		decision.decision == false
		count(decision.reasons) > 0
	}
	every path in array.concat(_paths, ["resource/properties/findings", "resource/properties/findings/scanned"]) {
		request := example.without(example.seal, path)
		decision := data.sealwright.decision with input as request with data.sealwright.config as example.config
		decision.decision == false
		count(decision.reasons) > 0
	}
}

test_hostile_input_denies if {
	every request in example.hostile {
		decision := data.sealwright.decision with input as request with data.sealwright.config as example.config
		decision.decision == false
		count(decision.reasons) > 0
	}
}

test_missing_configuration_denies if {
	every request in [example.open, example.train, example.seal, example.destroy] {
		decision := data.sealwright.decision with input as request with data.sealwright.config as {}
		decision.decision == false
		count(decision.reasons) > 0
	}
	every part in ["actions", "ladder", "roles", "mfa", "operators"] {
		config := object.remove(example.config, [part])
		decision := data.sealwright.decision with input as example.train with data.sealwright.config as config
		decision.decision == false
		count(decision.reasons) > 0
	}
}

test_missing_purposes_mask if {
	config := object.remove(example.config, ["purposes"])
	decision := data.sealwright.decision with input as example.open with data.sealwright.config as config
	decision.obligations == _masked
}

# Whatever the topics say: without a role that admits the whole request, nothing is allowed.
test_absent_reasons_do_not_allow if {
	decision := data.sealwright.decision with input as example.open
		with data.sealwright.config as example.config
		with data.sealwright.admission.admitting as set()
		with data.sealwright.admission.deny as set()
	decision.reasons == set()
	decision.decision == false
}
