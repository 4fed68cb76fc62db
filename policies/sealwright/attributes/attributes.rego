# METADATA
# scope: package
# title: Attributes
# description: |
#   Compares claims, label and context by rules that are data: same department, no contractors, not before a date.
#   For teams whose access follows attributes (ABAC) and changes more often than code should.
package sealwright.attributes

# The rules that this request does not meet.
unmet contains name if {
	some name, rule in _rules
	not _waived(rule)
	not _met(rule)
}

deny contains "attribute_missing" if {
	some name in unmet
	_lacks(_rules[name])
}

deny contains "attribute_mismatch" if {
	some name in unmet
	not _lacks(_rules[name])
}

_rules := data.sealwright.config.attributes if is_object(data.sealwright.config.attributes)

_waived(rule) if {
	is_string(input.action.name)
	is_array(rule.actions)
	not input.action.name in rule.actions
}

# A rule is met where every condition of one branch holds.
_met(rule) if {
	is_array(rule.any_of)
	some branch in rule.any_of
	is_array(branch)
	count(branch) > 0
	every condition in branch {
		_holds(condition)
	}
}

_lacks(rule) if {
	is_array(rule.any_of)
	some branch in rule.any_of
	is_array(branch)
	some condition in branch
	not _complete(condition)
}

_complete(condition) if {
	_is_value(_left(condition))
	_is_value(_right(condition))
}

_is_value(value) if not is_null(value)

_left(condition) := _fact(condition.fact[0], condition.fact[1])

_right(condition) := condition.value if not "other" in object.keys(condition)

_right(condition) := _fact(condition.other[0], condition.other[1])

_fact("subject", name) := input.subject.properties[name]

_fact("label", name) := input.resource.properties[name]

_fact("attributes", name) := input.resource.properties.attributes[name]

_fact("context", name) := input.context[name]

_holds(condition) if {
	left := _left(condition)
	right := _right(condition)
	_related(condition.operator, left, right)
}

_related(operator, left, right) if {
	_comparable(left, right)
	_compared(operator, left, right)
}

_related("in", left, right) if {
	is_array(right)
	_is_scalar(left)
	left in right
}

_related("nin", left, right) if {
	is_array(right)
	every other in right {
		_comparable(left, other)
		left != other
	}
	_is_scalar(left)
}

_related("has", left, right) if {
	is_array(left)
	_is_scalar(right)
	right in left
}

# What has another type is strange, and not merely different.
_comparable(left, right) if {
	type_name(left) == type_name(right)
	_is_scalar(left)
}

_is_scalar(value) if type_name(value) in {"string", "number", "boolean"}

_compared("eq", left, right) if left == right

_compared("ne", left, right) if left != right

_compared("lt", left, right) if left < right

_compared("lte", left, right) if left <= right

_compared("gt", left, right) if left > right

_compared("gte", left, right) if left >= right
