# METADATA
# scope: package
# title: Revocation
# description: |
#   Refuses subjects and clients that are on a list, whatever their token still says.
#   For teams that must shut somebody out before the last token ends: a leaver, a stolen laptop, a leaked client.
package sealwright.revocation

deny contains "subject_revoked" if {
	_listing("subjects")
	not _subject_stands
}

deny contains "client_revoked" if {
	_listing("clients")
	not _client_stands
}

_listing(key) if count(data.sealwright.config.revocation[key]) > 0

# Without its name, nobody can be told from those on the list.
_subject_stands if {
	is_string(input.subject.id)
	not _subject_listed
}

_client_stands if {
	is_string(input.subject.properties.client_id)
	not _client_listed
}

_subject_listed if input.subject.id in data.sealwright.config.revocation.subjects

_client_listed if input.subject.properties.client_id in data.sealwright.config.revocation.clients
