package sealwright.hold_test

import data.sealwright.example_test as example
import data.sealwright.hold

_orders := {
	"smith": {"documents": ["doc-7"], "use": "continue"},
	"audit": {"tenants": ["globex"], "use": "continue"},
	"recall": {"matters": ["m-1"], "use": "stop"},
}

_config := example.with_topic({"hold": {"orders": _orders}})

_by(name) := example.with_topic({"hold": {"orders": {name: _orders[name]}}})

_destroy := example.with_label(example.destroy, {"attributes": {"matters": ["m-2"]}})

_open := example.with_label(example.open, {"attributes": {"matters": ["m-2"]}})

_held := [
	{"document_id": "doc-7"},
	{"tenant": "globex"},
	{"attributes": {"matters": ["m-1"]}},
	{"attributes": {"matters": ["m-2", null, "m-1"]}},
]

test_nothing_is_held_unless_configured if {
	hold.deny == set() with input as example.destroy with data.sealwright.config as example.config
	hold.deny == set() with input as example.destroy with data.sealwright.config as {}
	none := example.with_topic({"hold": {"orders": {}}})
	hold.deny == set() with input as example.destroy with data.sealwright.config as none
}

test_document_outside_every_order_is_destroyed if {
	hold.deny == set() with input as _destroy with data.sealwright.config as _config
	none := example.with_label(_destroy, {"attributes": {"matters": []}})
	hold.deny == set() with input as none with data.sealwright.config as _config
}

test_held_document_is_not_destroyed if {
	every fields in _held {
		request := example.with_label(_destroy, fields)
		hold.deny == {"legal_hold"} with input as request with data.sealwright.config as _config
	}
}

test_hold_outlives_the_retention_period if {
	request := example.with_label(_destroy, {"document_id": "doc-7", "retain_until": "2024-12-31T23:59:59Z"})
	hold.deny == {"legal_hold"} with input as request with data.sealwright.config as _config
}

test_use_goes_on_where_the_order_says_so if {
	every fields in [{"document_id": "doc-7"}, {"tenant": "globex"}] {
		request := example.with_label(_open, fields)
		hold.deny == set() with input as request with data.sealwright.config as _config
	}
}

test_use_stops_where_the_order_does_not_say_so if {
	stopped := example.with_label(_open, {"attributes": {"matters": ["m-1"]}})
	hold.deny == {"legal_hold"} with input as stopped with data.sealwright.config as _config
	held := example.with_label(_open, {"document_id": "doc-7"})
	every use in array.concat(example.hostile, ["Continue", "go"]) {
		config := object.union(_config, {"hold": {"orders": {"smith": {"use": use}}}})
		hold.deny == {"legal_hold"} with input as held with data.sealwright.config as config
	}
}

test_other_actions_are_stopped_by_configuration if {
	rotate := object.union(example.with_label(_destroy, {"document_id": "doc-7"}), {"action": {"name": "rotate"}})
	hold.deny == set() with input as rotate with data.sealwright.config as _config
	config := object.union(_config, {"hold": {"stops": ["rotate"]}})
	every name in ["rotate", "destroy"] {
		request := object.union(rotate, {"action": {"name": name}})
		hold.deny == {"legal_hold"} with input as request with data.sealwright.config as config
	}
}

test_missing_or_hostile_action_counts_as_destruction if {
	request := example.with_label(_destroy, {"document_id": "doc-7"})
	every path in ["action", "action/name"] {
		unknown := example.without(request, path)
		hold.deny == {"legal_hold"} with input as unknown with data.sealwright.config as _config
	}
	every name in [null, true, 0, [], {}, ["open"]] {
		hostile := object.union(request, {"action": {"name": name}})
		hold.deny == {"legal_hold"} with input as hostile with data.sealwright.config as _config
	}
}

test_what_cannot_be_told_is_not_destroyed if {
	missing := {
		"smith": ["resource", "resource/properties", "resource/properties/document_id"],
		"audit": ["resource", "resource/properties", "resource/properties/tenant"],
		"recall": ["resource/properties", "resource/properties/attributes", "resource/properties/attributes/matters"],
	}
	every name, paths in missing {
		every path in paths {
			request := example.without(_destroy, path)
			hold.deny == {"hold_unclear"} with input as request with data.sealwright.config as _by(name)
		}
	}
	every matters in [null, true, 1, "m-2", {}] {
		request := example.with_label(_destroy, {"attributes": {"matters": matters}})
		hold.deny == {"hold_unclear"} with input as request with data.sealwright.config as _by("recall")
	}
}

test_what_an_order_does_not_name_need_not_be_told if {
	every path in ["resource/properties/tenant", "resource/properties/attributes"] {
		request := example.without(_destroy, path)
		hold.deny == set() with input as request with data.sealwright.config as _by("smith")
	}
}

test_use_that_may_stop_must_be_told_too if {
	hold.deny == {"hold_unclear"} with input as example.open with data.sealwright.config as _by("recall")
	hold.deny == set() with input as example.open with data.sealwright.config as _by("smith")
}
