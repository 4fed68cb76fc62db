package sealwright.mfa_test

import data.sealwright.example_test as example
import data.sealwright.mfa

test_accepted_method_passes if {
	every amr in [["mfa"], ["hwk"], ["pwd", "hwk"], [null, "mfa"]] {
		request := example.with_subject(example.open, {"amr": amr})
		mfa.deny == set() with input as request with data.sealwright.config as example.config
	}
}

test_other_methods_are_not_enough if {
	every amr in [["pwd"], ["pwd", "kba"], ["MFA"], ["mfa "], ["mf"]] {
		request := example.with_subject(example.open, {"amr": amr})
		mfa.deny == {"mfa_required"} with input as request with data.sealwright.config as example.config
	}
}

test_step_below_needs_no_method if {
	every step in ["public", "internal"] {
		request := example.with_subject(example.with_label(example.open, {"classification": step}), {"amr": ["pwd"]})
		mfa.deny == set() with input as request with data.sealwright.config as example.config
	}
}

test_the_step_itself_and_above_need_a_method if {
	every step in ["confidential", "restricted"] {
		request := example.with_subject(example.with_label(example.open, {"classification": step}), {"amr": ["pwd"]})
		mfa.deny == {"mfa_required"} with input as request with data.sealwright.config as example.config
	}
}

test_missing_amr_is_denied if {
	every path in ["subject", "subject/properties", "subject/properties/amr"] {
		request := example.without(example.open, path)
		mfa.deny == {"mfa_required"} with input as request with data.sealwright.config as example.config
	}
}

test_hostile_amr_is_denied if {
	every amr in array.concat(example.hostile, ["mfa", [["mfa"]], [{"mfa": "mfa"}]]) {
		request := example.with_subject(example.open, {"amr": amr})
		mfa.deny == {"mfa_required"} with input as request with data.sealwright.config as example.config
	}
}

test_unknown_classification_needs_a_method if {
	request := example.without(example.with_subject(example.open, {"amr": ["pwd"]}), "resource/properties/classification")
	mfa.deny == {"mfa_required"} with input as request with data.sealwright.config as example.config
	every step in array.concat(example.hostile, ["secret"]) {
		unknown := example.with_subject(example.with_label(example.open, {"classification": step}), {"amr": ["pwd"]})
		mfa.deny == {"mfa_required"} with input as unknown with data.sealwright.config as example.config
	}
}

test_missing_configuration_denies if {
	every config in [{}, {"mfa": {}}, {"ladder": ["confidential"], "mfa": {"methods": []}}] {
		mfa.deny == {"mfa_required"} with input as example.open with data.sealwright.config as config
	}
}
