package sealwright.roles_test

import data.sealwright.example_test as example
import data.sealwright.roles

test_role_that_permits_the_action_passes if {
	roles.deny == set() with input as example.open with data.sealwright.config as example.config
	roles.permitting == {"reader"} with input as example.open with data.sealwright.config as example.config
}

test_role_that_does_not_permit_the_action_is_denied if {
	every claimed in [["author"], ["officer"], ["author", "officer"]] {
		request := example.with_subject(example.open, {"roles": claimed})
		roles.deny == {"role_not_permitted"} with input as request with data.sealwright.config as example.config
	}
}

test_one_role_of_several_is_enough if {
	request := example.with_subject(example.open, {"roles": ["author", "nobody", "reader", null]})
	roles.deny == set() with input as request with data.sealwright.config as example.config
	roles.held == {"author", "reader"} with input as request with data.sealwright.config as example.config
	roles.permitting == {"reader"} with input as request with data.sealwright.config as example.config
}

test_unknown_role_is_missing if {
	every claimed in [["nobody"], ["Reader"], ["reader "], [""]] {
		request := example.with_subject(example.open, {"roles": claimed})
		roles.deny == {"role_missing"} with input as request with data.sealwright.config as example.config
	}
}

test_missing_roles_are_denied if {
	every path in ["subject", "subject/properties", "subject/properties/roles"] {
		request := example.without(example.open, path)
		roles.deny == {"role_missing"} with input as request with data.sealwright.config as example.config
	}
}

test_hostile_roles_are_denied if {
	every claimed in array.concat(example.hostile, ["reader", {"reader": "reader"}, [["reader"]], [{"reader": 1}]]) {
		request := example.with_subject(example.open, {"roles": claimed})
		roles.deny == {"role_missing"} with input as request with data.sealwright.config as example.config
	}
}

test_missing_or_hostile_action_is_not_permitted if {
	request := example.without(example.open, "action/name")
	roles.deny == {"role_not_permitted"} with input as request with data.sealwright.config as example.config
	every name in example.hostile {
		hostile := object.union(example.open, {"action": {"name": name}})
		roles.deny == {"role_not_permitted"} with input as hostile with data.sealwright.config as example.config
	}
}

test_missing_configuration_denies if {
	roles.deny == {"role_missing"} with input as example.open with data.sealwright.config as {}
	roles.deny == {"role_missing"} with input as example.open with data.sealwright.config as {"roles": {"reader": true}}
	empty := {"roles": {"reader": {}}}
	roles.deny == {"role_not_permitted"} with input as example.open with data.sealwright.config as empty
}
