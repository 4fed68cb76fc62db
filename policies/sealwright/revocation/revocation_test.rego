package sealwright.revocation_test

import data.sealwright.example_test as example
import data.sealwright.revocation

_subjects(list) := example.with_topic({"revocation": {"subjects": list}})

_clients(list) := example.with_topic({"revocation": {"clients": list}})

_by(client) := example.with_subject(example.open, {"client_id": client})

test_without_configuration_nobody_is_revoked if {
	revocation.deny == set() with input as example.open with data.sealwright.config as example.config
	bare := example.without(example.open, "subject/id")
	revocation.deny == set() with input as bare with data.sealwright.config as example.config
}

test_subject_on_the_list_is_denied_every_action if {
	every request in [example.open, example.train, example.seal, example.store, example.fetch, example.destroy] {
		config := _subjects(["ana@acme.example", "rea@acme.example"])
		revocation.deny == {"subject_revoked"} with input as request with data.sealwright.config as config
	}
}

test_client_on_the_list_is_denied if {
	config := _clients(["cli-1"])
	revocation.deny == {"client_revoked"} with input as _by("cli-1") with data.sealwright.config as config
}

test_subject_and_client_are_told_apart if {
	config := example.with_topic({"revocation": {"subjects": ["cli-1"], "clients": ["rea@acme.example"]}})
	revocation.deny == set() with input as _by("cli-1") with data.sealwright.config as config
	both := example.with_topic({"revocation": {"subjects": ["rea@acme.example"], "clients": ["cli-1"]}})
	revocation.deny == {"client_revoked", "subject_revoked"} with input as _by("cli-1") with data.sealwright.config as both
}

test_others_are_not_revoked if {
	every list in [[], ["ana@acme.example"], ["REA@acme.example", "rea@acme.example "]] {
		revocation.deny == set() with input as example.open with data.sealwright.config as _subjects(list)
		revocation.deny == set() with input as _by("cli-1") with data.sealwright.config as _clients(list)
	}
}

test_missing_name_counts_as_revoked if {
	config := _subjects(["ana@acme.example"])
	every path in ["subject", "subject/id"] {
		request := example.without(example.open, path)
		revocation.deny == {"subject_revoked"} with input as request with data.sealwright.config as config
	}
	revocation.deny == {"client_revoked"} with input as example.open with data.sealwright.config as _clients(["cli-1"])
}

test_hostile_name_counts_as_revoked if {
	every value in [null, true, 1, [], {}, ["cli-1"]] {
		request := object.union(example.open, {"subject": {"id": value}})
		revocation.deny == {"subject_revoked"} with input as request with data.sealwright.config as _subjects(["ana"])
		revocation.deny == {"client_revoked"} with input as _by(value) with data.sealwright.config as _clients(["cli-1"])
	}
}
