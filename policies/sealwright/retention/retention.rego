# METADATA
# scope: package
# title: Retention
# description: |
#   Ends use at the label's `retain_until` and refuses documents from the future; what is received may be a minute
#   ahead. Times compare as text.
#   For teams that may not keep data forever.
package sealwright.retention

import data.sealwright.action
import data.sealwright.timestamp

bounded if "retain_until" in object.keys(input.resource.properties)

deny contains "time_missing" if not _timed

deny contains "created_at_missing" if not _dated

deny contains "created_in_future" if {
	_timed
	_dated
	action.kind != "receive"
	input.resource.properties.created_at > input.context.time
}

# Who receives has another clock than who sealed a moment ago.
deny contains "created_in_future" if {
	_timed
	_dated
	action.kind == "receive"
	not _received_in_time
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

_received_in_time if _created_s <= _now_s + _clocks_apart_s

_created_s := timestamp.seconds(input.resource.properties.created_at)

_now_s := timestamp.seconds(input.context.time)

_clocks_apart_s := 60

_timed if timestamp.valid(input.context.time)

_dated if timestamp.valid(input.resource.properties.created_at)

_ends if timestamp.valid(input.resource.properties.retain_until)
