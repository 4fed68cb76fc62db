//! Finds the members of large objects: a hash table of the places of their keys.

use alloc::boxed::Box;
use alloc::vec;

use super::Value;

/// From how many members on a table is worth its memory.
pub(super) const MIN_MEMBERS: usize = 32;

/// How many places one search looks at. Keys that collide more than that, by design, get no table but a binary search.
const MAX_PROBES: usize = 16;

/// Holds the places of an object's members, each where its key's hash leads or next to that.
pub(super) struct Index {
    /// One more than a place; 0 where there is none. There are two to four times as many as members.
    places: Box<[u32]>,
}

impl Index {
    /// Makes a table, if every key is a text and few collide.
    pub(super) fn new(members: &[(Value, Value)]) -> Option<Self> {
        let size = members.len().checked_mul(2)?.checked_next_power_of_two()?;
        let mut index = Self { places: vec![0; size].into_boxed_slice() };
        for (place, (key, _)) in (1_u32..).zip(members) {
            let Value::Text(key) = key else { return None };
            let free = index.slots(key).find(|slot| index.places.get(*slot) == Some(&0))?;
            *index.places.get_mut(free)? = place;
        }
        Some(index)
    }

    /// Returns the value at a key, among the members that the table was made of.
    pub(super) fn find<'m>(&self, members: &'m [(Value, Value)], key: &str) -> Option<&'m Value> {
        for slot in self.slots(key) {
            let place = self.places.get(slot)?.checked_sub(1)?;
            let (other, value) = members.get(usize::try_from(place).ok()?)?;
            if matches!(other, Value::Text(other) if other == key) {
                return Some(value);
            }
        }
        None
    }

    fn slots(&self, key: &str) -> impl Iterator<Item = usize> + use<> {
        let mask = self.places.len().wrapping_sub(1);
        let first = usize::try_from(hash(key) & 0xffff_ffff).unwrap_or(0);
        (0..MAX_PROBES).map(move |step| first.wrapping_add(step) & mask)
    }
}

/// Mixes a text's words. It need not withstand an attacker: `MAX_PROBES` does.
fn hash(text: &str) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let words = words.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
    let mixed = words.fold(text.len() as u64, |mixed, word| (mixed.rotate_left(5) ^ word).wrapping_mul(ODD));
    mixed ^ mixed >> 32
}
