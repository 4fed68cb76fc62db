//! Proofs that were taken, until they hold no more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many are remembered at most. Where there are more, none is taken: that fails closed.
const MOST: usize = 1 << 20;

/// Remembers replay ids, each with the time until which it must be.
#[derive(Default)]
pub(crate) struct Replays(Mutex<HashMap<String, String>>);

impl Replays {
    /// Takes an id; tells whether it is the first time. Times are those of `spec/decision.md`, which compare as text.
    pub(crate) fn take(&self, id: &str, until: &str, now: &str) -> bool {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MOST {
            taken.retain(|_, until| until.as_str() >= now);
        }
        taken.len() < MOST && taken.insert(id.to_owned(), until.to_owned()).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_once() {
        let replays = Replays::default();
        assert!(replays.take("a", "2026-11-21T07:03:00Z", "2026-11-21T07:00:00Z"));
        assert!(!replays.take("a", "2026-11-21T07:03:00Z", "2026-11-21T07:00:00Z"));
        assert!(replays.take("b", "2026-11-21T07:03:00Z", "2026-11-21T07:00:00Z"));
    }
}
