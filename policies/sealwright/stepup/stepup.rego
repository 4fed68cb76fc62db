# METADATA
# scope: package
# title: Step-up
# description: |
#   Demands a stronger or fresher sign-in for documents and actions that are worth it (RFC 9470).
#   For teams whose identity provider tells levels apart (`acr`) and when the user signed in (`auth_time`).
package sealwright.stepup

import data.sealwright.classification
import data.sealwright.timestamp

# What this request must meet: everything but what is known not to concern it.
demanded contains requirement if {
	is_array(data.sealwright.config.stepup.requirements)
	some requirement in data.sealwright.config.stepup.requirements
	not _waived(requirement)
}

# Whether the sign-in grows too old one day, and an answer with it.
aging if {
	some requirement in demanded
	requirement.max_age_s
}

deny contains "step_up_required" if {
	some requirement in demanded
	not _strong(requirement)
}

deny contains "reauthentication_required" if {
	some requirement in demanded
	not _fresh(requirement)
}

_waived(requirement) if classification.level < classification.rank[requirement.from]

_waived(requirement) if {
	is_string(input.action.name)
	is_array(requirement.actions)
	not input.action.name in requirement.actions
}

_strong(requirement) if {
	_at_level(requirement)
	_by_method(requirement)
}

_at_level(requirement) if not "acr" in object.keys(requirement)

_at_level(requirement) if _levels[input.subject.properties.acr] >= _levels[requirement.acr]

_by_method(requirement) if not "amr" in object.keys(requirement)

_by_method(requirement) if {
	is_array(input.subject.properties.amr)
	some method in input.subject.properties.amr
	method in requirement.amr
}

_fresh(requirement) if not "max_age_s" in object.keys(requirement)

# A sign-in of the future is none.
_fresh(requirement) if {
	is_number(requirement.max_age_s)
	is_number(input.subject.properties.auth_time)
	input.subject.properties.auth_time <= _now
	_now - input.subject.properties.auth_time <= requirement.max_age_s
}

_levels[name] := position if some position, name in data.sealwright.config.stepup.levels

_now := timestamp.seconds(input.context.time)
