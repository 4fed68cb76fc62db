//! `net.cidr_*`. Addresses are compared within their family; an IPv4 address in an IPv6 one is an IPv4 address.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::Value;

/// What an address takes as a text in a set.
const ADDRESS_SIZE: u64 = 64;

pub(super) fn contains(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [one, other] = args else { return Ok(None) };
    Ok(holds(one, other, fuel)?.map(Value::Bool))
}

pub(super) fn intersects(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(one), Value::Text(other)] = args else { return Ok(None) };
    fuel.read(length(one.len()).saturating_add(length(other.len())))?;
    match (Net::parse(one), Net::parse(other)) {
        (Some(one), Some(other)) => done(one.has(&other.first()) || other.has(&one.first())),
        _ => Ok(None),
    }
}

pub(super) fn is_valid(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return done(false) };
    fuel.read(length(text.len()))?;
    done(Net::parse(text).is_some())
}

pub(super) fn expand(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    fuel.read(length(text.len()))?;
    let Some(net) = Net::parse(text) else { return Ok(None) };
    let (first, last) = net.range();
    let count = u64::try_from(last.saturating_sub(first)).unwrap_or(u64::MAX).saturating_add(1);
    fuel.sort(usize::try_from(count).unwrap_or(usize::MAX), count.saturating_mul(ADDRESS_SIZE))?;
    fuel.allocate(count.saturating_mul(ADDRESS_SIZE))?;
    let is_v4 = net.is_v4;
    Value::set((first..=last).map(|bits| Value::text(Address { bits, is_v4 }.to_text())).collect()).map(Some)
}

/// Pairs the places of networks with those of the addresses and networks in them.
pub(super) fn contains_matches(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [outer, inner] = args else { return Ok(None) };
    let (Some(outer), Some(inner)) = (listed(outer, fuel)?, listed(inner, fuel)?) else { return Ok(None) };
    let mut pairs = Vec::new();
    for (net, place) in &outer {
        for (address, other_place) in &inner {
            fuel.step(2)?;
            match holds(net, address, fuel)? {
                Some(true) => {
                    fuel.allocate(128)?;
                    pairs.push(Value::array([place.clone(), other_place.clone()].into())?);
                }
                Some(false) => {}
                None => return Ok(None),
            }
        }
    }
    let weight = pairs.iter().map(Value::weight).fold(0, u64::saturating_add);
    fuel.sort(pairs.len(), weight)?;
    Value::set(pairs).map(Some)
}

pub(super) fn merge(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [collection @ (Value::Array(_) | Value::Set(_))] = args else { return Ok(None) };
    fuel.sort(collection.len(), collection.weight().saturating_mul(4))?;
    fuel.allocate(length(collection.len()).saturating_mul(ADDRESS_SIZE))?;
    let texts = super::aggregate::items(collection).unwrap_or_default().iter();
    let nets = texts.map(|text| match text {
        Value::Text(text) => Net::parse(text).or_else(|| Net::of_class(text)),
        _ => None,
    });
    let Some(nets) = nets.collect::<Option<Vec<_>>>() else { return Ok(None) };
    let mut merged = Vec::new();
    for is_v4 in [true, false] {
        let mut ranges: Vec<_> = nets.iter().filter(|net| net.is_v4 == is_v4).map(Net::range).collect();
        ranges.sort_unstable();
        for (first, last) in joined(&ranges) {
            blocks(first, last, is_v4, fuel, &mut merged)?;
        }
    }
    Value::set(merged).map(Some)
}

fn joined(ranges: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let mut joined: Vec<(u128, u128)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if *first <= end.saturating_add(1) => *end = (*end).max(*last),
            _ => joined.push((*first, *last)),
        }
    }
    joined
}

/// Covers a range by as few networks as can be.
fn blocks(mut first: u128, last: u128, is_v4: bool, fuel: &mut Fuel, out: &mut Vec<Value>) -> Result<(), Fault> {
    let size = if is_v4 { 32 } else { 128 };
    loop {
        fuel.step(1)?;
        fuel.allocate(ADDRESS_SIZE)?;
        let room = last.saturating_sub(first);
        // The largest block that starts here and ends in time.
        let mut bits = first.trailing_zeros().min(size);
        while ones(bits) > room {
            bits = bits.saturating_sub(1);
        }
        let prefix = size.saturating_sub(bits);
        out.push(Value::text([Address { bits: first, is_v4 }.to_text(), prefix.to_string()].join("/")));
        if ones(bits) == room {
            return Ok(());
        }
        first = first.saturating_add(ones(bits)).saturating_add(1);
    }
}

/// Returns a number of so many ones.
fn ones(bits: u32) -> u128 {
    1_u128.checked_shl(bits).map_or(u128::MAX, |power| power.saturating_sub(1))
}

/// Tells whether a network holds an address or a network; nothing for what is neither.
fn holds(net: &Value, inner: &Value, fuel: &mut Fuel) -> Result<Option<bool>, Fault> {
    let (Value::Text(net), Value::Text(inner)) = (net, inner) else { return Ok(None) };
    fuel.read(length(net.len()).saturating_add(length(inner.len())))?;
    let Some(net) = Net::parse(net) else { return Ok(None) };
    if let Some(address) = Address::parse(inner) {
        return Ok(Some(net.has(&address)));
    }
    Ok(Net::parse(inner).map(|inner| net.has(&inner.first()) && net.has(&inner.last())))
}

/// Returns texts, each with its place: itself, its index, its key, or the whole item of a set.
fn listed(collection: &Value, fuel: &mut Fuel) -> Result<Option<Vec<(Value, Value)>>, Fault> {
    fuel.step(length(collection.len()))?;
    fuel.allocate(length(collection.len()).saturating_mul(64))?;
    let text = |item: &Value| match item {
        Value::Array(items) => items.get(0).cloned(),
        Value::Text(_) => Some(item.clone()),
        _ => None,
    };
    Ok(match collection {
        Value::Text(_) => Some([(collection.clone(), collection.clone())].into()),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| Some((text(item)?, Value::from(index)))).collect()
        }
        Value::Set(items) => items.iter().map(|item| Some((text(item)?, item.clone()))).collect(),
        Value::Object(members) => members.iter().map(|(key, item)| Some((text(item)?, key.clone()))).collect(),
        _ => Some(Vec::new()),
    })
}

struct Address {
    bits: u128,
    is_v4: bool,
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        Some(match text.parse().ok()? {
            IpAddr::V4(address) => Self { bits: u32::from(address).into(), is_v4: true },
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(address) => Self { bits: u32::from(address).into(), is_v4: true },
                None => Self { bits: address.into(), is_v4: false },
            },
        })
    }

    fn to_text(&self) -> String {
        match u32::try_from(self.bits) {
            Ok(bits) if self.is_v4 => Ipv4Addr::from(bits).to_string(),
            _ => Ipv6Addr::from(self.bits).to_string(),
        }
    }
}

struct Net {
    first: u128,
    host_bits: u32,
    is_v4: bool,
}

impl Net {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let is_digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| is_digits)?;
        let is_long = address.contains(':');
        let host_bits = if is_long { 128_u32 } else { 32 }.checked_sub(prefix)?;
        let address = Address::parse(address)?;
        if is_long && address.is_v4 && host_bits > 32 {
            // Wider than what is an IPv4 address within IPv6.
            return Some(Self::of(address.bits | 0xffff << 32, host_bits, false));
        }
        Some(Self::of(address.bits, host_bits, address.is_v4))
    }

    /// Makes the network that an IPv4 address alone belonged to when networks had classes.
    fn of_class(text: &str) -> Option<Self> {
        let address = Address::parse(text).filter(|address| address.is_v4)?;
        let host_bits = match address.bits >> 24 {
            0..128 => 24,
            128..192 => 16,
            192..224 => 8,
            _ => return None,
        };
        Some(Self::of(address.bits, host_bits, true))
    }

    fn of(bits: u128, host_bits: u32, is_v4: bool) -> Self {
        Self { first: bits & !ones(host_bits), host_bits, is_v4 }
    }

    fn range(&self) -> (u128, u128) {
        (self.first, self.first | ones(self.host_bits))
    }

    const fn first(&self) -> Address {
        Address { bits: self.first, is_v4: self.is_v4 }
    }

    fn last(&self) -> Address {
        Address { bits: self.range().1, is_v4: self.is_v4 }
    }

    fn has(&self, address: &Address) -> bool {
        let (first, last) = self.range();
        self.is_v4 == address.is_v4 && (first..=last).contains(&address.bits)
    }
}
