package sealwright.attributes_test

import data.sealwright.attributes
import data.sealwright.example_test as example

_department := {"any_of": [[{
	"fact": ["subject", "department"],
	"operator": "eq",
	"other": ["attributes", "department"],
}]]}

_legal := example.with_label(
	example.with_subject(example.open, {"department": "legal"}),
	{"attributes": {"department": "legal"}},
)

_rule(rule) := example.with_topic({"attributes": {"rule": rule}})

# A rule of one condition on a claim.
_claim(operator, value) := _rule({"any_of": [[{
	"fact": ["subject", "claim"],
	"operator": operator,
	"value": value,
}]]})

_claiming(value) := example.with_subject(example.open, {"claim": value})

test_nothing_is_demanded_unless_configured if {
	every config in [example.config, {}, example.with_topic({"attributes": {}})] {
		attributes.deny == set() with input as example.open with data.sealwright.config as config
	}
}

test_equal_attributes_pass if {
	attributes.deny == set() with input as _legal with data.sealwright.config as _rule(_department)
}

test_other_attribute_is_a_mismatch if {
	every department in ["sales", "Legal", "", 1, true, [], {}, ["legal"]] {
		request := example.with_subject(_legal, {"department": department})
		attributes.deny == {"attribute_mismatch"} with input as request with data.sealwright.config as _rule(_department)
	}
}

test_missing_attribute_is_denied if {
	paths := [
		"subject",
		"subject/properties",
		"subject/properties/department",
		"resource",
		"resource/properties",
		"resource/properties/attributes",
		"resource/properties/attributes/department",
	]
	every path in paths {
		request := example.without(_legal, path)
		attributes.deny == {"attribute_missing"} with input as request with data.sealwright.config as _rule(_department)
	}
	null_claim := example.with_subject(_legal, {"department": null})
	attributes.deny == {"attribute_missing"} with input as null_claim with data.sealwright.config as _rule(_department)
}

# An operator, a value beside it, and claims for which it holds and for which it does not.
_operators := [
	{"operator": "eq", "value": "a", "holds": ["a"], "fails": ["b", "", 1, ["a"]]},
	{"operator": "eq", "value": 1, "holds": [1], "fails": [2, "1", true]},
	{"operator": "eq", "value": true, "holds": [true], "fails": [false, "true", 1]},
	{"operator": "ne", "value": "a", "holds": ["b", ""], "fails": ["a", 1, false, [], {}]},
	{"operator": "lt", "value": 5, "holds": [4, -1, 4.5], "fails": [5, 6, "4", true, false]},
	{"operator": "lte", "value": 5, "holds": [4, 5], "fails": [5.5, "5", false]},
	{"operator": "gt", "value": 5, "holds": [6, 5.5], "fails": [5, 4, "6", "", [], {}]},
	{"operator": "gte", "value": "b", "holds": ["b", "ba", "c"], "fails": ["a", "", "B", 9, [], {}]},
	{"operator": "in", "value": ["a", "b"], "holds": ["a", "b"], "fails": ["c", 1, ["a"], {}]},
	{"operator": "nin", "value": ["a", "b"], "holds": ["c", ""], "fails": ["a", 1, true, ["c"], {}]},
	{"operator": "nin", "value": [], "holds": ["c", 1, true], "fails": [["c"], {}]},
	{"operator": "has", "value": "a", "holds": [["a"], ["b", "a"]], "fails": [[], ["b"], "a", {"a": "a"}, [["a"]]]},
]

test_each_operator_holds_and_fails_as_it_says if {
	every case in _operators {
		every claim in case.holds {
			config := _claim(case.operator, case.value)
			attributes.deny == set() with input as _claiming(claim) with data.sealwright.config as config
		}
		every claim in case.fails {
			config := _claim(case.operator, case.value)
			attributes.deny == {"attribute_mismatch"} with input as _claiming(claim) with data.sealwright.config as config
		}
		config := _claim(case.operator, case.value)
		attributes.deny == {"attribute_missing"} with input as example.open with data.sealwright.config as config
		attributes.deny == {"attribute_missing"} with input as _claiming(null) with data.sealwright.config as config
	}
}

test_facts_come_from_four_places if {
	facts := [["subject", "tenant"], ["label", "tenant"], ["attributes", "tenant"], ["context", "tenant"]]
	labelled := example.with_label(example.open, {"attributes": {"tenant": "acme"}})
	request := example.with_context(labelled, {"tenant": "acme"})
	every fact in facts {
		config := _rule({"any_of": [[{"fact": fact, "operator": "eq", "value": "acme"}]]})
		attributes.deny == set() with input as request with data.sealwright.config as config
	}
	every fact in [["host", "tenant"], ["subject"], [], null, "subject", ["subject", "tenant", "x", "y"], ["", ""]] {
		config := _rule({"any_of": [[{"fact": fact, "operator": "eq", "value": "globex"}]]})
		count(attributes.deny) == 1 with input as request with data.sealwright.config as config
	}
}

test_every_condition_of_a_branch_must_hold if {
	adult := {"fact": ["subject", "age"], "operator": "gte", "value": 18}
	staff := {"fact": ["subject", "contract"], "operator": "ne", "value": "external"}
	config := _rule({"any_of": [[adult, staff]]})
	passing := example.with_subject(example.open, {"age": 18, "contract": "staff"})
	attributes.deny == set() with input as passing with data.sealwright.config as config
	every claims in [{"age": 17}, {"contract": "external"}] {
		request := example.with_subject(passing, claims)
		attributes.deny == {"attribute_mismatch"} with input as request with data.sealwright.config as config
	}
}

test_one_branch_is_enough if {
	on_call := {"fact": ["context", "on_call"], "operator": "eq", "value": true}
	config := _rule({"any_of": [_department.any_of[0], [on_call]]})
	attributes.deny == set() with input as _legal with data.sealwright.config as config
	called := example.with_context(example.open, {"on_call": true})
	attributes.deny == set() with input as called with data.sealwright.config as config
	attributes.deny == {"attribute_missing"} with input as example.open with data.sealwright.config as config
	neither := example.with_context(example.with_subject(_legal, {"department": "sales"}), {"on_call": false})
	attributes.deny == {"attribute_mismatch"} with input as neither with data.sealwright.config as config
}

test_rules_add_up if {
	config := object.union(_rule(_department), {"attributes": {"other": {"any_of": [[{
		"fact": ["subject", "age"],
		"operator": "gte",
		"value": 18,
	}]]}}})
	young := example.with_subject(_legal, {"age": 17})
	attributes.deny == {"attribute_mismatch"} with input as young with data.sealwright.config as config
	attributes.unmet == {"other"} with input as young with data.sealwright.config as config
	elsewhere := example.with_subject(example.without(_legal, "subject/properties/department"), {"age": 17})
	both := {"attribute_mismatch", "attribute_missing"}
	attributes.deny == both with input as elsewhere with data.sealwright.config as config
}

test_rule_of_some_actions_leaves_the_others if {
	config := _rule(object.union(_department, {"actions": ["train"]}))
	attributes.deny == set() with input as example.open with data.sealwright.config as config
	attributes.deny == {"attribute_missing"} with input as example.train with data.sealwright.config as config
	every request in [example.without(example.open, "action"), example.without(example.open, "action/name")] {
		attributes.deny == {"attribute_missing"} with input as request with data.sealwright.config as config
	}
	every actions in [null, "train", {}] {
		everywhere := _rule(object.union(_department, {"actions": actions}))
		attributes.deny == {"attribute_missing"} with input as example.open with data.sealwright.config as everywhere
	}
}

test_malformed_rule_is_not_met if {
	malformed := [
		null,
		true,
		"rule",
		[],
		{},
		{"any_of": []},
		{"any_of": [[]]},
		{"any_of": [null]},
		{"any_of": "x"},
		{"any_of": {"a": []}},
		{"any_of": [{"a": {"fact": ["subject", "tenant"], "operator": "eq", "value": "acme"}}]},
		{"any_of": [[{"fact": ["subject", "tenant"], "operator": "is", "value": "acme"}]]},
		{"any_of": [[{"fact": ["subject", "tenant"], "operator": "in", "value": "acme"}]]},
		{"any_of": [[{"fact": ["subject", "tenant"], "operator": "nin", "value": "globex"}]]},
		{"any_of": [[{"fact": ["subject", "tenant"], "operator": "eq"}]]},
		{"any_of": [[{"fact": ["subject", "tenant"], "value": "acme"}]]},
	]
	every rule in malformed {
		count(attributes.deny) == 1 with input as example.open with data.sealwright.config as _rule(rule)
	}
}
