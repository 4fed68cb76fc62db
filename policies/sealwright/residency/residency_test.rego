package sealwright.residency_test

import data.sealwright.example_test as example
import data.sealwright.residency

_zones := {"eu": ["de", "fr"], "us": ["us"]}

_config := example.with_topic({"residency": {"zones": _zones}})

_open := _from("de", "fr")

_from(subject, backend) := example.with_context(claimed, {"region": backend}) if {
	labelled := example.with_label(example.open, {"attributes": {"residency": "eu"}})
	claimed := example.with_subject(labelled, {"region": subject})
}

_sealed_for(zone) := example.with_label(_open, {"attributes": {"residency": zone}})

test_nothing_is_demanded_unless_configured if {
	residency.deny == set() with input as example.open with data.sealwright.config as example.config
	residency.deny == set() with input as example.open with data.sealwright.config as {}
}

test_regions_of_the_zone_pass if {
	every subject in ["de", "fr"] {
		residency.deny == set() with input as _from(subject, "fr") with data.sealwright.config as _config
	}
	american := example.with_label(_from("us", "us"), {"attributes": {"residency": "us"}})
	residency.deny == set() with input as american with data.sealwright.config as _config
}

test_other_region_of_caller_or_backend_is_denied if {
	every regions in [["us", "fr"], ["de", "us"], ["us", "us"], ["DE", "fr"], ["", "fr"], ["eu", "fr"]] {
		request := _from(regions[0], regions[1])
		residency.deny == {"region_not_allowed"} with input as request with data.sealwright.config as _config
	}
}

test_missing_region_is_denied if {
	every path in ["subject", "subject/properties", "subject/properties/region", "context", "context/region"] {
		request := example.without(_open, path)
		residency.deny == {"region_missing"} with input as request with data.sealwright.config as _config
	}
	hostile := [value | some value in example.hostile; not is_string(value)]
	every region in hostile {
		residency.deny == {"region_missing"} with input as _from(region, "fr") with data.sealwright.config as _config
		residency.deny == {"region_missing"} with input as _from("de", region) with data.sealwright.config as _config
	}
}

test_label_without_a_zone_is_denied if {
	paths := [
		"resource",
		"resource/properties",
		"resource/properties/attributes",
		"resource/properties/attributes/residency",
	]
	every path in paths {
		request := example.without(_open, path)
		residency.deny == {"residency_missing"} with input as request with data.sealwright.config as _config
	}
	every zone in [null, true, 0, [], {}, ["eu"]] {
		residency.deny == {"residency_missing"} with input as _sealed_for(zone) with data.sealwright.config as _config
	}
}

test_unknown_zone_is_denied if {
	every zone in ["", "EU", "mars"] {
		residency.deny == {"residency_unknown"} with input as _sealed_for(zone) with data.sealwright.config as _config
	}
	every regions in [null, true, 1, "de", {"de": "de"}] {
		config := example.with_topic({"residency": {"zones": {"eu": regions}}})
		residency.deny == {"residency_unknown"} with input as _open with data.sealwright.config as config
	}
}

test_default_zone_is_for_labels_without_one if {
	config := object.union(_config, {"residency": {"default": "us"}})
	bare := example.without(_from("us", "us"), "resource/properties/attributes/residency")
	residency.deny == set() with input as bare with data.sealwright.config as config
	residency.deny == set() with input as _open with data.sealwright.config as config
	residency.deny == {"residency_missing"} with input as _sealed_for(null) with data.sealwright.config as config
}

test_places_are_chosen if {
	config := object.union(_config, {"residency": {"places": ["backend"]}})
	residency.deny == set() with input as _from(null, "fr") with data.sealwright.config as config
	residency.deny == {"region_not_allowed"} with input as _from("de", "us") with data.sealwright.config as config
	every places in [[], null, "backend", {}] {
		all := object.union(_config, {"residency": {"places": places}})
		residency.deny == {"region_missing"} with input as _from(null, "fr") with data.sealwright.config as all
	}
	misspelt := object.union(_config, {"residency": {"places": ["backends"]}})
	residency.deny == {"region_missing"} with input as _open with data.sealwright.config as misspelt
}

test_sealing_is_held_to_it_and_managing_is_not if {
	sealing := example.with_subject(example.seal, {"region": "us"})
	request := example.with_context(example.with_label(sealing, {"attributes": {"residency": "eu"}}), {"region": "de"})
	residency.deny == {"region_not_allowed"} with input as request with data.sealwright.config as _config
	residency.deny == set() with input as example.destroy with data.sealwright.config as _config
	unknown := example.without(_from("us", "us"), "action/name")
	residency.deny == {"region_not_allowed"} with input as unknown with data.sealwright.config as _config
}

test_malformed_configuration_denies if {
	every value in [null, true, 1, "eu", [], {}] {
		config := example.with_topic({"residency": value})
		residency.deny == {"residency_unknown"} with input as _open with data.sealwright.config as config
	}
}
