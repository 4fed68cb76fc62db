use std::format;

use super::*;

/// RFC 8037, appendix A.4.
const ED25519_KEY: &str =
    r#"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"#;
const ED25519_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
    hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// The claims of RFC 7515, appendix A: `iss` is `joe`, `exp` is 1300819380.
const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const READ_CLAIMS: &str = r#"{"iss": "joe", "exp": 1300819380, "http://example.com/is_root": true}"#;

#[test]
fn rfc_8037_example_holds() {
    check(&[
        ("io.jwt.verify_eddsa", &format!("[\"{ED25519_TOKEN}\", \"{ED25519_KEY}\"]"), "true"),
        (
            "io.jwt.verify_eddsa",
            &format!("[\"{}\", \"{ED25519_KEY}\"]", ED25519_TOKEN.replace("hgyY", "hgyZ")),
            "false",
        ),
        ("io.jwt.verify_eddsa", &format!("[\"{ED25519_TOKEN}\", \"{{\\\"kty\\\":\\\"none\\\"}}\"]"), UNDEFINED),
        ("io.jwt.verify_eddsa", &format!("[\"a.b\", \"{ED25519_KEY}\"]"), UNDEFINED),
    ]);
}

/// The secret is `secret`; another implementation of HMAC made the tags.
const HS256: &str =
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjEwMCwibmJmIjo1MH0.lO6gQX6N-xdVNQR5zBTyVC0o39b8BRYzmGTzr-DXCSs";

#[test]
fn a_token_that_says_when_it_holds_needs_a_time() {
    let verified = r#"[true, {"alg": "HS256"}, {"iss": "joe", "exp": 100, "nbf": 50}]"#;
    let refused = "[false, {}, {}]";
    let args = |constraints: &str| format!("[\"{HS256}\", {{\"secret\": \"secret\"{constraints}}}]");
    check(&[
        ("io.jwt.decode_verify", &args(", \"time\": 50000000000"), verified),
        ("io.jwt.decode_verify", &args(", \"time\": 99999999999, \"alg\": \"HS256\", \"iss\": \"joe\""), verified),
        ("io.jwt.decode_verify", &args(""), UNDEFINED),
        ("io.jwt.decode_verify", &args(", \"time\": -1"), UNDEFINED),
        ("io.jwt.decode_verify", &args(", \"time\": \"50000000000\""), UNDEFINED),
        ("io.jwt.decode_verify", &args(", \"time\": 49999999999"), refused),
        ("io.jwt.decode_verify", &args(", \"time\": 100000000000"), refused),
        ("io.jwt.decode_verify", &args(", \"time\": 60000000000, \"iss\": \"ann\""), refused),
        ("io.jwt.decode_verify", &args(", \"time\": 60000000000, \"aud\": \"x\""), refused),
        ("io.jwt.decode_verify", &args(", \"time\": 60000000000, \"alg\": \"HS512\""), refused),
        ("io.jwt.decode_verify", &args(", \"time\": 60000000000, \"other\": 1"), UNDEFINED),
        ("io.jwt.decode_verify", &args(&format!(", \"time\": 60000000000, \"cert\": \"{ED25519_KEY}\"")), UNDEFINED),
        ("io.jwt.decode_verify", &format!("[\"{HS256}\", {{\"time\": 60000000000}}]"), UNDEFINED),
        ("io.jwt.verify_hs256", &format!("[\"{HS256}\", \"secret\"]"), "true"),
        ("io.jwt.verify_hs256", &format!("[\"{HS256}\", \"other\"]"), "false"),
        ("io.jwt.verify_hs512", &format!("[\"{HS256}\", \"secret\"]"), "false"),
    ]);
}

/// A header of `none`, and one of HMAC whose secret is the public key: both are attacks on verifiers that believe the header.
#[test]
fn a_public_key_is_never_a_secret_and_none_never_an_algorithm() {
    let none = "eyJhbGciOiJub25lIn0.e30.";
    let confused = "eyJhbGciOiJIUzI1NiJ9.e30.5FAO1KhAUdraCOwRjRxtY5bEv8OJ4Yn8QtcXxVwXQAc";
    for token in [none, confused] {
        for constraint in [format!("\"cert\": \"{ED25519_KEY}\""), String::from("\"secret\": \"s\"")] {
            let args = format!("[\"{token}\", {{{constraint}, \"time\": 0}}]");
            assert_eq!(call("io.jwt.decode_verify", &args), Ok(Some(read("[false, {}, {}]"))), "{args}");
        }
    }
}

#[test]
fn what_must_be_understood_and_is_not_is_refused() {
    // {"alg":"HS256","crit":["exp"],"exp":1}
    let critical = "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiZXhwIl0sImV4cCI6MX0.e30.AAAA";
    // {"alg":"dir","enc":"A128GCM"}
    let encrypted = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.e30.AAAA";
    // {"alg":"HS256","alg":"none"}
    let repeated = "eyJhbGciOiJIUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AAAA";
    check(&[
        ("io.jwt.decode_verify", &format!("[\"{critical}\", {{\"secret\": \"s\"}}]"), "[false, {}, {}]"),
        ("io.jwt.decode", &format!("[\"{encrypted}\"]"), UNDEFINED),
        ("io.jwt.decode", &format!("[\"{repeated}\"]"), UNDEFINED),
        ("io.jwt.decode", "[\"e30.e30.e30.e30\"]", UNDEFINED),
        (
            "io.jwt.decode",
            &format!("[\"eyJhbGciOiJIUzI1NiJ9.{CLAIMS}.AAH_\"]"),
            &format!("[{{\"alg\": \"HS256\"}}, {READ_CLAIMS}, \"0001ff\"]"),
        ),
    ]);
}

#[cfg(feature = "jwt")]
mod signed {
    use super::*;

    /// RFC 7515, appendix A.3.
    const ES256_KEY: &str = r#"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"#;
    const ES256_SIGNATURE: &str =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    /// RFC 7515, appendix A.2.
    const RS256_KEY: &str = r#"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}"#;
    const RS256_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    #[test]
    fn rfc_7515_examples_hold() {
        let es256 = format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.{ES256_SIGNATURE}");
        let rs256 = format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.{RS256_SIGNATURE}");
        let set = format!(r#"{{\"keys\":[{ES256_KEY},{RS256_KEY}]}}"#);
        check(&[
            ("io.jwt.verify_es256", &format!("[\"{es256}\", \"{ES256_KEY}\"]"), "true"),
            ("io.jwt.verify_rs256", &format!("[\"{rs256}\", \"{RS256_KEY}\"]"), "true"),
            ("io.jwt.verify_rs256", &format!("[\"{es256}\", \"{ES256_KEY}\"]"), "false"),
            ("io.jwt.verify_rs512", &format!("[\"{rs256}\", \"{RS256_KEY}\"]"), "false"),
            ("io.jwt.verify_es256", &format!("[\"{}\", \"{ES256_KEY}\"]", es256.replace(CLAIMS, "e30")), "false"),
            (
                "io.jwt.decode_verify",
                &format!("[\"{rs256}\", {{\"cert\": \"{set}\", \"iss\": \"joe\", \"time\": 1300819379999999999}}]"),
                &format!("[true, {{\"alg\": \"RS256\"}}, {READ_CLAIMS}]"),
            ),
            (
                "io.jwt.decode_verify",
                &format!("[\"{es256}\", {{\"cert\": \"{set}\", \"time\": 1300819380000000000}}]"),
                "[false, {}, {}]",
            ),
        ]);
    }
}
