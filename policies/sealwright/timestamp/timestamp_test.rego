package sealwright.timestamp_test

import data.sealwright.example_test as example
import data.sealwright.timestamp

# Seconds by the system's calendar: ends of months, leap years and centuries.
_moments := {
	"1970-01-01T00:00:00Z": 0,
	"1969-12-31T23:59:59Z": -1,
	"1900-03-01T00:00:00Z": -2203891200,
	"2000-02-28T23:59:59Z": 951782399,
	"2000-02-29T00:00:00Z": 951782400,
	"2000-03-01T00:00:00Z": 951868800,
	"2024-02-29T12:34:56Z": 1709210096,
	"2026-02-28T08:09:10Z": 1772266150,
	"2026-03-01T00:00:00Z": 1772323200,
	"2026-11-21T07:00:00Z": 1795244400,
	"2026-12-31T23:59:59Z": 1798761599,
	"2100-03-01T00:00:00Z": 4107542400,
	"9999-12-31T23:59:59Z": 253402300799,
}

test_seconds_are_counted_from_1970 if {
	every text, seconds in _moments {
		timestamp.seconds(text) == seconds
	}
}

test_each_month_begins_a_day_after_the_last_one_ends if {
	ends := {
		"2026-01-31": "2026-02-01",
		"2026-02-28": "2026-03-01",
		"2026-03-31": "2026-04-01",
		"2026-04-30": "2026-05-01",
		"2026-05-31": "2026-06-01",
		"2026-06-30": "2026-07-01",
		"2026-07-31": "2026-08-01",
		"2026-08-31": "2026-09-01",
		"2026-09-30": "2026-10-01",
		"2026-10-31": "2026-11-01",
		"2026-11-30": "2026-12-01",
		"2026-12-31": "2027-01-01",
	}
	every end, start in ends {
		timestamp.days(concat("", [end, "T00:00:00Z"])) + 1 == timestamp.days(concat("", [start, "T23:59:59Z"]))
	}
}

test_what_has_another_form_has_no_seconds if {
	others := [
		"2026-11-21",
		"2026-11-21T07:00:00+01:00",
		"2026-11-21T07:00:00z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
	]
	every text in array.concat(example.hostile, others) {
		not timestamp.seconds(text)
		not timestamp.days(text)
	}
}
