package sealwright.configuration_test

import data.sealwright.configuration
import data.sealwright.example_test as example

# One of every part, each as its topic reads it.
_all := example.with_topic({
	"attributes": {"rule": {"actions": ["open"], "any_of": [[{
		"fact": ["subject", "department"],
		"operator": "eq",
		"value": "legal",
	}]]}},
	"duties": {
		"approvals": [{"actions": ["destroy"], "officers": ["ada", "bea"], "least": 2, "from": "internal"}],
		"apart": [{"holders_of": ["destroy"], "actions": ["open"]}],
		"not_own": ["destroy"],
	},
	"hold": {
		"stops": ["destroy"],
		"orders": {"smith": {"documents": ["doc-1"], "tenants": [], "matters": ["m-1"], "use": "continue"}},
	},
	"residency": {"zones": {"eu": ["de"]}, "default": "eu", "places": ["subject"]},
	"retrieval": {"every_document_ends": true, "match": {"department": "unit"}},
	"revocation": {"subjects": ["mallory"], "clients": ["cli-1"]},
	"stepup": {
		"levels": ["one"],
		"requirements": [{"from": "internal", "actions": ["open"], "acr": "one", "amr": ["hwk"], "max_age_s": 900}],
	},
	"training": {
		"purposes": ["train"],
		"licences": ["own"],
		"consent": true,
		"contributors": ["ingest"],
		"min_age_days": 1,
		"max_age_days": 400,
		"residual": {"most": {"DEFAULT": 0}, "at": "sealing"},
	},
	"trust": {
		"senders": {"acme+0a1b2c3d": {
			"contributors": ["ingest"],
			"tenants": ["acme"],
			"purposes": ["train"],
			"clearance": "internal",
		}},
		"quarantine": {"senders": ["mallory+00000000"], "contributors": ["mallory"], "documents": ["doc-9"]},
	},
	"volume": {"documents_today": {"actions": ["open"], "measured": false, "most": 100}},
})

_optional := [
	"attributes",
	"duties",
	"hold",
	"residency",
	"retrieval",
	"revocation",
	"stepup",
	"training",
	"trust",
	"volume",
]

_required := [
	["attributes", "rule", "any_of"],
	["hold", "orders"],
	["hold", "orders", "smith", "use"],
	["residency", "zones"],
	["stepup", "requirements"],
	["training", "purposes"],
	["training", "residual", "most"],
	["trust", "senders", "acme+0a1b2c3d", "contributors"],
	["trust", "senders", "acme+0a1b2c3d", "clearance"],
	["volume", "documents_today", "most"],
]

_names := [
	["duties", "not_own"],
	["hold", "stops"],
	["revocation", "subjects"],
	["revocation", "clients"],
	["trust", "quarantine", "senders"],
	["trust", "quarantine", "contributors"],
	["trust", "quarantine", "documents"],
]

_set(path, value) := object.union(_all, {path[0]: {path[1]: value}}) if count(path) == 2

_set(path, value) := object.union(_all, {path[0]: {path[1]: {path[2]: value}}}) if count(path) == 3

test_every_part_in_its_shape_is_valid if {
	configuration.deny == set() with data.sealwright.config as _all
	configuration.misshapen == set() with data.sealwright.config as _all
}

test_every_optional_part_may_be_left_out if {
	configuration.deny == set() with data.sealwright.config as example.config
	every topic in _optional {
		configuration.deny == set() with data.sealwright.config as object.remove(_all, [topic])
	}
}

test_key_that_no_topic_reads_is_denied if {
	every key in ["residancy", "Trust", "volumes", "quarantine", ""] {
		config := object.union(_all, {key: {}})
		configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
	}
}

test_key_that_no_part_reads_is_denied if {
	misspelt := [
		{"attributes": {"rule": {"action": ["open"]}}},
		{"duties": {"aparts": []}},
		{"duties": {"approvals": [{"actions": ["destroy"], "officers": ["ada"], "least": 1, "form": "internal"}]}},
		{"duties": {"apart": [{"holders_of": ["destroy"], "actions": ["open"], "but": []}]}},
		{"hold": {"stop": ["rotate"]}},
		{"hold": {"orders": {"smith": {"document": ["doc-1"]}}}},
		{"residency": {"place": ["backend"]}},
		{"retrieval": {"matches": {}}},
		{"revocation": {"subject": ["mallory"]}},
		{"stepup": {"level": ["one"]}},
		{"stepup": {"requirements": [{"from": "internal", "max_age": 900}]}},
		{"training": {"licenses": ["own"]}},
		{"training": {"residual": {"when": "sealing"}}},
		{"trust": {"quarantined": {}}},
		{"trust": {"senders": {"acme+0a1b2c3d": {"tenant": "acme"}}}},
		{"trust": {"quarantine": {"keys": ["acme+0a1b2c3d"]}}},
		{"volume": {"documents_today": {"max": 10}}},
	]
	every fields in misspelt {
		config := object.union(_all, fields)
		configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
		count(configuration.misshapen) == 1 with data.sealwright.config as config
	}
}

test_part_that_is_no_record_is_denied if {
	every value in [null, true, false, 0, "", "x"] {
		every topic in _optional {
			config := object.union(_all, {topic: value})
			configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
		}
		every collection in [["duties", "approvals"], ["duties", "apart"], ["stepup", "requirements"]] {
			config := _set(collection, [value])
			configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
			whole := _set(collection, value)
			configuration.deny == {"configuration_invalid"} with data.sealwright.config as whole
		}
		every collection in [["hold", "orders"], ["trust", "senders"], ["trust", "quarantine"], ["training", "residual"]] {
			config := _set(collection, value)
			configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
		}
		every item in [["attributes", "rule"], ["volume", "documents_today"], ["hold", "orders", "smith"]] {
			config := _set(item, value)
			configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
		}
	}
}

test_missing_key_of_a_record_is_denied if {
	every path in _required {
		config := json.remove(_all, [path])
		configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
	}
	every demand in [{"officers": ["ada"], "least": 1}, {"actions": [], "least": 1}, {"actions": [], "officers": []}] {
		config := _set(["duties", "approvals"], [demand])
		configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
	}
	every requirement in [{}, {"acr": "one"}] {
		config := _set(["stepup", "requirements"], [requirement])
		configuration.deny == {"configuration_invalid"} with data.sealwright.config as config
	}
}

test_list_of_names_holds_names_alone if {
	every path in _names {
		every value in [null, true, 1, "x", {}, {"x": "x"}, [1], [null], [["x"]]] {
			configuration.deny == {"configuration_invalid"} with data.sealwright.config as _set(path, value)
		}
		configuration.deny == set() with data.sealwright.config as _set(path, [])
	}
}

test_configuration_that_is_none_is_denied if {
	every value in [null, true, 1, "x", ["x"]] {
		configuration.deny == {"configuration_invalid"} with data.sealwright.config as value
	}
}
