use super::{UNDEFINED, check};

#[test]
fn networks_hold_addresses_of_their_family() {
    check(&[
        ("net.cidr_contains", "[\"10.0.0.0/8\", \"10.255.0.1\"]", "true"),
        ("net.cidr_contains", "[\"10.0.0.0/8\", \"10.0.0.0/7\"]", "false"),
        ("net.cidr_contains", "[\"::/0\", \"10.0.0.1\"]", "false"),
        ("net.cidr_contains", "[\"10.0.0.0/8\", \"::ffff:10.0.0.1\"]", "true"),
        ("net.cidr_contains", "[\"10.0.0.0/33\", \"10.0.0.1\"]", UNDEFINED),
        ("net.cidr_contains", "[\"10.0.0.0/8\", \"010.0.0.1\"]", UNDEFINED),
        ("net.cidr_intersects", "[\"10.0.0.0/8\", \"10.1.0.0/16\"]", "true"),
        ("net.cidr_intersects", "[\"10.0.0.0/8\", \"11.0.0.0/8\"]", "false"),
        ("net.cidr_is_valid", "[\"2001:db8::/32\"]", "true"),
        ("net.cidr_is_valid", "[\"2001:db8::\"]", "false"),
        (
            "net.cidr_expand",
            "[\"192.168.1.1/30\"]",
            "{\"set\": [\"192.168.1.0\", \"192.168.1.1\", \"192.168.1.2\", \"192.168.1.3\"]}",
        ),
        ("net.cidr_expand", "[\"2001:db8::1/128\"]", "{\"set\": [\"2001:db8::1\"]}"),
        (
            "net.cidr_contains_matches",
            "[{\"a\": \"1.1.1.0/24\"}, [[\"1.1.1.1\", 5], \"2.2.2.2\"]]",
            "{\"set\": [[\"a\", 0]]}",
        ),
        (
            "net.cidr_merge",
            "[[\"10.0.0.0/25\", \"10.0.0.128/25\", \"fe80::/64\", \"fe80::1/128\"]]",
            "{\"set\": [\"10.0.0.0/24\", \"fe80::/64\"]}",
        ),
        ("net.cidr_merge", "[[\"0.0.0.0/0\", \"::/0\"]]", "{\"set\": [\"0.0.0.0/0\", \"::/0\"]}"),
        ("net.cidr_merge", "[[\"fe80::1\"]]", UNDEFINED),
    ]);
}

#[test]
fn globs_stop_at_delimiters() {
    check(&[
        ("glob.match", "[\"*.github.com\", [], \"api.github.com\"]", "true"),
        ("glob.match", "[\"*.github.com\", [], \"api.cdn.github.com\"]", "false"),
        ("glob.match", "[\"**.com\", [], \"api.cdn.github.com\"]", "true"),
        ("glob.match", "[\"a*c\", null, \"a.b.c\"]", "true"),
        ("glob.match", "[\"{a,b{c,d}}[!x-z]?\", [\"/\"], \"bdq1\"]", "true"),
        ("glob.match", "[\"{a,b}\", [], \"ab\"]", "false"),
        ("glob.match", "[\"a{,b}c\", [], \"ac\"]", "true"),
        ("glob.match", "[\"\\\\*\", [], \"*\"]", "true"),
        ("glob.match", "[\"[a\", [], \"a\"]", UNDEFINED),
        ("glob.match", "[\"{a\", [], \"a\"]", UNDEFINED),
        ("glob.match", "[\"a\", [\"ab\"], \"a\"]", UNDEFINED),
        ("glob.quote_meta", "[\"*.a\"]", "\"\\\\*.a\""),
    ]);
}

#[test]
fn graphs_are_walked_once() {
    check(&[
        (
            "graph.reachable",
            "[{\"a\": [\"b\"], \"b\": {\"set\": [\"a\", \"x\"]}, \"c\": []}, [\"a\", \"q\"]]",
            "{\"set\": [\"a\", \"b\"]}",
        ),
        (
            "graph.reachable_paths",
            "[{\"a\": [\"b\", \"c\"], \"b\": [\"c\"], \"c\": [\"a\"]}, [\"a\"]]",
            "{\"set\": [[\"a\", \"b\", \"c\"], [\"a\", \"c\"]]}",
        ),
        ("walk", "[{\"a\": [1]}]", "[[[], {\"a\": [1]}], [[\"a\"], [1]], [[\"a\", 0], 1]]"),
        ("walk", "[{\"set\": [7]}]", "[[[], {\"set\": [7]}], [[7], 7]]"),
    ]);
}

#[test]
fn types_are_named() {
    check(&[
        ("type_name", "[{\"set\": []}]", "\"set\""),
        ("type_name", "[false]", "\"boolean\""),
        ("is_array", "[[]]", "true"),
        ("is_boolean", "[0]", "false"),
        ("is_null", "[null]", "true"),
        ("is_number", "[0.5]", "true"),
        ("is_object", "[{\"set\": []}]", "false"),
        ("is_set", "[{\"set\": []}]", "true"),
        ("is_string", "[\"\"]", "true"),
    ]);
}

/// The digest of FIPS 180-4's example, and the tag of RFC 4231, test case 2.
#[test]
fn digests_and_tags_are_those_of_their_standards() {
    let (text, key) = ("what do ya want for nothing?", "Jefe");
    let args = std::format!("[\"{text}\", \"{key}\"]");
    check(&[
        ("crypto.sha256", "[\"abc\"]", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""),
        ("crypto.hmac.sha256", &args, "\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\""),
        (
            "crypto.hmac.sha512",
            &args,
            "\"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737\"",
        ),
        ("crypto.hmac.equal", "[\"ab\", \"ab\"]", "true"),
        ("crypto.hmac.equal", "[\"ab\", \"a\"]", "false"),
    ]);
}

#[cfg(feature = "regex")]
#[test]
fn regular_expressions_are_bounded() {
    check(&[
        ("regex.match", "[\"^a.c$\", \"abc\"]", "true"),
        ("regex.match", "[\"(\", \"abc\"]", UNDEFINED),
        ("regex.is_valid", "[\"(\"]", "false"),
        ("regex.split", "[\"/\", \"/a/b\"]", "[\"\", \"a\", \"b\"]"),
        ("regex.replace", "[\"foo bar\", \"(o+)\", \"<$1>\"]", "\"f<oo> bar\""),
        ("regex.find_n", "[\"a.\", \"ab ac ad\", 2]", "[\"ab\", \"ac\"]"),
        ("regex.find_n", "[\"a.\", \"ab ac\", -1]", "[\"ab\", \"ac\"]"),
        ("regex.find_all_string_submatch_n", "[\"a(x*)b(y|z)?c\", \"axxbyc\", -1]", "[[\"axxbyc\", \"xx\", \"y\"]]"),
    ]);
}
