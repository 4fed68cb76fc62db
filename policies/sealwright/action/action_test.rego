package sealwright.action_test

import data.sealwright.action
import data.sealwright.example_test as example

test_known_actions_pass_with_their_kind if {
	kinds := {"seal": "contribute", "store": "receive", "open": "use", "train": "use", "destroy": "manage", "fetch": "manage"}
	every name, kind in kinds {
		request := object.union(example.open, {"action": {"name": name}})
		action.kind == kind with input as request with data.sealwright.config as example.config
		action.deny == set() with input as request with data.sealwright.config as example.config
	}
}

test_documents_come_in_by_two_kinds if {
	every request in [example.seal, example.store] {
		action.incoming with input as request with data.sealwright.config as example.config
	}
	every request in [example.open, example.destroy, example.fetch] {
		not action.incoming with input as request with data.sealwright.config as example.config
	}
}

test_unknown_action_is_denied if {
	every name in ["steal", "Open", "open ", " open"] {
		request := object.union(example.open, {"action": {"name": name}})
		action.deny == {"action_unknown"} with input as request with data.sealwright.config as example.config
	}
}

test_missing_action_is_denied if {
	every path in ["action", "action/name"] {
		request := example.without(example.open, path)
		action.deny == {"action_unknown"} with input as request with data.sealwright.config as example.config
	}
}

test_hostile_action_is_denied if {
	every name in example.hostile {
		request := object.union(example.open, {"action": {"name": name}})
		action.deny == {"action_unknown"} with input as request with data.sealwright.config as example.config
	}
}

test_kind_out_of_the_four_is_denied if {
	every kind in array.concat(example.hostile, ["read"]) {
		config := object.union(example.config, {"actions": {"open": {"kind": kind}}})
		action.deny == {"action_unknown"} with input as example.open with data.sealwright.config as config
	}
}

test_missing_configuration_denies if {
	action.deny == {"action_unknown"} with input as example.open with data.sealwright.config as {}
}
