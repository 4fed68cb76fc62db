# METADATA
# scope: package
# title: Configuration
# description: |
#   Refuses everything under a configuration with a key that no topic reads, or a part of another shape.
#   For everybody: a topic without its key is off, so a misspelt key would switch it off unseen.
package sealwright.configuration

deny contains "configuration_invalid" if not _valid

_valid if {
	count(object.keys(data.sealwright.config) - _keys) == 0
	count(misshapen) == 0
}

_keys := {
	"actions",
	"attributes",
	"cache_for_ms",
	"duties",
	"hold",
	"ladder",
	"mfa",
	"operators",
	"purposes",
	"recovery",
	"residency",
	"retrieval",
	"roles",
	"stepup",
	"training",
	"trust",
	"volume",
}

# Where the configuration has another shape than its topic reads.
misshapen contains shape.at if {
	some shape in _shapes
	value := _value(shape.at)
	not _fits(shape, value)
}

# The parts of those topics that are off where they are left out; what the others miss denies.
_shapes := [
	{"at": ["attributes"], "is": "map", "must": {"any_of"}, "may": {"actions"}},
	{"at": ["duties"], "is": "record", "must": set(), "may": {"approvals", "apart", "not_own"}},
	{"at": ["duties", "approvals"], "is": "list", "must": {"actions", "officers", "least"}, "may": {"from"}},
	{"at": ["duties", "apart"], "is": "list", "must": {"holders_of", "actions"}, "may": set()},
	{"at": ["duties", "not_own"], "is": "names"},
	{"at": ["hold"], "is": "record", "must": {"orders"}, "may": {"stops"}},
	{"at": ["hold", "orders"], "is": "map", "must": {"use"}, "may": {"documents", "tenants", "matters"}},
	{"at": ["hold", "stops"], "is": "names"},
	{"at": ["residency"], "is": "record", "must": {"zones"}, "may": {"default", "places"}},
	{"at": ["retrieval"], "is": "record", "must": set(), "may": {"every_document_ends", "match"}},
	{"at": ["stepup"], "is": "record", "must": {"requirements"}, "may": {"levels"}},
	{
		"at": ["stepup", "requirements"],
		"is": "list",
		"must": {"from"},
		"may": {"actions", "acr", "amr", "max_age_s"},
	},
	{
		"at": ["training"],
		"is": "record",
		"must": {"purposes"},
		"may": {"licences", "consent", "contributors", "min_age_days", "max_age_days", "residual"},
	},
	{"at": ["training", "residual"], "is": "record", "must": {"most"}, "may": {"at"}},
	{"at": ["trust"], "is": "record", "must": set(), "may": {"senders", "quarantine"}},
	{
		"at": ["trust", "senders"],
		"is": "map",
		"must": {"contributors", "tenants", "purposes", "clearance"},
		"may": set(),
	},
	{
		"at": ["trust", "quarantine"],
		"is": "record",
		"must": set(),
		"may": {"senders", "contributors", "documents"},
	},
	{"at": ["trust", "quarantine", "senders"], "is": "names"},
	{"at": ["trust", "quarantine", "contributors"], "is": "names"},
	{"at": ["trust", "quarantine", "documents"], "is": "names"},
	{"at": ["volume"], "is": "map", "must": {"most"}, "may": {"actions", "measured"}},
]

_value(at) := data.sealwright.config[at[0]] if count(at) == 1

_value(at) := data.sealwright.config[at[0]][at[1]] if count(at) == 2

_value(at) := data.sealwright.config[at[0]][at[1]][at[2]] if count(at) == 3

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
