package sealwright.training_test

import data.sealwright.example_test as example
import data.sealwright.training

_admission := {
	"purposes": ["train", "tune"],
	"licences": ["cc-by-4.0", "own"],
	"consent": true,
	"contributors": ["ingest"],
	"min_age_days": 30,
	"max_age_days": 400,
	"residual": {"most": {"EMAIL_ADDRESS": 2, "DEFAULT": 0}},
}

_config := example.with_topic({"training": _admission})

_with(fields) := object.union(_config, {"training": fields})

_only(fields) := example.with_topic({"training": object.union({"purposes": ["train"]}, fields)})

_facts := {
	"attributes": {"licence": "own", "consent": ["train"]},
	"contributor": "ingest",
	"sender": {"verified": true},
	"findings": {"scanned": true, "entities": {"EMAIL_ADDRESS": 2}, "total": 2},
}

_train := example.with_label(example.train, _facts)

_seal := example.with_label(example.seal, object.union(_facts, {"purposes": ["train"]}))

_attribute(fields) := example.with_label(_train, {"attributes": fields})

_found(entities) := example.with_label(_train, {"findings": {"entities": entities}})

_created(time) := example.with_label(_train, {"created_at": time})

_parts := {"licences", "consent", "contributors", "min_age_days", "max_age_days", "residual"}

test_everything_is_admitted_unless_configured if {
	every config in [example.config, {}, _only({})] {
		training.deny == set() with input as example.train with data.sealwright.config as config
		training.deny == set() with input as example.seal with data.sealwright.config as config
		not training.aging with input as example.train with data.sealwright.config as config
	}
}

test_document_that_meets_all_is_admitted if {
	every request in [_train, _seal] {
		training.deny == set() with input as request with data.sealwright.config as _config
	}
	training.aging with input as _train with data.sealwright.config as _config
	not training.aging with input as _train with data.sealwright.config as _only({"min_age_days": 1})
}

test_other_purposes_and_managing_are_not_concerned if {
	sealed := example.with_label(example.seal, {"purposes": ["analyse"]})
	every request in [example.open, example.destroy, sealed] {
		training.deny == set() with input as request with data.sealwright.config as _config
		not training.aging with input as request with data.sealwright.config as _config
	}
}

test_opening_for_the_purpose_is_concerned_as_training_is if {
	request := example.with_context(example.open, {"purpose": "tune"})
	training.deny == {"consent_missing"} with input as request with data.sealwright.config as _only({
		"purposes": ["tune"],
		"consent": true,
	})
}

test_storing_for_training_is_concerned_but_for_age_and_findings if {
	store := example.with_label(example.store, {"purposes": ["train"], "created_at": "2026-11-21T06:59:59Z"})
	answer := {"licence_not_accepted", "consent_missing", "contributor_not_trusted"}
	training.deny == answer with input as store with data.sealwright.config as _config
	not training.aging with input as store with data.sealwright.config as _only({"min_age_days": 1})
	fields := object.remove(_facts, ["findings"])
	training.deny == set() with input as example.with_label(store, fields) with data.sealwright.config as _config
	other := example.with_label(example.store, {"purposes": ["analyse"]})
	training.deny == set() with input as other with data.sealwright.config as _config
}

test_request_without_purpose_is_concerned if {
	every path in ["context/purpose", "context"] {
		request := example.without(example.open, path)
		reasons := {"licence_not_accepted"}
		training.deny == reasons with input as request with data.sealwright.config as _only({"licences": ["own"]})
	}
	bare := example.without(example.seal, "resource/properties/purposes")
	unknown := example.without(example.train, "action/name")
	every request in [bare, example.without(unknown, "context/purpose")] {
		reasons := {"consent_missing"}
		training.deny == reasons with input as request with data.sealwright.config as _only({"consent": true})
	}
}

test_malformed_purposes_concern_everything_but_managing if {
	every purposes in [null, true, 1, "train", {}] {
		config := object.union(_only({"consent": true}), {"training": {"purposes": purposes}})
		training.deny == {"consent_missing"} with input as example.open with data.sealwright.config as config
		training.deny == set() with input as example.destroy with data.sealwright.config as config
	}
}

test_other_or_missing_licence_is_denied if {
	every licence in array.concat(example.hostile, ["OWN", "proprietary", ["own"]]) {
		request := _attribute({"licence": licence})
		training.deny == {"licence_not_accepted"} with input as request with data.sealwright.config as _config
	}
	request := example.without(_train, "resource/properties/attributes/licence")
	training.deny == {"licence_not_accepted"} with input as request with data.sealwright.config as _config
	every licences in [null, true, 1, "own", [], {}] {
		config := _with({"licences": licences})
		training.deny == {"licence_not_accepted"} with input as _train with data.sealwright.config as config
	}
}

test_missing_consent_is_denied if {
	every consent in array.concat(example.hostile, ["train", ["tune"], ["Train"], [["train"]]]) {
		request := _attribute({"consent": consent})
		training.deny == {"consent_missing"} with input as request with data.sealwright.config as _config
	}
	request := example.without(_train, "resource/properties/attributes/consent")
	training.deny == {"consent_missing"} with input as request with data.sealwright.config as _config
}

test_sealing_needs_consent_for_every_training_purpose if {
	both := example.with_label(_seal, {"purposes": ["train", "tune", "analyse"]})
	training.deny == {"consent_missing"} with input as both with data.sealwright.config as _config
	given := example.with_label(both, {"attributes": {"consent": ["tune", "train"]}})
	training.deny == set() with input as given with data.sealwright.config as _config
}

test_consent_is_waived_by_false_alone if {
	request := example.without(_train, "resource/properties/attributes/consent")
	training.deny == set() with input as request with data.sealwright.config as _with({"consent": false})
	every consent in [null, 0, "", "false", [], {}] {
		config := _with({"consent": consent})
		training.deny == {"consent_missing"} with input as request with data.sealwright.config as config
	}
}

test_contributor_that_is_not_trusted_is_denied if {
	fields := [
		{"contributor": "mallory"},
		{"contributor": null},
		{"contributor": ["ingest"]},
		{"sender": {"verified": false}},
		{"sender": {"verified": "true"}},
		{"sender": null},
	]
	every field in fields {
		request := example.with_label(_train, field)
		training.deny == {"contributor_not_trusted"} with input as request with data.sealwright.config as _config
	}
	every path in ["resource/properties/contributor", "resource/properties/sender"] {
		request := example.without(_train, path)
		training.deny == {"contributor_not_trusted"} with input as request with data.sealwright.config as _config
	}
}

test_age_is_bounded_by_whole_days if {
	every time in ["2026-10-22T23:59:59Z", "2025-10-17T00:00:00Z"] {
		training.deny == set() with input as _created(time) with data.sealwright.config as _config
	}
	every time in ["2026-10-23T00:00:00Z", "2026-11-21T06:59:59Z", "2027-01-01T00:00:00Z"] {
		training.deny == {"document_too_new"} with input as _created(time) with data.sealwright.config as _config
	}
	every time in ["2025-10-16T23:59:59Z", "1999-01-01T00:00:00Z"] {
		training.deny == {"document_too_old"} with input as _created(time) with data.sealwright.config as _config
	}
}

test_unknown_age_is_denied if {
	every path in ["context/time", "resource/properties/created_at"] {
		request := example.without(_train, path)
		training.deny == {"age_unknown"} with input as request with data.sealwright.config as _config
	}
	every time in array.concat(example.hostile, ["2026-01-01", "2026-13-01T00:00:00Z"]) {
		training.deny == {"age_unknown"} with input as _created(time) with data.sealwright.config as _config
	}
}

test_malformed_bound_admits_no_age if {
	every days in [null, true, false, "30", [], {}] {
		young := _only({"min_age_days": days})
		training.deny == {"document_too_new"} with input as _train with data.sealwright.config as young
		old := _only({"max_age_days": days})
		training.deny == {"document_too_old"} with input as _train with data.sealwright.config as old
	}
}

test_too_many_findings_are_denied if {
	every entities in [{}, {"EMAIL_ADDRESS": 0}, {"EMAIL_ADDRESS": 2, "IBAN_CODE": 0}] {
		request := object.union(example.without(_train, "resource/properties/findings/entities"), _found(entities))
		training.deny == set() with input as request with data.sealwright.config as _config
	}
	every entities in [{"EMAIL_ADDRESS": 3}, {"IBAN_CODE": 1}, {"EMAIL_ADDRESS": "0"}, {"EMAIL_ADDRESS": null}] {
		every request in [_found(entities), example.with_label(_seal, {"findings": {"entities": entities}})] {
			training.deny == {"residual_findings"} with input as request with data.sealwright.config as _config
		}
	}
}

test_entity_without_a_cap_may_not_be_there if {
	every most in [{}, {"DEFAULT": null}, {"DEFAULT": "9"}, {"EMAIL_ADDRESS": true}] {
		config := _only({"residual": {"most": most}})
		training.deny == {"residual_findings"} with input as _train with data.sealwright.config as config
	}
	missing := _only({"residual": {}})
	training.deny == {"residual_findings"} with input as _train with data.sealwright.config as missing
}

test_missing_findings_are_denied if {
	paths := [
		"resource/properties/findings",
		"resource/properties/findings/scanned",
		"resource/properties/findings/entities",
	]
	every path in paths {
		request := example.without(_train, path)
		training.deny == {"findings_missing"} with input as request with data.sealwright.config as _config
	}
	every fields in [{"scanned": false}, {"scanned": "true"}, {"entities": null}, {"entities": ["EMAIL_ADDRESS"]}] {
		request := example.with_label(_train, {"findings": fields})
		training.deny == {"findings_missing"} with input as request with data.sealwright.config as _config
	}
}

test_findings_may_be_counted_at_sealing_alone if {
	config := _with({"residual": {"at": "sealing"}})
	trained := example.without(_train, "resource/properties/findings")
	training.deny == set() with input as trained with data.sealwright.config as config
	sealed := example.without(_seal, "resource/properties/findings")
	training.deny == {"findings_missing"} with input as sealed with data.sealwright.config as config
	every at in array.concat(example.hostile, ["Sealing"]) {
		both := _with({"residual": {"at": at}})
		training.deny == {"findings_missing"} with input as trained with data.sealwright.config as both
	}
}

test_each_part_alone_leaves_the_others if {
	every part in _parts {
		config := _only({part: _admission[part]})
		training.deny == set() with input as _train with data.sealwright.config as config
		bare := example.without(example.train, "resource/properties/created_at")
		count(training.deny) == 1 with input as bare with data.sealwright.config as config
	}
}
