use super::{UNDEFINED, check};

#[test]
fn aggregates_are_those_of_opa() {
    check(&[
        ("count", "[\"añb\"]", "3"),
        ("count", "[{\"a\": 1, \"b\": 2}]", "2"),
        ("count", "[{\"set\": [1, 1.0]}]", "1"),
        ("count", "[7]", UNDEFINED),
        ("sum", "[[]]", "0"),
        ("sum", "[[0.1, 0.2, 0.3]]", "0.6"),
        ("sum", "[{\"set\": [18446744073709551617, 1]}]", "18446744073709551618"),
        ("sum", "[[1, \"2\"]]", UNDEFINED),
        ("product", "[[]]", "1"),
        ("product", "[[1.5, 2]]", "3"),
        ("product", "[[0.1, 0.2]]", "0.02"),
        ("max", "[[3, \"a\", null]]", "\"a\""),
        ("max", "[[]]", UNDEFINED),
        ("min", "[{\"set\": [3, [], false]}]", "false"),
        ("sort", "[{\"set\": [\"b\", 2, true]}]", "[true, 2, \"b\"]"),
        ("sort", "[\"ba\"]", UNDEFINED),
    ]);
}

#[test]
fn arrays_are_cut_within_their_ends() {
    check(&[
        ("array.concat", "[[1], [2, 3]]", "[1, 2, 3]"),
        ("array.concat", "[[1], {\"set\": [2]}]", UNDEFINED),
        ("array.slice", "[[0, 1, 2, 3], -5, 2]", "[0, 1]"),
        ("array.slice", "[[0, 1, 2, 3], 3, 99]", "[3]"),
        ("array.slice", "[[0, 1, 2, 3], 3, 1]", "[]"),
        ("array.slice", "[[0, 1], 0.5, 1]", UNDEFINED),
        ("array.reverse", "[[1, 2]]", "[2, 1]"),
        ("array.flatten", "[[1, [2, [3]], []]]", "[1, 2, [3]]"),
    ]);
}

#[test]
fn numbers_are_made_rounded_and_listed() {
    check(&[
        ("abs", "[-0.5]", "0.5"),
        ("ceil", "[1.1]", "2"),
        ("floor", "[-1.1]", "-2"),
        ("round", "[2.5]", "3"),
        ("to_number", "[\"-42.0\"]", "-42"),
        ("to_number", "[\"+.5e1\"]", "5"),
        ("to_number", "[\" 1\"]", UNDEFINED),
        ("to_number", "[\"1e400\"]", UNDEFINED),
        ("to_number", "[\"Infinity\"]", UNDEFINED),
        ("to_number", "[null]", "0"),
        ("to_number", "[true]", "1"),
        ("numbers.range", "[3, 1]", "[3, 2, 1]"),
        ("numbers.range", "[1, 2.5]", UNDEFINED),
        (
            "numbers.range",
            "[99999999999999999999, 100000000000000000001]",
            "[99999999999999999999, 100000000000000000000, 100000000000000000001]",
        ),
        ("numbers.range_step", "[0, 10, 4]", "[0, 4, 8]"),
        ("numbers.range_step", "[1, -1, 1]", "[1, 0, -1]"),
        ("numbers.range_step", "[0, 1, 0]", UNDEFINED),
        ("numbers.range_step", "[0, 10, 99999999999999999999]", "[0]"),
    ]);
}

#[test]
fn bits_are_those_of_twos_complement() {
    check(&[
        ("bits.and", "[-1, 255]", "255"),
        ("bits.or", "[12, 3]", "15"),
        ("bits.xor", "[-1, 5]", "-6"),
        ("bits.negate", "[0]", "-1"),
        ("bits.lsh", "[1, 70]", "1180591620717411303424"),
        ("bits.lsh", "[1, -1]", UNDEFINED),
        ("bits.rsh", "[-5, 1]", "-3"),
        ("bits.rsh", "[-1, 99999]", "-1"),
        ("bits.and", "[1.5, 1]", UNDEFINED),
    ]);
}

#[test]
fn objects_are_merged_cut_and_searched() {
    check(&[
        ("object.get", "[{\"a\": {\"b\": [7]}}, [\"a\", \"b\", 0], 1]", "7"),
        ("object.get", "[{\"a\": false}, \"a\", 1]", "false"),
        ("object.get", "[{\"a\": 1}, [\"a\", \"b\"], 2]", "2"),
        ("object.get", "[{\"a\": 1}, [], 2]", "{\"a\": 1}"),
        ("object.keys", "[{\"b\": 1, \"a\": 2}]", "{\"set\": [\"a\", \"b\"]}"),
        ("object.filter", "[{\"a\": 1, \"b\": 2}, {\"a\": null}]", "{\"a\": 1}"),
        ("object.remove", "[{\"a\": 1, \"b\": 2}, {\"set\": [\"a\", \"z\"]}]", "{\"b\": 2}"),
        (
            "object.union",
            "[{\"a\": {\"b\": 1}, \"c\": 1}, {\"a\": {\"d\": 2}, \"c\": {}}]",
            "{\"a\": {\"b\": 1, \"d\": 2}, \"c\": {}}",
        ),
        ("object.union_n", "[[{\"a\": {\"b\": 2}}, {\"a\": 4}, {\"a\": {\"c\": 3}}]]", "{\"a\": {\"c\": 3}}"),
        ("object.union_n", "[[]]", "{}"),
        (
            "object.subset",
            "[{\"a\": [1, 2, 3], \"b\": {\"set\": [1, 2]}}, {\"a\": [2, 3], \"b\": {\"set\": [2]}}]",
            "true",
        ),
        ("object.subset", "[{\"a\": 1}, {\"a\": 2}]", "false"),
        ("object.subset", "[[1], []]", "true"),
        ("object.subset", "[[], []]", "true"),
        ("object.subset", "[[1, 2, 1, 3], [1, 3]]", "true"),
        ("object.subset", "[[1], [1, 1]]", "false"),
        ("object.subset", "[[1, 1], {\"set\": [1, 2]}]", "false"),
        ("object.subset", "[[3, 1, 2], {\"set\": [1, 2]}]", "true"),
        ("object.subset", "[{\"set\": []}, []]", UNDEFINED),
    ]);
}

#[test]
fn json_is_filtered_patched_and_written() {
    check(&[
        (
            "json.filter",
            "[{\"a\": {\"b\": 1, \"c\": [5, 6]}, \"d\": 2}, [\"a/c/1\", [\"d\"]]]",
            "{\"a\": {\"c\": [6]}, \"d\": 2}",
        ),
        ("json.filter", "[{\"a/b\": 1, \"c\": 2}, {\"set\": [\"a~1b\"]}]", "{\"a/b\": 1}"),
        (
            "json.remove",
            "[{\"a\": {\"b\": 1, \"c\": [5, 6, 7]}}, [\"a/b\", \"/a/c/0\", \"a/c/2\"]]",
            "{\"a\": {\"c\": [6]}}",
        ),
        ("json.remove", "[{\"a\": 1}, [\"a/b\", \"\"]]", "{\"a\": 1}"),
        ("json.remove", "[{\"a\": 1}, \"a\"]", UNDEFINED),
        (
            "json.patch",
            "[{\"a\": [1]}, [{\"op\": \"add\", \"path\": \"/a/-\", \"value\": 2}, {\"op\": \"test\", \"path\": \"/a/1\", \"value\": 2}]]",
            "{\"a\": [1, 2]}",
        ),
        (
            "json.patch",
            "[{\"a\": {\"b\": 1}}, [{\"op\": \"move\", \"from\": \"/a/b\", \"path\": \"/c\"}]]",
            "{\"a\": {}, \"c\": 1}",
        ),
        ("json.patch", "[{\"a\": 1}, [{\"op\": \"remove\", \"path\": \"/b\"}]]", UNDEFINED),
        (
            "json.patch",
            "[[{\"set\": [1]}], [{\"op\": \"add\", \"path\": [0, 2], \"value\": 2}]]",
            "[{\"set\": [1, 2]}]",
        ),
        ("json.patch", "[[0], [{\"op\": \"replace\", \"path\": \"/01\", \"value\": 2}]]", UNDEFINED),
        (
            "json.marshal",
            "[{\"b\": {\"set\": [2, 1]}, \"a\": \"<\\u0001\\n\"}]",
            r#""{\"a\":\"\\u003c\\u0001\\n\",\"b\":[1,2]}""#,
        ),
        (
            "json.marshal_with_options",
            "[{\"a\": [1], \"b\": {}}, {\"indent\": \" \", \"prefix\": \"#\"}]",
            r##""#{\n# \"a\": [\n#  1\n# ],\n# \"b\": {}\n#}""##,
        ),
        ("json.marshal_with_options", "[[1], {\"pretty\": false, \"indent\": \" \"}]", "\"[1]\""),
        ("json.marshal_with_options", "[[1], {\"other\": 1}]", UNDEFINED),
        ("json.unmarshal", "[\"[1e400, 0.10, 12345678901234567890]\"]", "[1e400, 0.1, 12345678901234567890]"),
        ("json.unmarshal", "[\"{\"]", UNDEFINED),
        ("json.is_valid", "[\"[]\"]", "true"),
        ("json.is_valid", "[5]", "false"),
    ]);
}

#[test]
fn sets_are_joined_and_cut() {
    check(&[
        ("and", "[{\"set\": [1, 2, 3]}, {\"set\": [3, 1]}]", "{\"set\": [1, 3]}"),
        ("or", "[{\"set\": [1]}, {\"set\": [2]}]", "{\"set\": [1, 2]}"),
        ("or", "[[1], [2]]", UNDEFINED),
        ("intersection", "[{\"set\": [{\"set\": [1, 2]}, {\"set\": [2, 3]}]}]", "{\"set\": [2]}"),
        ("intersection", "[{\"set\": []}]", "{\"set\": []}"),
        ("union", "[{\"set\": [{\"set\": [1]}, {\"set\": [2]}]}]", "{\"set\": [1, 2]}"),
        ("union", "[{\"set\": [1]}]", UNDEFINED),
    ]);
}
