package sealwright.stepup_test

import data.sealwright.example_test as example
import data.sealwright.stepup

_requirements := [
	{"from": "confidential", "acr": "two"},
	{"from": "restricted", "amr": ["hwk"], "max_age_s": 900},
	{"from": "public", "actions": ["destroy"], "acr": "three"},
]

_config := example.with_topic({"stepup": {"levels": ["one", "two", "three"], "requirements": _requirements}})

# 2026-11-21T07:00:00Z, the time of the examples.
_now := 1795244400

_restricted := example.with_label(
	_signed_in({"acr": "two", "amr": ["hwk"], "auth_time": _now - 60}),
	{"classification": "restricted"},
)

_signed_in(claims) := example.with_subject(example.open, claims)

_only(requirement) := object.union(_config, {"stepup": {"requirements": [requirement]}})

test_nothing_is_demanded_unless_configured if {
	stepup.deny == set() with input as example.open with data.sealwright.config as example.config
	stepup.deny == set() with input as example.open with data.sealwright.config as {}
	not stepup.aging with input as example.open with data.sealwright.config as example.config
}

test_level_of_the_step_passes if {
	every level in ["two", "three"] {
		stepup.deny == set() with input as _signed_in({"acr": level}) with data.sealwright.config as _config
	}
}

test_level_below_the_step_needs_a_step_up if {
	every level in array.concat(example.hostile, ["one", "four", "Two", ["two"]]) {
		stepup.deny == {"step_up_required"} with input as _signed_in({"acr": level}) with data.sealwright.config as _config
	}
}

test_missing_level_needs_a_step_up if {
	every path in ["subject", "subject/properties", "subject/properties/acr"] {
		request := example.without(_signed_in({"acr": "two"}), path)
		stepup.deny == {"step_up_required"} with input as request with data.sealwright.config as _config
	}
}

test_step_below_demands_nothing if {
	request := example.with_label(example.open, {"classification": "internal"})
	stepup.deny == set() with input as request with data.sealwright.config as _config
	stepup.demanded == set() with input as request with data.sealwright.config as _config
}

test_requirements_of_lower_steps_add_up if {
	stepup.deny == set() with input as _restricted with data.sealwright.config as _config
	count(stepup.demanded) == 2 with input as _restricted with data.sealwright.config as _config
	weaker := example.with_subject(_restricted, {"acr": "one"})
	stepup.deny == {"step_up_required"} with input as weaker with data.sealwright.config as _config
	every amr in array.concat(example.hostile, [["otp"], "hwk", [["hwk"]]]) {
		request := example.with_subject(_restricted, {"amr": amr})
		stepup.deny == {"step_up_required"} with input as request with data.sealwright.config as _config
	}
}

test_old_sign_in_must_be_repeated if {
	every age in [0, 900] {
		request := example.with_subject(_restricted, {"auth_time": _now - age})
		stepup.deny == set() with input as request with data.sealwright.config as _config
		stepup.aging with input as request with data.sealwright.config as _config
	}
	every age in [-1, 901, 86400, 1795244400] {
		request := example.with_subject(_restricted, {"auth_time": _now - age})
		stepup.deny == {"reauthentication_required"} with input as request with data.sealwright.config as _config
	}
}

test_missing_or_hostile_sign_in_must_be_repeated if {
	every path in ["subject/properties/auth_time", "context", "context/time"] {
		request := example.without(_restricted, path)
		stepup.deny == {"reauthentication_required"} with input as request with data.sealwright.config as _config
	}
	every time in array.concat(example.hostile, ["1795244400", "2026-11-21T07:00:00Z"]) {
		request := example.with_subject(_restricted, {"auth_time": time})
		stepup.deny == {"reauthentication_required"} with input as request with data.sealwright.config as _config
	}
	every time in array.concat(example.hostile, ["2026-11-21"]) {
		request := example.with_context(_restricted, {"time": time})
		stepup.deny == {"reauthentication_required"} with input as request with data.sealwright.config as _config
	}
}

test_requirement_of_some_actions_leaves_the_others if {
	request := example.with_subject(example.destroy, {"acr": "two"})
	stepup.deny == {"step_up_required"} with input as request with data.sealwright.config as _config
	stronger := example.with_subject(example.destroy, {"acr": "three"})
	stepup.deny == set() with input as stronger with data.sealwright.config as _config
}

test_missing_action_or_classification_leaves_nothing_out if {
	request := _signed_in({"acr": "two"})
	every path in ["action/name", "action"] {
		unknown := example.without(request, path)
		stepup.deny == {"step_up_required"} with input as unknown with data.sealwright.config as _config
	}
	every path in ["resource", "resource/properties/classification"] {
		unknown := example.without(request, path)
		reasons := {"step_up_required", "reauthentication_required"}
		stepup.deny == reasons with input as unknown with data.sealwright.config as _config
	}
}

test_malformed_requirement_is_not_met if {
	strong := _signed_in({"acr": "three", "amr": ["hwk"], "auth_time": _now})
	every value in array.concat(example.hostile, ["four"]) {
		level := {"from": "public", "acr": value}
		stepup.deny == {"step_up_required"} with input as strong with data.sealwright.config as _only(level)
	}
	every value in [null, true, 1, "hwk", [], {}] {
		method := {"from": "public", "amr": value}
		stepup.deny == {"step_up_required"} with input as strong with data.sealwright.config as _only(method)
	}
	every value in [null, true, "900", [], {}] {
		age := {"from": "public", "max_age_s": value}
		stepup.deny == {"reauthentication_required"} with input as strong with data.sealwright.config as _only(age)
	}
	every requirement in [{"acr": "three"}, {"from": "secret", "acr": "three"}, {"actions": "open", "acr": "three"}] {
		stepup.deny == {"step_up_required"} with input as example.open with data.sealwright.config as _only(requirement)
	}
}
