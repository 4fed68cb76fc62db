package sealwright.classification_test

import data.sealwright.classification
import data.sealwright.example_test as example

test_equal_clearance_passes if {
	classification.deny == set() with input as example.open with data.sealwright.config as example.config
	classification.cleared == {"reader"} with input as example.open with data.sealwright.config as example.config
	classification.level == 2 with input as example.open with data.sealwright.config as example.config
}

test_higher_clearance_passes if {
	every step in ["public", "internal"] {
		request := example.with_label(example.open, {"classification": step})
		classification.deny == set() with input as request with data.sealwright.config as example.config
	}
}

test_clearance_one_step_below_is_denied if {
	request := example.with_label(example.open, {"classification": "restricted"})
	classification.deny == {"clearance_too_low"} with input as request with data.sealwright.config as example.config
}

test_only_roles_that_reach_the_step_are_cleared if {
	request := example.with_subject(example.open, {"roles": ["trainer", "reader", "author"]})
	classification.deny == set() with input as request with data.sealwright.config as example.config
	cleared := {"reader", "author"}
	classification.cleared == cleared with input as request with data.sealwright.config as example.config
}

test_missing_classification_is_denied if {
	every path in ["resource", "resource/properties", "resource/properties/classification"] {
		request := example.without(example.open, path)
		reasons := {"classification_missing"}
		classification.deny == reasons with input as request with data.sealwright.config as example.config
		classification.cleared == set() with input as request with data.sealwright.config as example.config
	}
}

test_hostile_classification_is_denied if {
	every step in [null, true, false, 0, 1, -1.5, [], {}, ["public"], {"public": "public"}] {
		request := example.with_label(example.open, {"classification": step})
		reasons := {"classification_missing"}
		classification.deny == reasons with input as request with data.sealwright.config as example.config
		classification.cleared == set() with input as request with data.sealwright.config as example.config
	}
}

test_classification_off_the_ladder_is_denied if {
	every step in ["", "secret", "Public", "public ", "0"] {
		request := example.with_label(example.open, {"classification": step})
		reasons := {"classification_unknown"}
		classification.deny == reasons with input as request with data.sealwright.config as example.config
	}
}

test_role_without_a_known_clearance_is_denied if {
	every clearance in array.concat(example.hostile, ["secret"]) {
		config := object.union(example.config, {"roles": {"reader": {"clearance": clearance}}})
		classification.deny == {"clearance_too_low"} with input as example.open with data.sealwright.config as config
	}
}

test_subject_without_role_is_left_to_the_roles if {
	request := example.with_subject(example.open, {"roles": []})
	classification.deny == set() with input as request with data.sealwright.config as example.config
	classification.cleared == set() with input as request with data.sealwright.config as example.config
}

test_missing_ladder_denies if {
	classification.deny == {"classification_unknown"} with input as example.open with data.sealwright.config as {}
}
