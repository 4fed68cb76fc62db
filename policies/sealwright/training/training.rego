# METADATA
# scope: package
# title: Training set
# description: |
#   Admits a document to a fine-tuning set by licence, consent, contributor, age and what a scan still finds in it.
#   For teams that must be able to say of a model what it was trained on, and why that was allowed.
package sealwright.training

import data.sealwright.action
import data.sealwright.purpose
import data.sealwright.timestamp

# Whether the answer may end, as the document ages.
aging if {
	count(_purposes) > 0
	_demands("max_age_days")
}

deny contains "licence_not_accepted" if {
	_demands("licences")
	not _licensed
}

deny contains "consent_missing" if {
	_demands("consent")
	not _consented
}

deny contains "contributor_not_trusted" if {
	_demands("contributors")
	not _trusted
}

deny contains "age_unknown" if {
	_aged
	not _dated
}

deny contains "document_too_new" if {
	_aged
	_dated
	_demands("min_age_days")
	not _old_enough
}

deny contains "document_too_old" if {
	_aged
	_dated
	_demands("max_age_days")
	not _young_enough
}

deny contains "findings_missing" if {
	_scan_due
	not _counted
}

deny contains "residual_findings" if {
	_scan_due
	_counted
	some entity, count in input.resource.properties.findings.entities
	not _tolerated(entity, count)
}

_config := data.sealwright.config.training

_demands(key) if {
	key in object.keys(_config)
	_concerned
}

# To use for a training purpose, or to seal or store for one.
_concerned if count(_purposes) > 0

# Without a purpose, or a list of those that train, nobody knows that the document is not for training.
_concerned if {
	_moving
	not _told
}

_moving if not _managing

_managing if action.kind == "manage"

_told if {
	is_array(_config.purposes)
	_stated
}

_stated if is_string(purpose.requested)

_stated if {
	action.incoming
	count(purpose.on_label) > 0
}

_training contains name if {
	is_array(_config.purposes)
	some name in _config.purposes
}

_purposes contains purpose.requested if purpose.requested in _training

_purposes contains name if {
	action.incoming
	some name in purpose.on_label
	name in _training
}

_attributes := input.resource.properties.attributes

_licensed if {
	is_string(_attributes.licence)
	_attributes.licence in _config.licences
}

# Consent is for purposes: all for which the document would train.
_consented if {
	_config.consent == true
	is_array(_attributes.consent)
	count(_purposes) > 0
	count(_purposes - {name | some name in _attributes.consent}) == 0
}

_consented if _config.consent == false

# A name on a label is anybody's word; whoever signed it vouches for it.
_trusted if {
	input.resource.properties.sender.verified == true
	is_string(input.resource.properties.contributor)
	input.resource.properties.contributor in _config.contributors
}

# A document that comes in has all its age before it.
_aged if {
	some key in ["min_age_days", "max_age_days"]
	_demands(key)
	not _entering
}

_entering if action.incoming

_age := timestamp.days(input.context.time) - timestamp.days(input.resource.properties.created_at)

_dated if is_number(_age)

_old_enough if {
	is_number(_config.min_age_days)
	_age >= _config.min_age_days
}

_young_enough if {
	is_number(_config.max_age_days)
	_age <= _config.max_age_days
}

# The gate scans where it seals; a job that scans again before it trains hands the findings in. Nobody scans what is sealed.
_scan_due if {
	_demands("residual")
	not _scan_done
}

_scan_done if action.kind == "receive"

_scan_done if {
	action.kind == "use"
	_config.residual.at == "sealing"
}

_counted if {
	input.resource.properties.findings.scanned == true
	is_object(input.resource.properties.findings.entities)
}

_tolerated(entity, count) if {
	is_number(count)
	is_number(_cap(entity))
	count <= _cap(entity)
}

_cap(entity) := object.get(_config.residual.most, entity, object.get(_config.residual.most, "DEFAULT", 0))
