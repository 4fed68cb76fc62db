//! Remembers a bounded number of answers, so that the same question is not worked out again.
//!
//! Two generations hold at most [`GENERATION`] entries each. When the younger one is full it becomes the older one, and what
//! nobody asked for in between goes. There is no clock and no hash: keys are compared as wholes, so nobody can make two
//! questions one. Builds without `std`, which browsers load, remember nothing.

#[cfg(feature = "std")]
use alloc::collections::BTreeMap;
#[cfg(feature = "std")]
use std::sync::Mutex;

/// The most entries of one generation.
#[cfg(feature = "std")]
const GENERATION: usize = 512;

/// Whether anything is remembered.
pub(crate) const REMEMBERS: bool = cfg!(feature = "std");

/// The most bytes of a key, and of an answer, that are remembered.
pub(crate) const MAX_SIZE: usize = 4096;

/// Maps questions to answers. Where another thread is at it, nothing is found and nothing kept: nobody waits.
#[cfg(feature = "std")]
pub(crate) struct Cache<K, V>(Mutex<Generations<K, V>>);

#[cfg(feature = "std")]
struct Generations<K, V> {
    young: BTreeMap<K, V>,
    old: BTreeMap<K, V>,
}

#[cfg(feature = "std")]
impl<K: Ord, V: Clone> Cache<K, V> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Generations { young: BTreeMap::new(), old: BTreeMap::new() }))
    }

    /// Returns what was kept for a question.
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: core::borrow::Borrow<Q>,
    {
        let mut generations = self.0.try_lock().ok()?;
        if let Some(value) = generations.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = generations.old.remove_entry(key)?;
        generations.put(key, value.clone());
        Some(value)
    }

    /// Keeps an answer.
    pub(crate) fn put(&self, key: K, value: V) {
        if let Ok(mut generations) = self.0.try_lock() {
            generations.put(key, value);
        }
    }
}

#[cfg(feature = "std")]
impl<K: Ord, V> Generations<K, V> {
    fn put(&mut self, key: K, value: V) {
        if self.young.len() >= GENERATION {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

/// Keeps nothing.
#[cfg(not(feature = "std"))]
pub(crate) struct Cache<K, V>(core::marker::PhantomData<fn() -> (K, V)>);

#[cfg(not(feature = "std"))]
impl<K, V> Cache<K, V> {
    pub(crate) const fn new() -> Self {
        Self(core::marker::PhantomData)
    }

    /// Finds nothing.
    pub(crate) fn get<Q: ?Sized>(&self, _: &Q) -> Option<V> {
        None
    }

    /// Keeps nothing.
    pub(crate) fn put(&self, _: K, _: V) {}
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let cache = Cache::new();
        for key in 0..GENERATION * 8 {
            cache.put(key, key);
            assert_eq!(cache.get(&0), Some(0), "{key}");
        }
        let kept = (0..GENERATION * 8).filter(|key| cache.get(key).is_some()).count();
        assert!(kept > 1 && kept <= 2 * GENERATION, "{kept}");
    }

    #[test]
    fn a_question_is_its_whole_text() {
        let cache = Cache::new();
        cache.put(Vec::from(*b"ab"), 1);
        assert_eq!((cache.get(b"a".as_slice()), cache.get(b"ab".as_slice())), (None, Some(1)));
    }
}
