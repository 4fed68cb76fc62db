# METADATA
# scope: package
# title: Roles
# description: |
#   Lets a subject do what one of its roles allows.
#   For everybody.
package sealwright.roles

# The roles that the subject claims and the configuration knows.
held contains name if {
	is_array(input.subject.properties.roles)
	some name in input.subject.properties.roles
	is_object(data.sealwright.config.roles[name])
}

permitting contains name if {
	some name in held
	input.action.name in data.sealwright.config.roles[name].actions
}

deny contains "role_missing" if count(held) == 0

deny contains "role_not_permitted" if {
	count(held) > 0
	count(permitting) == 0
}
