package sealwright.purpose_test

import data.sealwright.example_test as example
import data.sealwright.purpose

test_purpose_on_label_and_in_role_passes if {
	purpose.deny == set() with input as example.open with data.sealwright.config as example.config
	purpose.granting == {"reader"} with input as example.open with data.sealwright.config as example.config
}

test_action_implies_its_purpose if {
	request := example.without(example.train, "context/purpose")
	purpose.deny == set() with input as request with data.sealwright.config as example.config
	purpose.requested == "train" with input as request with data.sealwright.config as example.config
}

test_purpose_that_contradicts_the_action_is_denied if {
	every stated in array.concat(example.hostile, ["analyse", "Train"]) {
		request := example.with_context(example.train, {"purpose": stated})
		purpose.deny == {"purpose_mismatch"} with input as request with data.sealwright.config as example.config
	}
}

test_purpose_not_on_label_is_denied if {
	request := example.with_label(example.open, {"purposes": ["train"]})
	purpose.deny == {"purpose_not_on_label"} with input as request with data.sealwright.config as example.config
}

test_purpose_of_no_role_is_denied if {
	request := example.with_context(example.open, {"purpose": "train"})
	purpose.deny == {"purpose_not_granted"} with input as request with data.sealwright.config as example.config
}

# The role grants all that the label allows, but that is not what is wanted.
test_purpose_of_neither_label_nor_role_is_denied if {
	request := example.with_label(example.with_context(example.open, {"purpose": "train"}), {"purposes": ["analyse"]})
	reasons := {"purpose_not_granted", "purpose_not_on_label"}
	purpose.deny == reasons with input as request with data.sealwright.config as example.config
}

test_purpose_is_compared_whole if {
	every stated in ["analys", "Analyse", "analyse ", ""] {
		request := example.with_context(example.open, {"purpose": stated})
		reasons := {"purpose_not_granted", "purpose_not_on_label"}
		purpose.deny == reasons with input as request with data.sealwright.config as example.config
	}
}

test_missing_purpose_is_denied if {
	every path in ["context", "context/purpose"] {
		request := example.without(example.open, path)
		purpose.deny == {"purpose_missing"} with input as request with data.sealwright.config as example.config
	}
}

test_hostile_purpose_is_denied if {
	every stated in [null, true, false, 0, 1, [], {}, ["analyse"], {"analyse": "analyse"}] {
		request := example.with_context(example.open, {"purpose": stated})
		purpose.deny == {"purpose_missing"} with input as request with data.sealwright.config as example.config
	}
}

test_missing_label_purposes_are_denied if {
	every path in ["resource", "resource/properties", "resource/properties/purposes"] {
		request := example.without(example.open, path)
		purpose.deny == {"purpose_not_on_label"} with input as request with data.sealwright.config as example.config
	}
}

test_hostile_label_purposes_are_denied if {
	every purposes in array.concat(example.hostile, ["analyse", {"analyse": "analyse"}, [["analyse"]]]) {
		request := example.with_label(example.open, {"purposes": purposes})
		purpose.deny == {"purpose_not_on_label"} with input as request with data.sealwright.config as example.config
	}
}

test_sealing_under_own_purposes_passes if {
	every purposes in [["train"], ["train", "tune", "analyse"]] {
		request := example.with_label(example.seal, {"purposes": purposes})
		purpose.deny == set() with input as request with data.sealwright.config as example.config
		purpose.granting == {"author"} with input as request with data.sealwright.config as example.config
	}
}

test_sealing_needs_no_purpose_of_the_request if {
	request := example.without(example.seal, "context/purpose")
	purpose.deny == set() with input as request with data.sealwright.config as example.config
}

test_sealing_under_the_purpose_of_others_is_denied if {
	every purposes in [["sell"], ["train", "sell"], [1], [null, "train"]] {
		request := example.with_label(example.seal, {"purposes": purposes})
		purpose.deny == {"purpose_not_granted"} with input as request with data.sealwright.config as example.config
	}
}

# One role grants `train`, another `analyse`: neither may hand out both.
test_sealing_does_not_add_up_purposes_of_two_roles if {
	request := example.with_subject(example.seal, {"roles": ["reader", "trainer"]})
	purpose.deny == {"purpose_not_granted"} with input as request with data.sealwright.config as example.config
}

test_sealing_without_label_purposes_is_denied if {
	every purposes in [null, true, 1, "", "train", [], {}, {"train": "train"}] {
		request := example.with_label(example.seal, {"purposes": purposes})
		purpose.deny == {"label_purposes_missing"} with input as request with data.sealwright.config as example.config
		purpose.granting == set() with input as request with data.sealwright.config as example.config
	}
	missing := example.without(example.seal, "resource/properties/purposes")
	purpose.deny == {"label_purposes_missing"} with input as missing with data.sealwright.config as example.config
}

test_storing_is_held_to_the_purposes_of_the_role if {
	purpose.deny == set() with input as example.store with data.sealwright.config as example.config
	purpose.granting == {"author"} with input as example.store with data.sealwright.config as example.config
	foreign := example.with_label(example.store, {"purposes": ["train", "sell"]})
	purpose.deny == {"purpose_not_granted"} with input as foreign with data.sealwright.config as example.config
	none := example.without(example.store, "resource/properties/purposes")
	purpose.deny == {"label_purposes_missing"} with input as none with data.sealwright.config as example.config
}

test_managing_needs_no_purpose if {
	bare := example.without(example.without(example.destroy, "context/purpose"), "resource/properties/purposes")
	every request in [example.destroy, bare] {
		purpose.deny == set() with input as request with data.sealwright.config as example.config
		purpose.granting == {"officer"} with input as request with data.sealwright.config as example.config
	}
}

test_subject_without_role_is_left_to_the_roles if {
	every request in [example.open, example.seal, example.destroy] {
		nobody := example.with_subject(request, {"roles": []})
		purpose.deny == set() with input as nobody with data.sealwright.config as example.config
		purpose.granting == set() with input as nobody with data.sealwright.config as example.config
	}
}

test_role_without_purposes_is_denied if {
	config := {"actions": example.config.actions, "roles": {"reader": {}, "author": {}}}
	every request in [example.open, example.seal] {
		purpose.deny == {"purpose_not_granted"} with input as request with data.sealwright.config as config
	}
}
