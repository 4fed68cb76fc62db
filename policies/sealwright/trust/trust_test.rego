package sealwright.trust_test

import data.sealwright.example_test as example
import data.sealwright.trust

_grant := {
	"contributors": ["ingest"],
	"tenants": ["acme"],
	"purposes": ["train", "analyse"],
	"clearance": "confidential",
}

_enrolled := {"trust": {"senders": {"acme+0a1b2c3d": _grant}}}

_config := example.with_topic(_enrolled)

_signed := {"verified": true, "name": "acme", "key_id": "acme+0a1b2c3d"}

_fields := {"contributor": "ingest", "sender": _signed}

_open := example.with_label(example.open, _fields)

_seal := example.with_label(example.seal, _fields)

_store := example.with_label(example.store, _fields)

_quarantine(lists) := example.with_topic({"trust": {"quarantine": lists}})

_grants(fields) := object.union(_config, {"trust": {"senders": {"acme+0a1b2c3d": fields}}})

test_everybody_is_trusted_unless_configured if {
	every request in [example.open, example.seal, example.store, example.destroy] {
		trust.deny == set() with input as request with data.sealwright.config as example.config
		trust.obligations == set() with input as request with data.sealwright.config as example.config
		trust.deny == set() with input as request with data.sealwright.config as {}
	}
}

test_enrolled_sender_passes if {
	every request in [_open, _seal] {
		trust.deny == set() with input as request with data.sealwright.config as _config
	}
}

test_sealing_needs_a_signature_that_holds if {
	trust.obligations == {{"type": "require_signature"}} with input as _seal with data.sealwright.config as _config
	trust.obligations == set() with input as _open with data.sealwright.config as _config
	config := _quarantine({"senders": ["mallory+00000000"]})
	trust.obligations == {{"type": "require_signature"}} with input as _seal with data.sealwright.config as config
}

test_unverified_sender_is_denied if {
	every verified in [null, false, 0, 1, "", "true", [], [true], {}] {
		request := example.with_label(_open, {"sender": {"verified": verified}})
		trust.deny == {"sender_unverified"} with input as request with data.sealwright.config as _config
	}
	paths := [
		"resource/properties/sender",
		"resource/properties/sender/verified",
		"resource/properties/sender/key_id",
	]
	every path in paths {
		every request in [_open, _seal] {
			unsigned := example.without(request, path)
			trust.deny == {"sender_unverified"} with input as unsigned with data.sealwright.config as _config
		}
	}
}

test_unknown_sender_is_denied if {
	every key in ["acme", "acme+0a1b2c3e", "Acme+0a1b2c3d", ""] {
		request := example.with_label(_open, {"sender": {"key_id": key}})
		trust.deny == {"sender_unknown"} with input as request with data.sealwright.config as _config
	}
	every senders in [null, true, 1, "acme+0a1b2c3d", [], {}] {
		config := example.with_topic({"trust": {"senders": senders}})
		trust.deny == {"sender_unknown"} with input as _open with data.sealwright.config as config
	}
}

test_missing_contributor_is_denied if {
	request := example.without(_open, "resource/properties/contributor")
	trust.deny == {"contributor_missing"} with input as request with data.sealwright.config as _config
	config := _quarantine({"contributors": ["mallory"]})
	trust.deny == {"contributor_missing"} with input as request with data.sealwright.config as config
	every name in [null, true, 0, [], {}, ["ingest"]] {
		hostile := example.with_label(_open, {"contributor": name})
		trust.deny == {"contributor_missing"} with input as hostile with data.sealwright.config as _config
	}
}

test_contribution_beyond_the_grant_is_denied if {
	beyond := [
		{"contributor": "other"},
		{"tenant": "globex"},
		{"classification": "restricted"},
		{"classification": "secret"},
		{"purposes": ["train", "tune"]},
	]
	every fields in beyond {
		every request in [example.with_label(_open, fields), example.with_label(_seal, fields)] {
			trust.deny == {"contribution_not_permitted"} with input as request with data.sealwright.config as _config
		}
	}
	every path in ["resource/properties/tenant", "resource/properties/classification"] {
		request := example.without(_open, path)
		trust.deny == {"contribution_not_permitted"} with input as request with data.sealwright.config as _config
	}
}

test_grant_that_is_missing_a_part_grants_nothing if {
	every field in object.keys(_grant) {
		config := json.remove(_config, [["trust", "senders", "acme+0a1b2c3d", field]])
		trust.deny == {"contribution_not_permitted"} with input as _open with data.sealwright.config as config
		hostile := _grants({field: null})
		trust.deny == {"contribution_not_permitted"} with input as _open with data.sealwright.config as hostile
	}
}

test_quarantine_shuts_out if {
	lists := [{"senders": ["acme+0a1b2c3d"]}, {"contributors": ["x", "ingest"]}, {"documents": ["doc-1"]}]
	every list in lists {
		config := _quarantine(list)
		trust.deny == {"quarantined"} with input as _open with data.sealwright.config as config
		trust.deny == {"quarantined"} with input as _seal with data.sealwright.config as config
		enrolled := object.union(config, _enrolled)
		trust.deny == {"quarantined"} with input as _open with data.sealwright.config as enrolled
	}
}

test_others_pass_the_quarantine if {
	others := {"senders": ["mallory+00000000"], "contributors": ["mallory"], "documents": ["doc-2"]}
	trust.deny == set() with input as _open with data.sealwright.config as _quarantine(others)
	none := {"senders": [], "contributors": [], "documents": []}
	trust.deny == set() with input as example.open with data.sealwright.config as _quarantine(none)
}

test_leaving_the_signature_out_does_not_evade_the_quarantine if {
	config := _quarantine({"senders": ["acme+0a1b2c3d"]})
	unsigned := example.with_label(example.open, {"contributor": "ingest", "sender": {"verified": false}})
	trust.deny == {"sender_unverified"} with input as unsigned with data.sealwright.config as config
	missing := example.without(_open, "resource/properties/sender")
	trust.deny == {"sender_unverified"} with input as missing with data.sealwright.config as config
}

test_document_without_an_id_counts_as_quarantined if {
	config := _quarantine({"documents": ["doc-2"]})
	request := example.without(_open, "resource/properties/document_id")
	trust.deny == {"quarantined"} with input as request with data.sealwright.config as config
}

test_storing_is_held_to_it_as_sealing_is if {
	trust.deny == set() with input as _store with data.sealwright.config as _config
	trust.obligations == {{"type": "require_signature"}} with input as _store with data.sealwright.config as _config
	unsigned := example.with_label(_store, {"sender": {"verified": false}})
	trust.deny == {"sender_unverified"} with input as unsigned with data.sealwright.config as _config
	wide := example.with_label(_store, {"purposes": ["train", "tune"]})
	trust.deny == {"contribution_not_permitted"} with input as wide with data.sealwright.config as _config
	shut := _quarantine({"documents": ["doc-1"]})
	trust.deny == {"quarantined"} with input as _store with data.sealwright.config as shut
}

test_managing_goes_on if {
	request := example.with_label(example.destroy, _fields)
	config := object.union(_quarantine({"documents": ["doc-1"]}), _enrolled)
	trust.deny == set() with input as request with data.sealwright.config as config
	bare := example.destroy
	trust.deny == set() with input as bare with data.sealwright.config as config
}

test_unknown_action_is_held_to_it if {
	request := example.without(example.open, "action/name")
	trust.deny == {"sender_unverified", "contributor_missing"} with input as request with data.sealwright.config as _config
}
