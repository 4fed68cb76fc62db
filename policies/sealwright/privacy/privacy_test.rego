package sealwright.privacy_test

import data.sealwright.example_test as example
import data.sealwright.privacy

_transform := {{"type": "transform", "operators": {"DEFAULT": {"operator": "replace"}}}}

_unscanned := {"scanned": false, "reason": "not_text", "entities": {}, "total": 0}

test_clear_role_and_purpose_leave_the_text_clear if {
	privacy.deny == set() with input as example.open with data.sealwright.config as example.config
	privacy.obligations == set() with input as example.open with data.sealwright.config as example.config
}

test_masked_role_sees_masked_text if {
	request := example.with_subject(example.open, {"roles": ["guest"]})
	privacy.deny == set() with input as request with data.sealwright.config as example.config
	privacy.obligations == _transform with input as request with data.sealwright.config as example.config
}

test_clear_role_among_those_that_admit_is_enough if {
	request := example.with_subject(example.open, {"roles": ["guest", "reader"]})
	privacy.obligations == set() with input as request with data.sealwright.config as example.config
}

# The trainer's view is clear, but the trainer is not cleared for this document.
test_clear_role_that_does_not_admit_is_not_enough if {
	request := example.with_subject(example.open, {"roles": ["guest", "trainer"]})
	privacy.obligations == _transform with input as request with data.sealwright.config as example.config
}

test_masked_purpose_masks_for_a_clear_role if {
	privacy.deny == set() with input as example.train with data.sealwright.config as example.config
	privacy.obligations == _transform with input as example.train with data.sealwright.config as example.config
}

test_view_that_is_not_clear_masks if {
	every view in array.concat(example.hostile, ["Clear", "masked"]) {
		role := object.union(example.config, {"roles": {"reader": {"view": view}}})
		privacy.obligations == _transform with input as example.open with data.sealwright.config as role
		purpose := object.union(example.config, {"purposes": {"analyse": {"view": view}}})
		privacy.obligations == _transform with input as example.open with data.sealwright.config as purpose
	}
}

test_missing_field_masks if {
	paths := [
		"subject/properties/roles",
		"action/name",
		"resource/properties/classification",
		"context/purpose",
	]
	every path in paths {
		request := example.without(example.open, path)
		privacy.obligations == _transform with input as request with data.sealwright.config as example.config
	}
}

test_document_with_a_clear_purpose_is_sealed_clear if {
	privacy.deny == set() with input as example.seal with data.sealwright.config as example.config
	privacy.obligations == set() with input as example.seal with data.sealwright.config as example.config
}

test_document_for_masked_purposes_alone_is_sealed_masked if {
	every purposes in [["train"], ["train", "tune"], ["sell"]] {
		request := example.with_label(example.seal, {"purposes": purposes})
		privacy.deny == set() with input as request with data.sealwright.config as example.config
		privacy.obligations == _transform with input as request with data.sealwright.config as example.config
	}
}

test_unscanned_document_is_not_sealed_for_a_masked_purpose if {
	every purposes in [["train"], ["train", "analyse"]] {
		request := example.with_label(example.seal, {"purposes": purposes, "findings": _unscanned})
		privacy.deny == {"not_scanned"} with input as request with data.sealwright.config as example.config
	}
}

test_unscanned_document_is_sealed_for_clear_purposes if {
	request := example.with_label(example.seal, {"purposes": ["analyse"], "findings": _unscanned})
	privacy.deny == set() with input as request with data.sealwright.config as example.config
	privacy.obligations == set() with input as request with data.sealwright.config as example.config
}

test_missing_or_hostile_findings_count_as_unscanned if {
	every path in ["resource/properties/findings", "resource/properties/findings/scanned"] {
		request := example.without(example.seal, path)
		privacy.deny == {"not_scanned"} with input as request with data.sealwright.config as example.config
	}
	every findings in [null, true, 1, "scanned", [], ["scanned"]] {
		request := example.with_label(example.seal, {"findings": findings})
		privacy.deny == {"not_scanned"} with input as request with data.sealwright.config as example.config
	}
	every scanned in [null, false, 0, 1, "", "true", [], [true], {}] {
		request := example.with_label(example.seal, {"findings": {"scanned": scanned}})
		privacy.deny == {"not_scanned"} with input as request with data.sealwright.config as example.config
	}
}

test_opening_needs_no_findings if {
	request := example.without(example.open, "resource/properties/findings")
	privacy.deny == set() with input as request with data.sealwright.config as example.config
}

test_storing_touches_no_text if {
	every purposes in [["train"], ["train", "analyse"], []] {
		request := example.with_label(example.store, {"purposes": purposes, "findings": _unscanned})
		privacy.deny == set() with input as request with data.sealwright.config as example.config
		privacy.obligations == set() with input as request with data.sealwright.config as example.config
	}
}

test_managing_touches_no_text if {
	request := example.with_label(example.destroy, {"findings": _unscanned})
	privacy.deny == set() with input as request with data.sealwright.config as example.config
	privacy.obligations == set() with input as request with data.sealwright.config as example.config
}

test_masking_without_operators_is_denied if {
	partial := {"EMAIL_ADDRESS": {"operator": "redact"}}
	every operators in [null, true, 1, "", [], partial, {"DEFAULT": {}}, {"DEFAULT": "redact"}] {
		config := object.union(object.remove(example.config, ["operators"]), {"operators": operators})
		privacy.deny == {"operators_missing"} with input as example.train with data.sealwright.config as config
		privacy.deny == set() with input as example.open with data.sealwright.config as config
	}
	missing := object.remove(example.config, ["operators"])
	privacy.deny == {"operators_missing"} with input as example.train with data.sealwright.config as missing
}
