package sealwright.retention_test

import data.sealwright.example_test as example
import data.sealwright.retention

config := example.config

_until(time) := example.with_label(example.open, {"retain_until": time})

_created(time) := example.with_label(example.open, {"created_at": time})

_malformed := [
	"2026-11-21",
	"2026-11-21T07:00:00",
	"2026-11-21 07:00:00Z",
	"2026-11-21t07:00:00z",
	"2026-11-21T07:00:00z",
	"2026-11-21T07:00:0Z0",
	"2026/11/21T07:00:00Z",
	"2026-11-21T07-00-00Z",
	"2026-11-21T07:00:00.5Z",
	"2026-11-21T07:00:00+01:00",
	"2026-1a-21T07:00:00Z",
	"a026-11-21T07:00:00Z",
	"2026-11-21T07:00:0aZ",
	" 026-11-21T07:00:00Z",
	"0",
	"9999",
	"2026-11-21T07:00:00Z0",
	"2026-11-21T07:00:00Z ",
]

test_document_without_end_passes if {
	retention.deny == set() with input as example.open with data.sealwright.config as config
	not retention.bounded with input as example.open with data.sealwright.config as config
}

test_document_before_its_end_passes if {
	every time in ["2026-11-21T07:00:01Z", "2026-11-22T00:00:00Z", "2031-01-01T00:00:00Z"] {
		retention.deny == set() with input as _until(time) with data.sealwright.config as config
		retention.bounded with input as _until(time) with data.sealwright.config as config
	}
}

test_the_last_second_counts if {
	request := _until("2026-11-21T07:00:00Z")
	retention.deny == set() with input as request with data.sealwright.config as config
}

test_document_after_its_end_is_denied if {
	every time in ["2026-11-21T06:59:59Z", "2026-11-20T23:59:59Z", "2024-12-31T23:59:59Z"] {
		retention.deny == {"retention_expired"} with input as _until(time) with data.sealwright.config as config
	}
}

test_sealing_after_the_end_is_denied if {
	request := example.with_label(example.seal, {"retain_until": "2026-11-21T06:59:59Z"})
	retention.deny == {"retention_expired"} with input as request with data.sealwright.config as config
}

test_managing_goes_on_after_the_end if {
	request := example.with_label(example.destroy, {"retain_until": "2024-12-31T23:59:59Z"})
	retention.deny == set() with input as request with data.sealwright.config as config
}

test_malformed_end_is_denied if {
	every time in array.concat(example.hostile, _malformed) {
		retention.deny == {"retain_until_malformed"} with input as _until(time) with data.sealwright.config as config
	}
}

test_document_of_this_second_passes if {
	request := _created("2026-11-21T07:00:00Z")
	retention.deny == set() with input as request with data.sealwright.config as config
}

test_document_from_the_future_is_denied if {
	request := _created("2026-11-21T07:00:01Z")
	retention.deny == {"created_in_future"} with input as request with data.sealwright.config as config
}

test_what_is_received_may_be_a_minute_ahead if {
	request := example.with_label(example.store, {"created_at": "2026-11-21T07:01:00Z"})
	retention.deny == set() with input as request with data.sealwright.config as config
	every time in ["2026-11-21T07:01:01Z", "2026-13-21T07:00:00Z", "9999-99-99T99:99:99Z"] {
		later := example.with_label(example.store, {"created_at": time})
		retention.deny == {"created_in_future"} with input as later with data.sealwright.config as config
	}
}

test_missing_creation_is_denied if {
	every path in ["resource", "resource/properties", "resource/properties/created_at"] {
		request := example.without(example.open, path)
		retention.deny == {"created_at_missing"} with input as request with data.sealwright.config as config
	}
}

test_malformed_creation_is_denied if {
	every time in array.concat(example.hostile, _malformed) {
		retention.deny == {"created_at_missing"} with input as _created(time) with data.sealwright.config as config
	}
}

test_missing_time_is_denied if {
	every path in ["context", "context/time"] {
		request := example.without(_until("2024-12-31T23:59:59Z"), path)
		retention.deny == {"time_missing"} with input as request with data.sealwright.config as config
	}
}

test_malformed_time_is_denied if {
	every time in array.concat(example.hostile, _malformed) {
		request := example.with_context(_until("2024-12-31T23:59:59Z"), {"time": time})
		retention.deny == {"time_missing"} with input as request with data.sealwright.config as config
	}
}
