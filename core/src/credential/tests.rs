use std::string::String;
use std::vec::Vec;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::key::thumbprint;
use super::{Issuers, Token};
use crate::encoding::base64;
use crate::policy::Subject;

/// The example of RFC 7638, section 3.1.
#[test]
fn the_thumbprint_of_rfc_7638_holds() {
    let jwk = json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj\
              hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ\
              vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK\
              nqDKgw",
        "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"
    });
    assert_eq!(thumbprint(jwk.as_object().unwrap()).unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const KEY: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
const URL: &str = "https://resource.example.org/protectedresource";
const MADE: u64 = 1_562_262_618;

/// The proof of RFC 9449, section 7.1.
const PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZ\
    OXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.\
    eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJj\
    ZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.\
    2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";

fn token(text: &str, thumbprint: &str) -> Token {
    let subject = Subject { kind: "user".into(), id: "ana".into(), properties: Map::new() };
    let hash = base64::encode_url(&Sha256::digest(text));
    Token { subject, scope: Vec::new(), thumbprint: thumbprint.into(), hash }
}

fn code(proof: Option<&str>, token: &Token, method: &str, url: &str, now: u64) -> &'static str {
    let issuers = Issuers::new(Vec::new(), 60, None);
    issuers.verify_proof(proof, token, method, url, now).map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn the_proof_of_rfc_9449_holds() {
    let bound = token(TOKEN, KEY);
    assert_eq!(code(Some(PROOF), &bound, "GET", URL, MADE), "ok");
    assert_eq!(code(Some(PROOF), &bound, "GET", URL, MADE + 60), "ok");
    assert_eq!(code(Some(PROOF), &bound, "GET", URL, MADE - 60), "ok");
}

#[test]
fn a_proof_is_for_one_token_method_url_and_minute() {
    let bound = token(TOKEN, KEY);
    assert_eq!(code(None, &bound, "GET", URL, MADE), "proof_missing");
    for (proof, token, method, url, now) in [
        (PROOF, &bound, "POST", URL, MADE),
        (PROOF, &bound, "GET", "https://resource.example.org/", MADE),
        (PROOF, &bound, "GET", URL, MADE + 61),
        (PROOF, &bound, "GET", URL, MADE - 61),
        (PROOF, &token("another", KEY), "GET", URL, MADE),
        (PROOF, &token(TOKEN, "another"), "GET", URL, MADE),
        ("", &bound, "GET", URL, MADE),
        (&PROOF[1..], &bound, "GET", URL, MADE),
        (&PROOF.replace("LjA", "LjQ"), &bound, "GET", URL, MADE),
        (&"x".repeat(4097), &bound, "GET", URL, MADE),
    ] {
        assert_eq!(code(Some(proof), token, method, url, now), "proof_invalid", "{method} {url} {now}");
    }
}

#[test]
fn a_provers_proof_holds_and_hides_the_private_key() {
    let prover = super::Prover::generate(&mut getrandom::SysRng).unwrap();
    let bound = token(TOKEN, &prover.thumbprint());
    let with_query = &[URL, "?a=b#c"].concat();
    let proof = prover.prove(("GET", with_query), Some(TOKEN), None, MADE, &mut getrandom::SysRng).unwrap();
    assert_eq!(code(Some(&proof), &bound, "GET", URL, MADE), "ok");
    let header = base64::decode_url(proof.split('.').next().unwrap().as_bytes()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let mut members: Vec<&String> = header["jwk"].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["crv", "kty", "x"]);
    let other = prover.prove(("GET", URL), Some(TOKEN), None, MADE, &mut getrandom::SysRng).unwrap();
    assert_ne!(String::from(&*proof), other);
}
