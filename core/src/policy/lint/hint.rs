//! What to do about a failure.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::builtin;

/// What OPA has and decisions do not, by how its name begins, and what stands in for it.
const INSTEAD: &[(&str, &str)] = &[
    ("http.", "a decision reaches no network: let the host fetch it, and pass it in `input.context` or as data"),
    ("time.now_ns", "a decision has no clock: read `input.context.time`, which the host vouches for"),
    ("rand.", "a decision does not depend on chance: let the host draw, and pass it in `input.context`"),
    ("uuid.rfc4122", "a decision does not depend on chance: let the host make the id, and pass it in `input.context`"),
    ("opa.runtime", "a decision does not read its host: put settings into the policy's data"),
    ("rego.", "a decision does not read its own text: put what it needs into the policy's data"),
    ("net.lookup_ip_addr", "a decision reaches no network: let the host look it up, and pass it in `input.context`"),
    ("providers.", "a decision reaches no network: let the host sign its own requests"),
    ("print", "remove it: `policy test` shows which lines were reached"),
    ("trace", "remove it: `policy test` shows which lines were reached"),
    ("io.jwt.encode", "a decision signs nothing: let the host issue the token"),
    ("crypto.md5", "take `crypto.sha256`"),
    ("crypto.sha1", "take `crypto.sha256`"),
    ("crypto.hmac.md5", "take `crypto.hmac.sha256`"),
    ("crypto.hmac.sha1", "take `crypto.hmac.sha256`"),
    ("crypto.x509", "let the host verify certificates, and pass what they say in `input.context`"),
    ("crypto.parse_private_keys", "a decision holds no private key"),
    ("graphql.", "let the host parse the query, and pass its parts in `input.context`"),
    ("yaml.", "let the host convert it, and read it with `json.unmarshal`"),
    ("json.match_schema", "state in rules what must hold, or validate the request before it is decided"),
    ("json.verify_schema", "validate the schema before the policy is built"),
    ("regex.globs_match", "take `glob.match`"),
    ("regex.template_match", "take `regex.match`"),
    ("regex.", "this build has no regular expressions: take `glob.match`, `startswith` or `contains`"),
    ("io.jwt.verify_ps", "take `io.jwt.verify_es256` or `io.jwt.verify_eddsa`"),
    ("io.jwt.", "take `io.jwt.decode_verify`, or let the host verify the token and pass its claims in `input.subject`"),
];

/// Returns what to do about a failure of loading.
pub(super) fn of_failure(code: &str, called: Option<&str>) -> String {
    let text = match (code, called) {
        ("policy_builtin", Some(name)) => return of_call(name),
        ("policy_syntax", _) => "write it as Rego v1 has it",
        ("policy_recursion", _) => "break the circle: no rule may build on its own value",
        ("policy_limit", _) => "make the policy smaller, or split what is nested into rules",
        _ => "put right what the message names",
    };
    text.to_owned()
}

fn of_call(name: &str) -> String {
    if let Some((_, instead)) = INSTEAD.iter().find(|(start, _)| name.starts_with(start)) {
        return (*instead).to_owned();
    }
    match nearest(name, builtin::names()) {
        Some(known) => format!("is `{known}` meant?"),
        None => "define the function, import its package, or take a built-in that decisions may use".to_owned(),
    }
}

/// Returns the name that differs least, if it is by no more than two letters.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = |known: &&str| distance(name, known);
    known
        .filter(|known| known.len().abs_diff(name.len()) <= 2 && far(known) <= 2 && far(known) < name.len())
        .min_by_key(far)
}

/// Counts the letters that are put in, left out or exchanged (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut above_left = index;
        let mut left = index.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, second) in row.iter_mut().skip(1).zip(other.chars()) {
            let exchanged = above_left.saturating_add(usize::from(letter != second));
            above_left = *cell;
            left = exchanged.min(above_left.saturating_add(1)).min(left.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
