use super::{UNDEFINED, check};

#[test]
fn texts_count_characters_not_bytes() {
    check(&[
        ("lower", "[\"ÀİA\"]", "\"àia\""),
        ("upper", "[\"ßà\"]", "\"ßÀ\""),
        ("concat", "[\", \", {\"set\": [\"b\", \"a\"]}]", "\"a, b\""),
        ("concat", "[\",\", [1]]", UNDEFINED),
        ("split", "[\"a,b,\", \",\"]", "[\"a\", \"b\", \"\"]"),
        ("split", "[\"né\", \"\"]", "[\"n\", \"é\"]"),
        ("strings.split_n", "[\"a.b.c\", \".\", -2]", "[\"b\", \"c\"]"),
        ("strings.split_n", "[\"a.b.c\", \".\", 0]", "[]"),
        ("substring", "[\"héllo\", 1, 3]", "\"éll\""),
        ("substring", "[\"héllo\", 3, -1]", "\"lo\""),
        ("substring", "[\"a\", -1, 1]", UNDEFINED),
        ("strings.reverse", "[\"aé\"]", "\"éa\""),
        ("trim", "[\"xyaxbyx\", \"yx\"]", "\"axb\""),
        ("trim_left", "[\"  a \", \" \"]", "\"a \""),
        ("trim_right", "[\"abc\", \"\"]", "\"abc\""),
        ("trim_prefix", "[\"aab\", \"a\"]", "\"ab\""),
        ("trim_suffix", "[\"abb\", \"b\"]", "\"ab\""),
        ("trim_space", "[\" \\t\\u00a0a\\n\"]", "\"a\""),
        ("indexof", "[\"añbñ\", \"ñ\"]", "1"),
        ("indexof", "[\"a\", \"z\"]", "-1"),
        ("indexof", "[\"a\", \"\"]", UNDEFINED),
        ("indexof_n", "[\"ñaaa\", \"aa\"]", "[1, 2]"),
        ("strings.count", "[\"aaaa\", \"aa\"]", "2"),
        ("strings.count", "[\"né\", \"\"]", "3"),
        ("contains", "[\"abc\", \"\"]", "true"),
        ("startswith", "[\"abc\", \"ab\"]", "true"),
        ("endswith", "[\"abc\", \"ab\"]", "false"),
        ("strings.any_prefix_match", "[[\"abc\", \"x\"], {\"set\": [\"q\", \"ab\"]}]", "true"),
        ("strings.any_suffix_match", "[\"abc\", [\"ab\"]]", "false"),
        ("strings.any_prefix_match", "[[], \"\"]", "false"),
        ("replace", "[\"banana\", \"an\", \"AN\"]", "\"bANANa\""),
        ("replace", "[\"ab\", \"\", \"-\"]", "\"-a-b-\""),
        ("strings.replace_n", "[{\"a\": \"1\", \"ab\": \"2\"}, \"abc\"]", "\"1bc\""),
        ("strings.replace_n", "[{\"a\": 1}, \"abc\"]", UNDEFINED),
    ]);
}

#[test]
fn formats_are_those_of_go() {
    check(&[
        ("format_int", "[255, 16]", "\"ff\""),
        ("format_int", "[-9.9, 2]", "\"-1001\""),
        ("format_int", "[1, 3]", UNDEFINED),
        ("sprintf", "[\"%s|%5d|%-5d|%05d|%+d\", [\"a\", 42, 42, -42, 42]]", "\"a|   42|42   |-0042|+42\""),
        ("sprintf", "[\"%x %X %#x %o %b %c %U\", [255, 255, 255, 8, 5, 233, 233]]", "\"ff FF 0xff 10 101 é U+00E9\""),
        (
            "sprintf",
            "[\"%v %v %v\", [[\"a\", {\"b\": null}], {\"set\": [1]}, true]]",
            r#""[\"a\", {\"b\": null}] {1} true""#,
        ),
        (
            "sprintf",
            "[\"%.2f %8.3f %e %g %v\", [3.14159, 2.5, 1234.5, 0.00001, 1234567.5]]",
            "\"3.14    2.500 1.234500e+03 1e-05 1.2345675e+06\"",
        ),
        ("sprintf", "[\"%.0f %.1f\", [2.5, 0.25]]", "\"2 0.2\""),
        ("sprintf", "[\"%d %s %t\", [1.5, 2, \"x\"]]", "\"%!d(float64=1.5) %!s(int=2) %!t(string=x)\""),
        ("sprintf", "[\"%d %d\", [1]]", "\"1 %!d(MISSING)\""),
        ("sprintf", "[\"%d\", [1, \"b\"]]", "\"1%!(EXTRA string=b)\""),
        ("sprintf", "[\"%[2]s %[1]s %[9]s\", [\"a\", \"b\"]]", "\"b a %!s(BADINDEX)\""),
        ("sprintf", "[\"%*d|%.*f\", [4, 7, 1, 2.25]]", "\"   7|2.2\""),
        ("sprintf", "[\"100%% %\", []]", "\"100% %!(NOVERB)\""),
        ("sprintf", "[\"%q %x\", [\"a\\\"\", \"hi\"]]", r#""\"a\\\"\" 6869""#),
        (
            "sprintf",
            "[\"%d %s\", [123456789123456789123, 123456789123456789123]]",
            "\"123456789123456789123 123456789123456789123\"",
        ),
        ("sprintf", "[\"%v\", [2e308]]", "\"2e308\""),
        ("sprintf", "[\"%-5s|%5s|%.2s\", [\"é\", \"é\", \"éàü\"]]", "\"é    |    é|éà\""),
        ("sprintf", "[\"%s\", 5]", UNDEFINED),
    ]);
}

#[test]
fn units_are_exact() {
    check(&[
        ("units.parse", "[\"10Mi\"]", "10485760"),
        ("units.parse", "[\"0.1m\"]", "0.0001"),
        ("units.parse", "[\"1.5K\"]", "1500"),
        ("units.parse", "[\"1e3\"]", "1000"),
        ("units.parse", "[\"1e\"]", "1000000000000000000"),
        ("units.parse", "[\"1 K\"]", UNDEFINED),
        ("units.parse", "[\"K\"]", UNDEFINED),
        ("units.parse", "[\"1x\"]", UNDEFINED),
        ("units.parse_bytes", "[\"0.1KiB\"]", "102"),
        ("units.parse_bytes", "[\"\\\"2GB\\\"\"]", "2000000000"),
        ("units.parse_bytes", "[\"1.2.3k\"]", UNDEFINED),
    ]);
}

#[test]
fn encodings_go_both_ways() {
    check(&[
        ("base64.encode", "[\"a?>\"]", "\"YT8+\""),
        ("base64.decode", "[\"YT8+\"]", "\"a?>\""),
        ("base64.decode", "[\"YQ\"]", UNDEFINED),
        ("base64.decode", "[\"/w==\"]", UNDEFINED),
        ("base64.is_valid", "[\"/w==\"]", "true"),
        ("base64url.encode", "[\"a?>a\"]", "\"YT8-YQ==\""),
        ("base64url.encode_no_pad", "[\"a?>a\"]", "\"YT8-YQ\""),
        ("base64url.decode", "[\"YT8-YQ\"]", "\"a?>a\""),
        ("base64url.decode", "[\"YT8+\"]", UNDEFINED),
        ("hex.encode", "[\"é\"]", "\"c3a9\""),
        ("hex.decode", "[\"C3a9\"]", "\"é\""),
        ("hex.decode", "[\"abc\"]", UNDEFINED),
        ("urlquery.encode", "[\"a b&é\"]", "\"a+b%26%C3%A9\""),
        ("urlquery.decode", "[\"a+b%26\"]", "\"a b&\""),
        ("urlquery.decode", "[\"%zz\"]", UNDEFINED),
        ("urlquery.encode_object", "[{\"b\": [\"2\", \"1\"], \"a\": \"x y\"}]", "\"a=x+y&b=2&b=1\""),
        ("urlquery.encode_object", "[{\"a\": 1}]", UNDEFINED),
        ("urlquery.decode_object", "[\"b=2&a=1&b=1&c\"]", "{\"a\": [\"1\"], \"b\": [\"2\", \"1\"], \"c\": [\"\"]}"),
        ("urlquery.decode_object", "[\"a=1;b=2\"]", UNDEFINED),
        (
            "uri.parse",
            "[\"HTTP://u:p@[::1]:80/a%2Fb?q#f\"]",
            "{\"scheme\": \"http\", \"hostname\": \"::1\", \"port\": \"80\", \"path\": \"/a/b\", \"raw_path\": \"/a%2Fb\", \"raw_query\": \"q\", \"fragment\": \"f\"}",
        ),
        ("uri.is_valid", "[\"http://a b/\"]", "false"),
        ("uri.is_valid", "[\"\"]", "false"),
    ]);
}

#[test]
fn versions_compare_by_their_rules() {
    check(&[
        ("semver.compare", "[\"1.0.0-rc.1\", \"1.0.0\"]", "-1"),
        ("semver.compare", "[\"1.0.0-rc.11\", \"1.0.0-rc.2\"]", "1"),
        ("semver.compare", "[\"1.0.0-1\", \"1.0.0-a\"]", "-1"),
        ("semver.compare", "[\"v1.2.3+x\", \"1.2.3\"]", "0"),
        ("semver.compare", "[\"1.2\", \"1.2.3\"]", UNDEFINED),
        ("semver.is_valid", "[\"1.2.3-a..b\"]", "false"),
        ("semver.is_valid", "[\"10.20.30\"]", "true"),
        ("uuid.parse", "[\"00000000-0000-4000-8000-000000000000\"]", "{\"variant\": \"RFC4122\", \"version\": 4}"),
        ("uuid.parse", "[\"00000000-0000-4000-8000-00000000000\"]", UNDEFINED),
    ]);
}

#[test]
fn times_are_functions_of_their_arguments() {
    check(&[
        ("time.parse_rfc3339_ns", "[\"2026-11-21T07:00:00.5+01:00\"]", "1795240800500000000"),
        ("time.parse_rfc3339_ns", "[\"2026-02-29T00:00:00Z\"]", UNDEFINED),
        ("time.parse_rfc3339_ns", "[\"2300-01-01T00:00:00Z\"]", UNDEFINED),
        ("time.parse_ns", "[\"02 Jan 2006, 3:04pm\", \"21 Nov 2026, 7:00am\"]", "1795244400000000000"),
        ("time.parse_ns", "[\"2006-01-02\", \"2026-11-21x\"]", UNDEFINED),
        ("time.format", "[1795244400000000000]", "\"2026-11-21T07:00:00Z\""),
        (
            "time.format",
            "[[1795244400123000000, \"UTC\", \"Mon, _2 Jan 06 15h04m05.000s -0700\"]]",
            "\"Sat, 21 Nov 26 07h00m00.123s +0000\"",
        ),
        ("time.format", "[[1795244400123000000, \"UTC\", \"RFC1123\"]]", "\"Sat, 21 Nov 2026 07:00:00 UTC\""),
        ("time.format", "[[0, \"Europe/Berlin\"]]", UNDEFINED),
        ("time.date", "[-1]", "[1969, 12, 31]"),
        ("time.clock", "[-1]", "[23, 59, 59]"),
        ("time.weekday", "[1795244400000000000]", "\"Saturday\""),
        ("time.add_date", "[1795244400000000000, 0, 3, 8]", "1803884400000000000"),
        ("time.add_date", "[0, 999999999, 0, 0]", UNDEFINED),
        ("time.diff", "[1795244400000000000, 1793404799000000000]", "[0, 0, 21, 7, 0, 1]"),
        ("time.parse_duration_ns", "[\"-1h2.5m\"]", "-3750000000000"),
        ("time.parse_duration_ns", "[\"1\"]", UNDEFINED),
        ("time.parse_duration_ns", "[\"9999999999h\"]", UNDEFINED),
    ]);
}
