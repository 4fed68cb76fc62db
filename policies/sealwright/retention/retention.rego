# METADATA
# scope: package
# title: Retention
# description: Ends use at the label's `retain_until` and refuses documents from the future. Times compare as text.
package sealwright.retention

import data.sealwright.action

bounded if "retain_until" in object.keys(input.resource.properties)

deny contains "time_missing" if not _timed

deny contains "created_at_missing" if not _dated

deny contains "created_in_future" if {
	_timed
	_dated
	input.resource.properties.created_at > input.context.time
}

deny contains "retain_until_malformed" if {
	bounded
	not _ends
}

# The last second still counts. Managing goes on after the end, or nothing could be destroyed.
deny contains "retention_expired" if {
	_timed
	_ends
	action.kind != "manage"
	input.context.time > input.resource.properties.retain_until
}

_timed if _is_time(input.context.time)

_dated if _is_time(input.resource.properties.created_at)

_ends if _is_time(input.resource.properties.retain_until)

# Whether a text is of the one form `2026-01-31T23:59:59Z`, in which times compare as text.
_is_time(text) if {
	count(text) == 20
	concat("", [substring(text, place, 1) | some place in [4, 7, 10, 13, 16, 19]]) == "--T::Z"
	digits := concat("", [substring(text, place, 2) | some place in [0, 2, 5, 8, 11, 14, 17]])
	trim(digits, "0123456789") == ""
}
