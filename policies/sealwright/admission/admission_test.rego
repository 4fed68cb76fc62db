package sealwright.admission_test

import data.sealwright.admission
import data.sealwright.example_test as example

test_one_role_that_grants_all_passes if {
	admission.deny == set() with input as example.open with data.sealwright.config as example.config
	admission.admitting == {"reader"} with input as example.open with data.sealwright.config as example.config
}

test_every_role_that_grants_all_admits if {
	request := example.with_subject(example.open, {"roles": ["reader", "guest", "author"]})
	admission.deny == set() with input as request with data.sealwright.config as example.config
	admission.admitting == {"reader", "guest"} with input as request with data.sealwright.config as example.config
}

# The trainer may train, but not on confidential documents; the reader may see those, but not train.
test_rights_of_two_roles_do_not_add_up if {
	both := example.with_subject(example.train, {"roles": ["trainer", "reader"]})
	request := example.with_label(both, {"classification": "confidential"})
	admission.deny == {"roles_not_combinable"} with input as request with data.sealwright.config as example.config
	admission.admitting == set() with input as request with data.sealwright.config as example.config
}

test_reason_is_left_to_the_topic_that_no_role_passes if {
	requests := [
		example.with_subject(example.open, {"roles": ["author"]}),
		example.with_context(example.open, {"purpose": "train"}),
		example.with_label(example.open, {"classification": "restricted"}),
	]
	every request in requests {
		admission.deny == set() with input as request with data.sealwright.config as example.config
		admission.admitting == set() with input as request with data.sealwright.config as example.config
	}
}

test_nothing_is_admitted_without_a_field if {
	paths := [
		"subject/properties/roles",
		"action/name",
		"resource/properties/classification",
		"context/purpose",
	]
	every path in paths {
		request := example.without(example.open, path)
		admission.admitting == set() with input as request with data.sealwright.config as example.config
	}
	admission.admitting == set() with input as example.open with data.sealwright.config as {}
}
