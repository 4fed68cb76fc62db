# METADATA
# scope: package
# title: Legal hold
# description: |
#   Stops the destruction of documents under a hold order, and their use where the order says so.
#   For teams that must keep evidence: orders name documents, tenants or matters, and outlive every retention period.
package sealwright.hold

import data.sealwright.action

deny contains "legal_hold" if {
	some order in _orders
	_stops(order)
	_covers(order)
}

# What cannot be told to be outside a hold is not destroyed.
deny contains "hold_unclear" if {
	some order in _orders
	_stops(order)
	not _covers(order)
	not _clear(order)
}

_orders := data.sealwright.config.hold.orders if is_object(data.sealwright.config.hold.orders)

# An order stops destruction at least.
_stopped contains "destroy"

_stopped contains name if {
	is_array(data.sealwright.config.hold.stops)
	some name in data.sealwright.config.hold.stops
}

_stops(_) if not _harmless

_stops(order) if {
	action.kind == "use"
	not _use_goes_on(order)
}

_harmless if {
	is_string(input.action.name)
	not _named
}

_named if input.action.name in _stopped

_use_goes_on(order) if order.use == "continue"

_covers(order) if input.resource.properties.document_id in order.documents

_covers(order) if input.resource.properties.tenant in order.tenants

_covers(order) if {
	is_array(input.resource.properties.attributes.matters)
	some matter in input.resource.properties.attributes.matters
	matter in order.matters
}

_clear(order) if {
	_documents_clear(order)
	_tenants_clear(order)
	_matters_clear(order)
}

_documents_clear(order) if _names_none(order, "documents")

_documents_clear(order) if is_string(input.resource.properties.document_id)

_tenants_clear(order) if _names_none(order, "tenants")

_tenants_clear(order) if is_string(input.resource.properties.tenant)

_matters_clear(order) if _names_none(order, "matters")

_matters_clear(order) if is_array(input.resource.properties.attributes.matters)

_names_none(order, kind) if object.get(order, kind, []) == []
