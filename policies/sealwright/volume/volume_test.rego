package sealwright.volume_test

import data.sealwright.example_test as example
import data.sealwright.volume

_config := example.with_topic({"volume": {
	"documents_today": {"actions": ["open", "train"], "most": 100},
	"bytes_today": {"actions": ["train"], "measured": true, "most": 5000},
}})

_only(cap) := example.with_topic({"volume": {"documents_today": cap}})

_open(count) := example.with_context(example.open, {"counters": {"documents_today": count}})

_train(bytes, amount) := example.with_context(example.train, {
	"counters": {"documents_today": 0, "bytes_today": bytes},
	"amounts": {"bytes_today": amount},
})

_not_counts := ["1", "", null, true, false, [], {}, [1], -1, -0.5]

test_nothing_is_counted_unless_configured if {
	every config in [example.config, {}, example.with_topic({"volume": {}})] {
		volume.deny == set() with input as example.open with data.sealwright.config as config
		not volume.counted with input as example.open with data.sealwright.config as config
	}
}

test_below_the_cap_passes if {
	every count in [0, 1, 98, 99] {
		volume.deny == set() with input as _open(count) with data.sealwright.config as _config
		volume.counted with input as _open(count) with data.sealwright.config as _config
	}
}

test_at_the_cap_is_denied if {
	every count in [100, 101, 99.5, 9007199254740991] {
		volume.deny == {"volume_exceeded"} with input as _open(count) with data.sealwright.config as _config
	}
}

test_missing_counter_is_denied if {
	every path in ["context", "context/counters", "context/counters/documents_today"] {
		request := example.without(_open(1), path)
		volume.deny == {"counter_missing"} with input as request with data.sealwright.config as _config
	}
	every count in _not_counts {
		volume.deny == {"counter_missing"} with input as _open(count) with data.sealwright.config as _config
	}
}

test_measured_cap_counts_what_the_request_adds if {
	volume.deny == set() with input as _train(0, 5000) with data.sealwright.config as _config
	volume.deny == set() with input as _train(4000, 1000) with data.sealwright.config as _config
	volume.deny == {"volume_exceeded"} with input as _train(4000, 1001) with data.sealwright.config as _config
	volume.deny == {"volume_exceeded"} with input as _train(0, 5001) with data.sealwright.config as _config
}

test_missing_amount_is_denied if {
	every path in ["context/amounts", "context/amounts/bytes_today"] {
		request := example.without(_train(0, 1), path)
		volume.deny == {"counter_missing"} with input as request with data.sealwright.config as _config
	}
	every amount in _not_counts {
		volume.deny == {"counter_missing"} with input as _train(0, amount) with data.sealwright.config as _config
	}
	every measured in [null, "false", 0, [], {}] {
		config := _only({"actions": ["open"], "most": 100, "measured": measured})
		volume.deny == {"counter_missing"} with input as _open(1) with data.sealwright.config as config
	}
}

test_other_actions_are_not_counted if {
	volume.deny == set() with input as example.destroy with data.sealwright.config as _config
	not volume.counted with input as example.destroy with data.sealwright.config as _config
}

test_cap_without_actions_counts_every_action if {
	every cap in [{"most": 1}, {"actions": "seal", "most": 1}, {"actions": null, "most": 1}] {
		request := example.with_context(example.destroy, {"counters": {"documents_today": 1}})
		volume.deny == {"volume_exceeded"} with input as request with data.sealwright.config as _only(cap)
	}
}

test_missing_action_is_counted if {
	request := example.without(_open(100), "action/name")
	reasons := {"volume_exceeded", "counter_missing"}
	volume.deny == reasons with input as request with data.sealwright.config as _config
}

test_malformed_cap_lets_nothing_pass if {
	every most in [null, true, "100", "", [], {}] {
		config := _only({"actions": ["open"], "most": most})
		volume.deny == {"volume_exceeded"} with input as _open(0) with data.sealwright.config as config
	}
	missing := _only({"actions": ["open"]})
	volume.deny == {"volume_exceeded"} with input as _open(0) with data.sealwright.config as missing
}

test_cap_that_is_no_object_lets_nothing_pass if {
	every cap in [null, true, 1, "100", []] {
		config := _only(cap)
		count(volume.deny) > 0 with input as _open(0) with data.sealwright.config as config
	}
}
