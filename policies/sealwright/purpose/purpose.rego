# METADATA
# scope: package
# title: Purpose
# description: |
#   Binds use to the purposes of the label and of the role, and labels to the purposes of whoever seals or stores.
#   For teams that promised what data would be used for (GDPR, article 5).
package sealwright.purpose

import data.sealwright.action
import data.sealwright.roles

# What the label allows.
on_label contains name if {
	is_array(input.resource.properties.purposes)
	some name in input.resource.properties.purposes
}

# What the caller wants: the action says it, else the context does.
requested := _implied if action.kind == "use"

requested := input.context.purpose if {
	action.kind == "use"
	not _implied
}

_implied := data.sealwright.config.actions[input.action.name].purpose

granting contains name if {
	some name in roles.held
	requested in data.sealwright.config.roles[name].purposes
}

# Whoever seals or stores may hand out only purposes of their own.
granting contains name if {
	action.incoming
	count(on_label) > 0
	some name in roles.held
	granted := {purpose | some purpose in data.sealwright.config.roles[name].purposes}
	count(on_label - granted) == 0
}

granting contains name if {
	action.kind == "manage"
	some name in roles.held
}

deny contains "purpose_missing" if {
	action.kind == "use"
	not _stated
}

deny contains "purpose_mismatch" if input.context.purpose != _implied

deny contains "purpose_not_on_label" if {
	_stated
	not _on_label
}

deny contains "purpose_not_granted" if {
	_answerable
	count(roles.held) > 0
	count(granting) == 0
}

deny contains "label_purposes_missing" if {
	action.incoming
	count(on_label) == 0
}

_stated if is_string(requested)

_on_label if requested in on_label

_answerable if _stated

_answerable if {
	action.incoming
	count(on_label) > 0
}
