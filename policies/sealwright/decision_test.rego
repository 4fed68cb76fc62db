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

test_store_and_fetch_are_allowed_without_obligations if {
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 5000}
	config := object.union(example.config, {"recovery": {"recipients": ["age1recovery"]}})
	every request in [example.store, example.fetch] {
		data.sealwright.decision == answer with input as request with data.sealwright.config as config
		masked := example.with_label(request, {"purposes": ["train"]})
		data.sealwright.decision == answer with input as masked with data.sealwright.config as config
	}
}

test_storing_from_an_enrolled_sender_wants_its_signature if {
	grant := {"contributors": ["ingest"], "tenants": ["acme"], "purposes": ["train", "analyse"], "clearance": "restricted"}
	config := example.with_topic({"trust": {"senders": {"acme+0a1b2c3d": grant}}})
	decision := data.sealwright.decision with input as _signed(example.store) with data.sealwright.config as config
	decision.obligations == {{"type": "require_signature"}}
	unsigned := data.sealwright.decision with input as example.store with data.sealwright.config as config
	unsigned.reasons == {"sender_unverified", "contributor_missing"}
}

test_document_with_an_end_is_not_cached if {
	request := example.with_label(example.open, {"retain_until": "2031-01-01T00:00:00Z"})
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 0}
	data.sealwright.decision == answer with input as request with data.sealwright.config as example.config
}

# Each allows, by facts that may be others a moment later.
_passing := [
	{
		"config": {"duties": {"approvals": [{"actions": ["open"], "officers": ["ada"], "least": 1}]}},
		"context": {"approvals": [{
			"officer": "ada",
			"subject": "rea@acme.example",
			"action": "open",
			"document_id": "doc-1",
			"until": "2026-11-21T08:00:00Z",
		}]},
		"claims": {},
	},
	{
		"config": {"stepup": {"requirements": [{"from": "public", "max_age_s": 900}]}},
		"context": {},
		"claims": {"auth_time": 1795244100},
	},
	{
		"config": {"training": {"purposes": ["analyse"], "max_age_days": 400}},
		"context": {},
		"claims": {},
	},
	{
		"config": {"volume": {"documents_today": {"most": 100}}},
		"context": {"counters": {"documents_today": 0}},
		"claims": {},
	},
]

test_answer_by_passing_facts_is_not_cached if {
	answer := {"decision": true, "reasons": set(), "obligations": set(), "cache_for_ms": 0}
	every case in _passing {
		request := example.with_context(example.with_subject(example.open, case.claims), case.context)
		config := example.with_topic(case.config)
		data.sealwright.decision == answer with input as request with data.sealwright.config as config
	}
}

test_sealing_by_an_enrolled_sender_wants_its_signature if {
	grant := {"contributors": ["ingest"], "tenants": ["acme"], "purposes": ["train", "analyse"], "clearance": "restricted"}
	config := example.with_topic({"trust": {"senders": {"acme+0a1b2c3d": grant}}})
	decision := data.sealwright.decision with input as _signed(example.seal) with data.sealwright.config as config
	decision.obligations == {{"type": "require_signature"}}
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

# Reasons of topics that are off unless they are configured. None of the facts they want is there.
_configured_denials := [
	{
		"reason": "attribute_missing",
		"config": {"attributes": {"rule": {"any_of": [[_department]]}}},
		"request": example.open,
	},
	{
		"reason": "attribute_mismatch",
		"config": {"attributes": {"rule": {"any_of": [[_department]]}}},
		"request": example.with_subject(example.open, {"department": "sales"}),
	},
	{
		"reason": "configuration_invalid",
		"config": {"residancy": {"zones": {}}},
		"request": example.open,
	},
	{
		"reason": "approvals_missing",
		"config": {"duties": {"approvals": [{"actions": ["destroy"], "officers": ["ada"], "least": 1}]}},
		"request": example.destroy,
	},
	{
		"reason": "duties_not_separated",
		"config": {"duties": {"apart": [{"holders_of": ["destroy"], "actions": ["open"]}]}},
		"request": example.with_subject(example.open, {"roles": ["reader", "officer"]}),
	},
	{
		"reason": "own_document",
		"config": {"duties": {"not_own": ["destroy"]}},
		"request": example.destroy,
	},
	{
		"reason": "legal_hold",
		"config": {"hold": {"orders": {"smith": {"documents": ["doc-1"], "use": "continue"}}}},
		"request": example.destroy,
	},
	{
		"reason": "hold_unclear",
		"config": {"hold": {"orders": {"smith": {"matters": ["m-1"], "use": "continue"}}}},
		"request": example.destroy,
	},
	{
		"reason": "residency_missing",
		"config": {"residency": {"zones": {"eu": ["de"]}}},
		"request": _in_germany(example.open),
	},
	{
		"reason": "residency_unknown",
		"config": {"residency": {"zones": {"eu": ["de"]}, "default": "us"}},
		"request": _in_germany(example.open),
	},
	{
		"reason": "region_missing",
		"config": {"residency": {"zones": {"eu": ["de"]}, "default": "eu"}},
		"request": example.open,
	},
	{
		"reason": "region_not_allowed",
		"config": {"residency": {"zones": {"eu": ["fr"]}, "default": "eu"}},
		"request": _in_germany(example.open),
	},
	{
		"reason": "step_up_required",
		"config": {"stepup": {"levels": ["one"], "requirements": [{"from": "internal", "acr": "one"}]}},
		"request": example.open,
	},
	{
		"reason": "reauthentication_required",
		"config": {"stepup": {"requirements": [{"from": "internal", "max_age_s": 900}]}},
		"request": example.open,
	},
	{
		"reason": "licence_not_accepted",
		"config": {"training": {"purposes": ["train"], "licences": ["own"]}},
		"request": example.train,
	},
	{
		"reason": "consent_missing",
		"config": {"training": {"purposes": ["train"], "consent": true}},
		"request": example.train,
	},
	{
		"reason": "contributor_not_trusted",
		"config": {"training": {"purposes": ["train"], "contributors": ["ingest"]}},
		"request": example.train,
	},
	{
		"reason": "age_unknown",
		"config": {"training": {"purposes": ["train"], "min_age_days": 1}},
		"request": example.with_label(example.train, {"created_at": "2025-13-01T00:00:00Z"}),
	},
	{
		"reason": "document_too_new",
		"config": {"training": {"purposes": ["train"], "min_age_days": 400}},
		"request": example.train,
	},
	{
		"reason": "document_too_old",
		"config": {"training": {"purposes": ["train"], "max_age_days": 7}},
		"request": example.train,
	},
	{
		"reason": "findings_missing",
		"config": {"training": {"purposes": ["train"], "residual": {"most": {}}}},
		"request": example.train,
	},
	{
		"reason": "residual_findings",
		"config": {"training": {"purposes": ["train"], "residual": {"most": {}}}},
		"request": example.seal,
	},
	{
		"reason": "sender_unverified",
		"config": {"trust": {"quarantine": {"senders": ["mallory+00000000"]}}},
		"request": example.open,
	},
	{
		"reason": "sender_unknown",
		"config": {"trust": {"senders": {}}},
		"request": _signed(example.open),
	},
	{
		"reason": "contributor_missing",
		"config": {"trust": {"quarantine": {"contributors": ["mallory"]}}},
		"request": example.open,
	},
	{
		"reason": "contribution_not_permitted",
		"config": {"trust": {"senders": {"acme+0a1b2c3d": {
			"contributors": [],
			"tenants": [],
			"purposes": [],
			"clearance": "public",
		}}}},
		"request": _signed(example.open),
	},
	{
		"reason": "quarantined",
		"config": {"trust": {"quarantine": {"documents": ["doc-1"]}}},
		"request": example.open,
	},
	{
		"reason": "subject_revoked",
		"config": {"revocation": {"subjects": ["rea@acme.example"]}},
		"request": example.open,
	},
	{
		"reason": "client_revoked",
		"config": {"revocation": {"clients": ["cli-1"]}},
		"request": example.open,
	},
	{
		"reason": "counter_missing",
		"config": {"volume": {"documents_today": {"most": 100}}},
		"request": example.open,
	},
	{
		"reason": "volume_exceeded",
		"config": {"volume": {"documents_today": {"most": 100}}},
		"request": example.with_context(example.open, {"counters": {"documents_today": 100}}),
	},
]

_department := {"fact": ["subject", "department"], "operator": "eq", "value": "legal"}

_in_germany(request) := example.with_context(example.with_subject(request, {"region": "de"}), {"region": "de"})

_signed(request) := example.with_label(request, {
	"contributor": "ingest",
	"sender": {"verified": true, "key_id": "acme+0a1b2c3d"},
})

test_each_reason_of_a_configured_topic_stands_alone if {
	every denial in _configured_denials {
		allowed := data.sealwright.decision with input as denial.request with data.sealwright.config as example.config
		allowed.decision
		config := example.with_topic(denial.config)
		refused := data.sealwright.decision with input as denial.request with data.sealwright.config as config
		refused == {"decision": false, "reasons": {denial.reason}, "obligations": set(), "cache_for_ms": 0}
	}
}

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
	every request in [example.open, example.train, example.seal, example.store, example.fetch, example.destroy] {
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
