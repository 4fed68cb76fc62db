//! `uri.parse` and `uri.is_valid`: RFC 3986, as loose as the parser that OPA has.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use super::text::work;
use super::url::unescape;
use super::{Outcome, done};
use crate::policy::fuel::{Fuel, length};
use crate::policy::value::Value;

pub(super) fn parse(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(4).saturating_add(512))?;
    let Some(uri) = Uri::parse(text) else { return Ok(None) };
    let raw_path = if uri.is_default_path() { uri.path.clone() } else { uri.raw_path };
    let members = [
        ("scheme", uri.scheme),
        ("hostname", uri.hostname),
        ("port", uri.port),
        ("path", uri.path),
        ("raw_path", raw_path),
        ("raw_query", uri.query),
        ("fragment", uri.fragment),
    ];
    let members = members.into_iter().filter(|(_, text)| !text.is_empty());
    Value::object(members.map(|(key, text)| (Value::text(key), Value::text(text))).collect()).map(Some)
}

pub(super) fn is_valid(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return done(false) };
    work(fuel, length(text.len()).saturating_mul(4))?;
    done(!text.is_empty() && Uri::parse(text).is_some())
}

#[derive(Default)]
struct Uri {
    scheme: String,
    hostname: String,
    port: String,
    path: String,
    raw_path: String,
    query: String,
    fragment: String,
}

impl Uri {
    fn parse(text: &str) -> Option<Self> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return None;
        }
        let mut uri = Self::default();
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        uri.fragment = unescape(fragment, false)?;
        if text == "*" {
            text.clone_into(&mut uri.path);
            text.clone_into(&mut uri.raw_path);
            return Some(uri);
        }
        let (scheme, rest) = split_scheme(text)?;
        uri.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        query.clone_into(&mut uri.query);
        if !rest.starts_with('/') {
            if !uri.scheme.is_empty() {
                // What has a scheme and no slash is opaque.
                return Some(uri);
            }
            if rest.split('/').next().is_some_and(|first| first.contains(':')) {
                return None;
            }
        }
        let has_authority = rest.starts_with("//") && !(uri.scheme.is_empty() && rest.starts_with("///"));
        let path = match rest.strip_prefix("//").filter(|_| has_authority) {
            Some(rest) => {
                let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
                uri.authority(authority)?;
                path
            }
            None => rest,
        };
        uri.path = unescape(path, false)?;
        path.clone_into(&mut uri.raw_path);
        Some(uri)
    }

    fn authority(&mut self, authority: &str) -> Option<()> {
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
        if !user.bytes().all(is_user) || unescape(user, false).is_none() {
            return None;
        }
        let (host, port) = if host.starts_with('[') {
            let (address, port) = host.split_at_checked(host.rfind(']')?.saturating_add(1))?;
            (address.strip_prefix('[')?.strip_suffix(']')?, port)
        } else {
            let is_port = |place: &usize| host.get(*place..).is_some();
            let place = host.rfind(':').filter(is_port).unwrap_or(host.len());
            host.split_at_checked(place)?
        };
        let digits = port.strip_prefix(':').unwrap_or(port);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !port.is_empty() && !port.starts_with(':') {
            return None;
        }
        digits.clone_into(&mut self.port);
        self.hostname = host_of(host, authority.contains('['))?;
        Some(())
    }

    /// Tells whether the path, escaped as usual, is what stood there.
    fn is_default_path(&self) -> bool {
        let mut escaped = Vec::new();
        for byte in self.path.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
                escaped.push(byte);
            } else {
                let hex = crate::encoding::hex::encode(&[byte]).to_ascii_uppercase();
                escaped.push(b'%');
                escaped.extend_from_slice(hex.as_bytes());
            }
        }
        // What may stand unescaped, too, decodes to itself.
        let is_loose = self.raw_path == self.path;
        is_loose || escaped == self.raw_path.as_bytes()
    }
}

/// In a host, an escape stands for what is not ASCII; in an address in brackets, `%25` is in front of a zone.
fn host_of(host: &str, is_address: bool) -> Option<String> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-._~!$&'()*+,;=:[]<>\"%".contains(&byte);
    if !host.bytes().all(is_host) {
        return None;
    }
    let mut escapes = host.match_indices('%').map(|(place, _)| host.get(place.saturating_add(1)..));
    let is_foreign = |rest: Option<&str>| {
        let first = rest.and_then(|rest| rest.chars().next()).and_then(|digit| digit.to_digit(16));
        first.is_some_and(|digit| digit >= 8) || is_address && rest.is_some_and(|rest| rest.starts_with("25"))
    };
    if escapes.all(is_foreign) { unescape(host, false) } else { None }
}

/// Splits a scheme off; a colon in front of all else is an error.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    match text.split_once(':') {
        Some(("", _)) => None,
        Some((scheme, rest)) if scheme.bytes().all(is_scheme) => {
            Some(if scheme.starts_with(|first: char| first.is_ascii_alphabetic()) {
                (scheme, rest)
            } else {
                ("", text)
            })
        }
        _ => Some(("", text)),
    }
}
