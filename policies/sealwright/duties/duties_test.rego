package sealwright.duties_test

import data.sealwright.duties
import data.sealwright.example_test as example

_demand := {"actions": ["destroy"], "officers": ["ada", "bea", "cyd"], "least": 2}

_config := example.with_topic({"duties": {
	"approvals": [_demand],
	"apart": [{"holders_of": ["destroy"], "actions": ["open", "train"]}],
	"not_own": ["destroy"],
}})

_approval(officer) := {
	"officer": officer,
	"subject": "olaf",
	"action": "destroy",
	"document_id": "doc-1",
	"until": "2026-11-21T08:00:00Z",
}

_asked := object.union(example.with_label(example.destroy, {"contributor": "ingest"}), {"subject": {"id": "olaf"}})

_destroy(officers) := example.with_context(_asked, {"approvals": [_approval(officer) | some officer in officers]})

_for_bea(officers) := object.union(
	example.with_context(_asked, {"approvals": [object.union(_approval(officer), {"subject": "bea"}) |
		some officer in officers
	]}),
	{"subject": {"id": "bea"}},
)

_demanding(fields) := example.with_topic({"duties": {"approvals": [object.union(_demand, fields)]}})

test_nothing_is_demanded_unless_configured if {
	every config in [example.config, {}, example.with_topic({"duties": {}})] {
		duties.deny == set() with input as example.destroy with data.sealwright.config as config
		not duties.approved with input as example.destroy with data.sealwright.config as config
	}
}

test_enough_officers_pass if {
	every officers in [["ada", "bea"], ["cyd", "ada"], ["ada", "bea", "cyd"], ["mallory", "ada", "bea"]] {
		duties.deny == set() with input as _destroy(officers) with data.sealwright.config as _config
		duties.approved with input as _destroy(officers) with data.sealwright.config as _config
	}
}

test_too_few_officers_are_denied if {
	every officers in [[], ["ada"], ["ada", "mallory"], ["ada", "Bea"], ["mallory", "olaf"]] {
		duties.deny == {"approvals_missing"} with input as _destroy(officers) with data.sealwright.config as _config
	}
}

test_one_officer_does_not_count_twice if {
	request := _destroy(["ada", "ada", "ada"])
	duties.deny == {"approvals_missing"} with input as request with data.sealwright.config as _config
}

test_requester_does_not_approve_their_own_request if {
	two := _for_bea(["ada", "bea"])
	duties.deny == {"approvals_missing"} with input as two with data.sealwright.config as _config
	three := _for_bea(["ada", "bea", "cyd"])
	duties.deny == set() with input as three with data.sealwright.config as _config
}

test_approval_of_something_else_does_not_count if {
	others := [
		{"subject": "otto"},
		{"subject": null},
		{"action": "open"},
		{"action": null},
		{"document_id": "doc-2"},
		{"document_id": null},
		{"until": "2026-11-21T06:59:59Z"},
		{"until": "2026-11-22"},
		{"until": "9"},
		{"until": null},
		{"officer": null},
		{"officer": ["bea"]},
	]
	every fields in others {
		approvals := [_approval("ada"), object.union(_approval("bea"), fields)]
		request := example.with_context(_asked, {"approvals": approvals})
		duties.deny == {"approvals_missing"} with input as request with data.sealwright.config as _config
	}
	every field in ["officer", "subject", "action", "document_id", "until"] {
		approvals := [_approval("ada"), object.remove(_approval("bea"), [field])]
		request := example.with_context(_asked, {"approvals": approvals})
		duties.deny == {"approvals_missing"} with input as request with data.sealwright.config as _config
	}
}

test_the_last_second_of_an_approval_counts if {
	last := object.union(_approval("bea"), {"until": "2026-11-21T07:00:00Z"})
	request := example.with_context(_asked, {"approvals": [_approval("ada"), last]})
	duties.deny == set() with input as request with data.sealwright.config as _config
}

test_missing_field_denies if {
	paths := [
		"context",
		"context/approvals",
		"context/time",
		"subject/id",
		"resource/properties/document_id",
		"action/name",
	]
	every path in paths {
		request := example.without(_destroy(["ada", "bea"]), path)
		"approvals_missing" in duties.deny with input as request with data.sealwright.config as _config
	}
	every approvals in array.concat(example.hostile, [["ada", "bea"], {"a": _approval("ada"), "b": _approval("bea")}]) {
		request := example.with_context(_asked, {"approvals": approvals})
		duties.deny == {"approvals_missing"} with input as request with data.sealwright.config as _config
	}
	every time in array.concat(example.hostile, ["2026-11-21"]) {
		request := example.with_context(_destroy(["ada", "bea"]), {"time": time})
		duties.deny == {"approvals_missing"} with input as request with data.sealwright.config as _config
	}
}

test_approvals_may_be_for_steps_from_one_upward if {
	config := _demanding({"from": "restricted"})
	duties.deny == set() with input as _asked with data.sealwright.config as config
	restricted := example.with_label(_asked, {"classification": "restricted"})
	duties.deny == {"approvals_missing"} with input as restricted with data.sealwright.config as config
	every step in array.concat(example.hostile, ["secret"]) {
		unknown := example.with_label(_asked, {"classification": step})
		duties.deny == {"approvals_missing"} with input as unknown with data.sealwright.config as config
	}
}

test_malformed_demand_is_not_met if {
	malformed := [
		{"least": 0},
		{"least": -1},
		{"least": "2"},
		{"least": null},
		{"officers": []},
		{"officers": null},
		{"officers": "ada"},
	]
	every fields in malformed {
		request := _destroy(["ada", "bea", "cyd"])
		duties.deny == {"approvals_missing"} with input as request with data.sealwright.config as _demanding(fields)
	}
	everywhere := _demanding({"actions": "destroy"})
	duties.deny == {"approvals_missing"} with input as example.open with data.sealwright.config as everywhere
}

# The officer may destroy, and so may not open: not even as the reader that they are too.
test_duties_are_kept_apart if {
	duties.deny == set() with input as example.open with data.sealwright.config as _config
	both := example.with_subject(example.open, {"roles": ["reader", "officer"]})
	duties.deny == {"duties_not_separated"} with input as both with data.sealwright.config as _config
	trained := example.with_subject(example.train, {"roles": ["trainer", "officer"]})
	duties.deny == {"duties_not_separated"} with input as trained with data.sealwright.config as _config
	sealed := example.with_subject(example.seal, {"roles": ["author", "officer"]})
	duties.deny == set() with input as sealed with data.sealwright.config as _config
}

test_contributor_does_not_act_on_their_own_document if {
	own := example.with_label(_destroy(["ada", "bea"]), {"contributor": "olaf"})
	duties.deny == {"own_document"} with input as own with data.sealwright.config as _config
	missing := example.without(_destroy(["ada", "bea"]), "resource/properties/contributor")
	duties.deny == {"own_document"} with input as missing with data.sealwright.config as _config
	every name in [null, true, 0, [], {}, ["ingest"]] {
		hostile := example.with_label(_destroy(["ada", "bea"]), {"contributor": name})
		duties.deny == {"own_document"} with input as hostile with data.sealwright.config as _config
	}
}
