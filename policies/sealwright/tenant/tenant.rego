# METADATA
# scope: package
# title: Tenant
# description: |
#   Keeps every tenant's documents to its own subjects.
#   For everybody who keeps documents of several customers or companies.
package sealwright.tenant

deny contains "tenant_missing" if not _stated

deny contains "tenant_mismatch" if {
	_stated
	not _same
}

_stated if {
	is_string(input.subject.properties.tenant)
	is_string(input.resource.properties.tenant)
	input.subject.properties.tenant != ""
}

_same if input.subject.properties.tenant == input.resource.properties.tenant
