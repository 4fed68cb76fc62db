package sealwright.retrieval_test

import data.sealwright.example_test as example
import data.sealwright.retrieval

_ending := example.with_topic({"retrieval": {"every_document_ends": true}})

_matching := example.with_topic({"retrieval": {"match": {"department": "unit"}}})

_legal := example.with_label(
	example.with_subject(example.open, {"unit": "legal"}),
	{"attributes": {"department": "legal"}},
)

_allows(request) if {
	retrieval.allow with input as request with data.sealwright.config as example.config
}

test_what_would_open_is_returned if {
	every request in [example.open, example.train] {
		_allows(request)
		decision := data.sealwright.decision with input as request with data.sealwright.config as example.config
		decision.decision
	}
}

test_answer_is_the_same if {
	retrieval.decision == {"decision": true} with input as example.open with data.sealwright.config as example.config
	retrieval.decision == {"decision": false} with input as {} with data.sealwright.config as example.config
}

test_what_would_not_open_is_not_returned if {
	requests := [
		example.with_label(example.open, {"tenant": "globex"}),
		example.with_label(example.open, {"classification": "restricted"}),
		example.with_label(example.open, {"classification": "secret"}),
		example.with_label(example.open, {"purposes": ["train"]}),
		example.with_label(example.open, {"purposes": []}),
		example.with_label(example.open, {"created_at": "2026-11-21T07:00:01Z"}),
		example.with_context(example.open, {"purpose": "train"}),
		example.with_subject(example.open, {"roles": ["trainer"]}),
		example.with_subject(example.open, {"roles": []}),
		example.with_subject(example.open, {"amr": ["pwd"]}),
	]
	every request in requests {
		not _allows(request)
		decision := data.sealwright.decision with input as request with data.sealwright.config as example.config
		decision.decision == false
	}
}

test_only_use_is_retrieval if {
	every request in [example.seal, example.destroy, object.union(example.open, {"action": {"name": "steal"}})] {
		not _allows(request)
	}
}

# The trainer may not see confidential documents; the reader may, but not train.
test_rights_of_two_roles_do_not_add_up if {
	request := example.with_subject(example.train, {"roles": ["trainer", "reader"]})
	readable := {"public", "internal"}
	retrieval.readable == readable with input as request with data.sealwright.config as example.config
}

test_without_a_second_factor_lower_steps_are_returned if {
	request := example.with_subject(example.open, {"amr": ["pwd"]})
	readable := {"public", "internal"}
	retrieval.readable == readable with input as request with data.sealwright.config as example.config
	_allows(example.with_label(request, {"classification": "internal"}))
}

test_what_may_be_read_does_not_depend_on_the_document if {
	blind := object.remove(example.open, ["resource"])
	readable := {"public", "internal", "confidential"}
	retrieval.readable == readable with input as blind with data.sealwright.config as example.config
}

test_missing_field_is_not_returned if {
	paths := [
		"subject",
		"subject/properties",
		"subject/properties/roles",
		"subject/properties/tenant",
		"subject/properties/amr",
		"action",
		"action/name",
		"resource",
		"resource/properties",
		"resource/properties/tenant",
		"resource/properties/classification",
		"resource/properties/purposes",
		"resource/properties/created_at",
		"context",
		"context/time",
		"context/purpose",
	]
	every path in paths {
		not _allows(example.without(example.open, path))
	}
	both := example.without(example.without(example.open, "subject/properties/tenant"), "resource/properties/tenant")
	not _allows(both)
	nobody := example.with_label(example.with_subject(example.open, {"tenant": null}), {"tenant": null})
	not _allows(nobody)
}

test_hostile_input_is_not_returned if {
	every request in example.hostile {
		not _allows(request)
	}
}

test_document_after_its_end_is_left_to_the_decision if {
	_allows(example.with_label(example.open, {"retain_until": "2024-12-31T23:59:59Z"}))
}

test_end_is_compared_where_every_document_has_one if {
	every time in ["2026-11-21T07:00:00Z", "2031-01-01T00:00:00Z"] {
		request := example.with_label(example.open, {"retain_until": time})
		retrieval.allow with input as request with data.sealwright.config as _ending
	}
	ended := example.with_label(example.open, {"retain_until": "2026-11-21T06:59:59Z"})
	not retrieval.allow with input as ended with data.sealwright.config as _ending
	not retrieval.allow with input as example.open with data.sealwright.config as _ending
}

test_attributes_match_claims_where_configured if {
	retrieval.allow with input as _legal with data.sealwright.config as _matching
	every unit in ["sales", "", 1, null, ["legal"]] {
		request := example.with_subject(_legal, {"unit": unit})
		not retrieval.allow with input as request with data.sealwright.config as _matching
	}
	paths := [
		"subject/properties/unit",
		"resource/properties/attributes",
		"resource/properties/attributes/department",
	]
	every path in paths {
		not retrieval.allow with input as example.without(_legal, path) with data.sealwright.config as _matching
	}
}

test_missing_configuration_returns_nothing if {
	not retrieval.allow with input as example.open with data.sealwright.config as {}
	every part in ["actions", "ladder", "roles", "mfa"] {
		config := object.remove(example.config, [part])
		request := example.with_subject(example.open, {"amr": ["pwd"]})
		not retrieval.allow with input as request with data.sealwright.config as config
	}
}
