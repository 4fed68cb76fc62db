package sealwright.tenant_test

import data.sealwright.example_test as example
import data.sealwright.tenant

test_same_tenant_passes if {
	tenant.deny == set() with input as example.open
}

test_other_tenant_is_denied if {
	every name in ["globex", "Acme", "acme ", "acm", ""] {
		tenant.deny == {"tenant_mismatch"} with input as example.with_label(example.open, {"tenant": name})
	}
}

test_missing_tenant_is_denied if {
	paths := [
		"subject",
		"subject/properties",
		"subject/properties/tenant",
		"resource",
		"resource/properties",
		"resource/properties/tenant",
	]
	every path in paths {
		tenant.deny == {"tenant_missing"} with input as example.without(example.open, path)
	}
}

test_hostile_tenant_of_the_subject_is_denied if {
	every value in example.hostile {
		tenant.deny == {"tenant_missing"} with input as example.with_subject(example.open, {"tenant": value})
	}
}

test_hostile_tenant_of_the_label_is_denied if {
	every value in [null, true, 0, 1, [], {}, ["acme"], {"acme": "acme"}] {
		tenant.deny == {"tenant_missing"} with input as example.with_label(example.open, {"tenant": value})
	}
}

test_equal_values_that_are_no_names_are_denied if {
	every value in example.hostile {
		both := example.with_label(example.with_subject(example.open, {"tenant": value}), {"tenant": value})
		tenant.deny == {"tenant_missing"} with input as both
	}
}
