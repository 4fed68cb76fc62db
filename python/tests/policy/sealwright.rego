# METADATA
# description: A small policy for the tests of the Python package.
package sealwright

# METADATA
# entrypoint: true
decision := {
	"decision": count(deny) == 0,
	"reasons": sort(deny),
	"obligations": [obligation | some obligation in obligations],
}

deny contains "role_missing" if not _has_role

deny contains "mfa_missing" if not _has_mfa

deny contains "purpose_not_allowed" if not _purpose_allowed

deny contains "not_scanned" if {
	input.action.name == "seal"
	not _scanned
}

deny contains "too_many_findings" if {
	some count in input.resource.properties.findings.entities
	count > data.most_findings
}

obligations contains {"type": "transform", "operators": {"EMAIL_ADDRESS": {"operator": "redact"}}} if {
	input.action.name == "open"
	input.context.purpose == "train"
}

obligations contains {"type": "require_signature"} if input.context.purpose == "sign"

_has_role if {
	some role in input.subject.properties.roles
	role in data.roles
}

_has_mfa if "mfa" in input.subject.properties.amr

_purpose_allowed if input.context.purpose in input.resource.properties.purposes

_scanned if input.resource.properties.findings.scanned

_scanned if input.resource.properties.attributes.unscanned_allowed
