# METADATA
# scope: package
# title: Timestamp
# description: Reads times of the one form `2026-01-31T23:59:59Z` for the topics that compare or count them.
package sealwright.timestamp

# Whether a text is of the one form, in which times compare as text.
valid(text) if {
	count(text) == 20
	separators := [
		substring(text, 4, 1),
		substring(text, 7, 1),
		substring(text, 10, 1),
		substring(text, 13, 1),
		substring(text, 16, 1),
		substring(text, 19, 1),
	]
	separators == ["-", "-", "T", ":", ":", "Z"]
	digits := concat("", [
		substring(text, 0, 4),
		substring(text, 5, 2),
		substring(text, 8, 2),
		substring(text, 11, 2),
		substring(text, 14, 2),
		substring(text, 17, 2),
	])
	trim(digits, "0123456789") == ""
}

# Days since 1970-01-01 in the Gregorian calendar, by years that begin in March and so end with the leap day.
days(text) := ((((365 * year) + leaps) + month.before) + day) - 719469 if {
	valid(text)
	month := _months[substring(text, 5, 2)]
	year := _number(substring(text, 0, 4), 10000) - month.last_year
	leaps := (floor(year / 4) - floor(year / 100)) + floor(year / 400)
	day := _number(substring(text, 8, 2), 100)
}

# Seconds since 1970-01-01T00:00:00Z, without leap seconds.
seconds(text) := (((86400 * days(text)) + (3600 * hours)) + (60 * minutes)) + rest if {
	hours := _number(substring(text, 11, 2), 100)
	minutes := _number(substring(text, 14, 2), 100)
	rest := _number(substring(text, 17, 2), 100)
}

# A leading zero is no JSON number, so a 1 goes before the digits.
_number(digits, one) := to_number(concat("", ["1", digits])) - one

_months := {
	"03": {"last_year": 0, "before": 0},
	"04": {"last_year": 0, "before": 31},
	"05": {"last_year": 0, "before": 61},
	"06": {"last_year": 0, "before": 92},
	"07": {"last_year": 0, "before": 122},
	"08": {"last_year": 0, "before": 153},
	"09": {"last_year": 0, "before": 184},
	"10": {"last_year": 0, "before": 214},
	"11": {"last_year": 0, "before": 245},
	"12": {"last_year": 0, "before": 275},
	"01": {"last_year": 1, "before": 306},
	"02": {"last_year": 1, "before": 337},
}
