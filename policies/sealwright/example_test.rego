# METADATA
# scope: package
# title: Example
# description: A small configuration and requests that it allows; the topics' tests change one thing at a time.
package sealwright.example_test

config := {
	"actions": {
		"seal": {"kind": "contribute"},
		"open": {"kind": "use"},
		"train": {"kind": "use", "purpose": "train"},
		"destroy": {"kind": "manage"},
		"store": {"kind": "receive"},
		"fetch": {"kind": "manage"},
	},
	"purposes": {"train": {"view": "masked"}, "tune": {"view": "masked"}, "analyse": {"view": "clear"}},
	"ladder": ["public", "internal", "confidential", "restricted"],
	"roles": {
		"reader": {
			"actions": ["open", "fetch"],
			"purposes": ["analyse"],
			"clearance": "confidential",
			"view": "clear",
		},
		"guest": {
			"actions": ["open"],
			"purposes": ["analyse"],
			"clearance": "confidential",
			"view": "masked",
		},
		"trainer": {
			"actions": ["open", "train"],
			"purposes": ["train"],
			"clearance": "internal",
			"view": "clear",
		},
		"author": {
			"actions": ["seal", "store"],
			"purposes": ["train", "tune", "analyse"],
			"clearance": "restricted",
			"view": "masked",
		},
		"officer": {
			"actions": ["destroy"],
			"purposes": [],
			"clearance": "restricted",
			"view": "masked",
		},
	},
	"mfa": {"from": "confidential", "methods": ["mfa", "hwk"]},
	"operators": {"DEFAULT": {"operator": "replace"}},
	"recovery": {"recipients": []},
	"cache_for_ms": 5000,
}

open := {
	"subject": {
		"type": "user",
		"id": "rea@acme.example",
		"properties": {"roles": ["reader"], "tenant": "acme", "amr": ["pwd", "mfa"]},
	},
	"action": {"name": "open", "properties": {}},
	"resource": {
		"type": "document",
		"id": "doc-1",
		"properties": {
			"document_id": "doc-1",
			"classification": "confidential",
			"purposes": ["train", "analyse"],
			"tenant": "acme",
			"created_at": "2026-01-01T00:00:00Z",
		},
	},
	"context": {"time": "2026-11-21T07:00:00Z", "purpose": "analyse"},
}

train := object.union(with_label(with_subject(open, {"roles": ["trainer"]}), {"classification": "internal"}), {
	"action": {"name": "train"},
	"context": {"purpose": "train"},
})

seal := object.union(with_subject(open, {"roles": ["author"]}), {
	"action": {"name": "seal"},
	"resource": {"properties": {"findings": {"scanned": true, "entities": {"EMAIL_ADDRESS": 2}, "total": 2}}},
})

destroy := object.union(with_subject(open, {"roles": ["officer"]}), {"action": {"name": "destroy"}})

store := object.union(with_subject(without(open, "context/purpose"), {"roles": ["author"]}), {"action": {"name": "store"}})

fetch := object.union(without(open, "context/purpose"), {"action": {"name": "fetch"}})

with_subject(request, fields) := object.union(request, {"subject": {"properties": fields}})

with_label(request, fields) := object.union(request, {"resource": {"properties": fields}})

with_context(request, fields) := object.union(request, {"context": fields})

# The configuration with a topic that is left out of it above.
with_topic(fields) := object.union(config, fields)

without(request, path) := json.remove(request, [path])

# Values of every type that no field of text or list may have.
hostile := [null, true, false, 0, 1, -1.5, "", [], {}, [[]], [null], {"0": "mfa"}, {"mfa": "mfa"}]
