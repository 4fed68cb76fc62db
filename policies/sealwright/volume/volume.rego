# METADATA
# scope: package
# title: Volume
# description: |
#   Caps how much a caller may take, by counters that the host keeps and hands in.
#   For teams that fear the slow theft of a corpus by somebody who may open each document of it.
package sealwright.volume

# Whether the answer depends on counters, and so holds once.
counted if count(_caps) > 0

deny contains "counter_missing" if {
	some name, _ in _caps
	not _known(name)
}

deny contains "volume_exceeded" if {
	some name, cap in _caps
	_known(name)
	not _within(name, cap)
}

_caps[name] := cap if {
	is_object(data.sealwright.config.volume)
	some name, cap in data.sealwright.config.volume
	not _waived(cap)
}

_waived(cap) if {
	is_string(input.action.name)
	is_array(cap.actions)
	not input.action.name in cap.actions
}

_known(name) if {
	_is_count(input.context.counters[name])
	_is_count(_amount(name))
}

_within(name, cap) if {
	is_number(cap.most)
	input.context.counters[name] + _amount(name) <= cap.most
}

# What this request adds: one, or as much as the host says where the cap is on bytes or rows.
_amount(name) := 1 if _by_one(name)

_amount(name) := input.context.amounts[name] if not _by_one(name)

_by_one(name) if object.get(_caps[name], "measured", false) == false

_is_count(number) if {
	is_number(number)
	number >= 0
}
