//! `uuid.parse`: RFC 9562, in each of the forms that OPA takes.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Outcome, done};
use crate::policy::fuel::{Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::Value;

const URN: &str = "urn:uuid:";

/// Where the dashes stand in the form with dashes.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// Intervals of 100 ns between the start of the Gregorian calendar and that of Unix time.
const GREGORIAN: i64 = 0x01b2_1dd2_1381_4000;

pub(super) fn parse(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    fuel.read(length(text.len()))?;
    let Some(bytes) = read(text) else { return Ok(None) };
    fuel.allocate(512)?;
    let version = bytes.get(6).map_or(0, |byte| i64::from(byte >> 4));
    let mut members = Vec::from([
        (Value::text("version"), Value::from(version)),
        (Value::text("variant"), Value::text(variant(bytes.get(8).copied().unwrap_or(0)))),
    ]);
    if matches!(version, 1 | 2) {
        members.extend(details(&bytes, version));
    }
    done(Value::object(members)?)
}

/// Reads 32 digits: plain, with dashes, between any two characters, or as a URN.
fn read(text: &str) -> Option<[u8; 16]> {
    let text = match (text.len(), text.split_at_checked(URN.len())) {
        (45, Some((urn, rest))) if urn.eq_ignore_ascii_case(URN) => rest,
        (38, _) => text.get(1..37)?,
        (36 | 32, _) => text,
        _ => return None,
    };
    let mut digits = String::from(text);
    if text.len() == 36 {
        if DASHES.iter().any(|place| text.as_bytes().get(*place) != Some(&b'-')) {
            return None;
        }
        digits.retain(|character| character != '-');
    }
    u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| digits.len() == 32 && !digits.starts_with('+'))
        .map(u128::to_be_bytes)
}

fn variant(byte: u8) -> &'static str {
    match byte {
        0x80..=0xbf => "RFC4122",
        0xc0..=0xdf => "Microsoft",
        0xe0.. => "Future",
        _ => "Reserved",
    }
}

/// Says what versions 1 and 2 hold: a time, a node, a sequence, and in version 2 an id in a domain.
fn details(bytes: &[u8; 16], version: i64) -> Vec<(Value, Value)> {
    let [t0, t1, t2, t3, t4, t5, t6, t7, c0, c1, node @ ..] = *bytes;
    let time = i64::from_be_bytes([t6 & 15, t7, t4, t5, t0, t1, t2, t3]);
    // Before 1970, or far behind it, the nanoseconds do not fit in 64 bits.
    let nanoseconds = Number::from(time.saturating_sub(GREGORIAN)).multiply(&Number::from(100_i64));
    let kind = match node.first().map_or(0, |byte| byte & 3) {
        3 => "local:multicast",
        1 => "global:multicast",
        2 => "local:unicast",
        _ => "global:unicast",
    };
    let [n0, n1, n2, n3, n4, n5] = node;
    let mut members = Vec::from([
        (Value::text("time"), nanoseconds.map_or(Value::Null, Value::Number)),
        (Value::text("nodeid"), Value::text(format!("{n0:02x}-{n1:02x}-{n2:02x}-{n3:02x}-{n4:02x}-{n5:02x}"))),
        (Value::text("macvariables"), Value::text(kind)),
        (Value::text("clocksequence"), Value::from(i64::from(u16::from_be_bytes([c0 & 0x3f, c1])))),
    ]);
    if version == 2 {
        let domain = match c1 {
            0 => "Person",
            1 => "Group",
            2 => "Org",
            _ => "Domain",
        };
        members.push((Value::text("id"), Value::from(i64::from(u32::from_be_bytes([t0, t1, t2, t3])))));
        members.push((Value::text("domain"), Value::text(domain)));
    }
    members
}
