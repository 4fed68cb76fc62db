# METADATA
# scope: package
# title: Configuration
# description: |
#   Refuses everything under a configuration with a key that no topic reads, or a part of another shape.
#   For everybody: a topic without its key is off, so a misspelt key would switch it off unseen.
package sealwright.configuration

deny contains "configuration_invalid" if not _valid

_valid if {
	is_object(data.sealwright.config)
	count(misshapen) == 0
}

# Where the configuration has another shape than its topic reads, or nobody reads it.
misshapen contains [topic] if {
	some topic in _optional
	not _shapes[topic]
}

misshapen contains array.concat([topic], shape.at) if {
	some topic in _optional
	some shape in _shapes[topic]
	value := _part(data.sealwright.config[topic], shape.at)
	not _fits(shape, value)
}

# What is not among the topics that are always on: they deny where something is missing.
_optional := object.keys(data.sealwright.config) - {
	"actions",
	"cache_for_ms",
	"ladder",
	"mfa",
	"operators",
	"purposes",
	"recovery",
	"roles",
}

# The parts of the topics that are off where they are left out.
_shapes := {
	"attributes": [{"at": [], "is": "map", "must": {"any_of"}, "may": {"actions"}}],
	"duties": [
		{"at": [], "is": "record", "must": set(), "may": {"approvals", "apart", "not_own"}},
		{"at": ["approvals"], "is": "list", "must": {"actions", "officers", "least"}, "may": {"from"}},
		{"at": ["apart"], "is": "list", "must": {"holders_of", "actions"}, "may": set()},
		{"at": ["not_own"], "is": "names"},
	],
	"hold": [
		{"at": [], "is": "record", "must": {"orders"}, "may": {"stops"}},
		{"at": ["orders"], "is": "map", "must": {"use"}, "may": {"documents", "tenants", "matters"}},
		{"at": ["stops"], "is": "names"},
	],
	"residency": [{"at": [], "is": "record", "must": {"zones"}, "may": {"default", "places"}}],
	"retrieval": [{"at": [], "is": "record", "must": set(), "may": {"every_document_ends", "match"}}],
	"revocation": [
		{"at": [], "is": "record", "must": set(), "may": {"subjects", "clients"}},
		{"at": ["subjects"], "is": "names"},
		{"at": ["clients"], "is": "names"},
	],
	"stepup": [
		{"at": [], "is": "record", "must": {"requirements"}, "may": {"levels"}},
		{"at": ["requirements"], "is": "list", "must": {"from"}, "may": {"actions", "acr", "amr", "max_age_s"}},
	],
	"training": [
		{
			"at": [],
			"is": "record",
			"must": {"purposes"},
			"may": {"licences", "consent", "contributors", "min_age_days", "max_age_days", "residual"},
		},
		{"at": ["residual"], "is": "record", "must": {"most"}, "may": {"at"}},
	],
	"trust": [
		{"at": [], "is": "record", "must": set(), "may": {"senders", "quarantine"}},
		{"at": ["senders"], "is": "map", "must": {"contributors", "tenants", "purposes", "clearance"}, "may": set()},
		{"at": ["quarantine"], "is": "record", "must": set(), "may": {"senders", "contributors", "documents"}},
		{"at": ["quarantine", "senders"], "is": "names"},
		{"at": ["quarantine", "contributors"], "is": "names"},
		{"at": ["quarantine", "documents"], "is": "names"},
	],
	"volume": [{"at": [], "is": "map", "must": {"most"}, "may": {"actions", "measured"}}],
}

_part(whole, at) := whole if count(at) == 0

_part(whole, at) := whole[at[0]] if count(at) == 1

_part(whole, at) := whole[at[0]][at[1]] if count(at) == 2

_fits(shape, value) if {
	shape.is == "record"
	_closed(shape, value)
}

_fits(shape, value) if {
	shape.is == "list"
	is_array(value)
	every item in value {
		_closed(shape, item)
	}
}

_fits(shape, value) if {
	shape.is == "map"
	is_object(value)
	every item in value {
		_closed(shape, item)
	}
}

_fits(shape, value) if {
	shape.is == "names"
	is_array(value)
	every name in value {
		is_string(name)
	}
}

# All that must be there, and nothing that nobody reads.
_closed(shape, value) if {
	is_object(value)
	count(shape.must - object.keys(value)) == 0
	count((object.keys(value) - shape.must) - shape.may) == 0
}
