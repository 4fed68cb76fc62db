//! Remembers a bounded number of answers, so that the same question is not worked out again.
//!
//! A question's hash says in which of [`SETS`] sets its answer may stand. A set holds two: when a third comes, that goes which
//! was not asked for as long. There is no clock. A question is compared as a whole, so nobody can make two questions one, and
//! one that collides by design drives out two answers and no more.

use alloc::vec::Vec;
use core::borrow::Borrow;
#[cfg(not(feature = "std"))]
use core::cell::RefCell;
use core::hash::{Hash, Hasher};
#[cfg(feature = "std")]
use std::sync::Mutex;

/// A power of two.
const SETS: usize = 512;

/// Whether answers are remembered by the facts they depend on too: small builds go without.
pub(crate) const REMEMBERS_PARTS: bool = cfg!(feature = "std");

/// The most bytes of a key, and of an answer, that are remembered.
pub(crate) const MAX_SIZE: usize = 4096;

/// Maps questions to answers. Where another thread is at it, nothing is found and nothing kept: nobody waits.
pub(crate) struct Cache<K, V> {
    #[cfg(feature = "std")]
    sets: Mutex<Vec<Set<K, V>>>,
    /// Builds without `std` are for one thread.
    #[cfg(not(feature = "std"))]
    sets: RefCell<Vec<Set<K, V>>>,
}

/// Holds two questions with their answers, the one that was asked for last in front.
type Set<K, V> = [Option<Kept<K, V>>; 2];

struct Kept<K, V> {
    hash: u64,
    key: K,
    value: V,
}

impl<K: Eq, V: Clone> Cache<K, V> {
    pub(crate) fn new() -> Self {
        Self { sets: Vec::new().into() }
    }

    /// Returns what was kept for a question, given with its hash.
    pub(crate) fn get<Q: Eq + ?Sized>(&self, hash: u64, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.change(hash, |sets, place| {
            let set = sets.get_mut(place)?;
            let is_asked = |kept: &Option<Kept<K, V>>| {
                kept.as_ref().is_some_and(|kept| kept.hash == hash && kept.key.borrow() == key)
            };
            if set.get(1).is_some_and(is_asked) {
                set.reverse();
            }
            set.first().filter(|kept| is_asked(kept))?.as_ref().map(|kept| kept.value.clone())
        })
    }

    /// Keeps an answer to a question, given with its hash.
    pub(crate) fn put(&self, hash: u64, key: K, value: V) {
        self.change(hash, |sets, place| {
            if sets.is_empty() {
                sets.resize_with(SETS, Set::default);
            }
            let set = sets.get_mut(place)?;
            set.reverse();
            if let Some(first) = set.first_mut() {
                *first = Some(Kept { hash, key, value });
            }
            Some(())
        });
    }

    fn change<T>(&self, hash: u64, change: impl FnOnce(&mut Vec<Set<K, V>>, usize) -> Option<T>) -> Option<T> {
        let place = usize::try_from(hash >> 48).unwrap_or(0) & (SETS - 1);
        #[cfg(feature = "std")]
        let mut sets = self.sets.try_lock().ok()?;
        #[cfg(not(feature = "std"))]
        let mut sets = self.sets.try_borrow_mut().ok()?;
        change(&mut sets, place)
    }
}

/// Returns by what a question is found. It need not withstand an attacker: see above.
pub(crate) fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u64 {
    let mut mixer = Mixer(0);
    key.hash(&mut mixer);
    mixer.finish()
}

/// Mixes words.
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.write_u64(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.write_u64(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, word: u64) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0.rotate_left(29) ^ word).wrapping_mul(ODD);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let cache = Cache::new();
        for key in 0..SETS * 8 {
            cache.put(hash_of(&key), key, key);
            assert_eq!(cache.get(hash_of(&0), &0_usize), Some(0), "{key}");
        }
        let kept = (0..SETS * 8).filter(|key| cache.get(hash_of(key), key).is_some()).count();
        assert!(kept > SETS && kept <= 2 * SETS, "{kept}");
    }

    #[test]
    fn a_question_is_its_whole_text() {
        let cache = Cache::new();
        let hash = 7;
        cache.put(hash, Vec::from(*b"ab"), 1);
        assert_eq!((cache.get(hash, b"a".as_slice()), cache.get(hash, b"ab".as_slice())), (None, Some(1)));
        cache.put(hash, Vec::from(*b"b"), 2);
        assert_eq!((cache.get(hash, b"b".as_slice()), cache.get(hash, b"ab".as_slice())), (Some(2), Some(1)));
        cache.put(hash, Vec::from(*b"c"), 3);
        assert_eq!((cache.get(hash, b"b".as_slice()), cache.get(hash, b"ab".as_slice())), (None, Some(1)));
    }
}
