# METADATA
# scope: package
# title: Residency
# description: |
#   Keeps text inside the regions of the document's zone: that of the caller, and that of the backend it goes to.
#   For teams whose contracts or regulators say in which countries data may be processed.
package sealwright.residency

import data.sealwright.action

# The zone that the label names, else the one for labels that name none.
zone := input.resource.properties.attributes.residency if _labelled

zone := data.sealwright.config.residency.default if not _labelled

deny contains "residency_missing" if {
	_concerned
	not _stated
}

deny contains "residency_unknown" if {
	_concerned
	_stated
	not _known
}

deny contains "region_missing" if {
	_concerned
	some place in _places
	not _located(place)
}

deny contains "region_not_allowed" if {
	_concerned
	_known
	some place in _places
	_located(place)
	not _inside(place)
}

# Managing moves no text.
_concerned if {
	"residency" in object.keys(data.sealwright.config)
	not _managing
}

_managing if action.kind == "manage"

_labelled if "residency" in object.keys(input.resource.properties.attributes)

_stated if is_string(zone)

_known if is_array(data.sealwright.config.residency.zones[zone])

_chosen contains place if {
	is_array(data.sealwright.config.residency.places)
	some place in data.sealwright.config.residency.places
}

_places := _chosen if count(_chosen) > 0

_places := {"subject", "backend"} if count(_chosen) == 0

_region(place) := input.subject.properties.region if place == "subject"

_region(place) := input.context.region if place == "backend"

_located(place) if is_string(_region(place))

_inside(place) if _region(place) in data.sealwright.config.residency.zones[zone]
