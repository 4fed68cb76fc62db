//! Which of several overlapping candidates stays.

use alloc::vec::Vec;

use super::cursor::work;
use super::recognizer::Recognizer;

/// Is a place where an entity stands, as offsets in the whole input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub(super) start: u64,
    pub(super) end: u64,
    /// Its row in the table.
    pub(super) row: usize,
    pub(super) score: f64,
}

/// Holds candidates in the order of the text. No two overlap.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Those that no later one reaches.
    settled: Vec<Candidate>,
    /// Those that a later one may still displace: a handful at most, so that going through them costs little.
    kept: Vec<Candidate>,
}

impl Candidates {
    /// Takes a candidate in, unless one that it overlaps is as good. Those that it overlaps and betters go.
    ///
    /// The longest wins, then the surest, then the earlier row of the table, then the one that came first.
    pub(super) fn offer(&mut self, candidate: Candidate) -> bool {
        let overlaps = |kept: &Candidate| {
            work::count();
            kept.start < candidate.end && candidate.start < kept.end
        };
        if self.kept.iter().any(|kept| overlaps(kept) && !candidate.betters(kept)) {
            return false;
        }
        self.kept.retain(|kept| !overlaps(kept));
        let place = self.kept.partition_point(|kept| kept.start < candidate.start);
        self.kept.insert(place, candidate);
        true
    }

    /// Settles those that end at or before `limit`, where the next may start at the earliest.
    pub(super) fn settle(&mut self, limit: u64) {
        let settled = self.kept.partition_point(|candidate| candidate.end <= limit);
        self.settled.extend(self.kept.drain(..settled));
    }

    /// Takes out those that are settled.
    pub(super) fn take_settled(&mut self) -> impl Iterator<Item = Candidate> {
        self.settled.drain(..)
    }

    /// Returns where the first starts that is not settled.
    pub(super) fn start(&self) -> Option<u64> {
        self.kept.first().map(|candidate| candidate.start)
    }
}

impl Candidate {
    /// Makes the candidate of a row.
    pub(super) fn new(row: usize, recognizer: &Recognizer, start: u64, end: u64) -> Self {
        Self { start, end, row, score: recognizer.score }
    }

    fn betters(&self, other: &Self) -> bool {
        let length = |candidate: &Self| candidate.end.saturating_sub(candidate.start);
        length(self).cmp(&length(other)).then(self.score.total_cmp(&other.score)).then(other.row.cmp(&self.row)).is_gt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(start: u64, end: u64, row: usize, score: f64) -> Candidate {
        Candidate { start, end, row, score }
    }

    fn kept(offers: &[Candidate]) -> Vec<Candidate> {
        let mut candidates = Candidates::default();
        for offer in offers {
            candidates.offer(*offer);
        }
        candidates.settle(u64::MAX);
        candidates.take_settled().collect()
    }

    #[test]
    fn the_longest_wins_then_the_surest_then_the_earlier_row_then_the_first() {
        let cases = [
            [candidate(0, 10, 1, 0.5), candidate(5, 14, 0, 1.0)],
            [candidate(0, 10, 1, 1.0), candidate(5, 15, 0, 0.5)],
            [candidate(0, 10, 0, 1.0), candidate(5, 15, 1, 1.0)],
        ];
        for [winner, loser] in cases {
            assert_eq!(kept(&[winner, loser]), [winner]);
            assert_eq!(kept(&[loser, winner]), [winner]);
        }
        let (first, second) = (candidate(0, 10, 0, 1.0), candidate(5, 15, 0, 1.0));
        assert_eq!(kept(&[first, second]), [first]);
        assert_eq!(kept(&[second, first]), [second]);
    }

    #[test]
    fn neighbours_stay_in_the_order_of_the_text() {
        let (first, second, third) = (candidate(0, 5, 0, 1.0), candidate(5, 9, 1, 1.0), candidate(9, 12, 0, 1.0));
        assert_eq!(kept(&[third, first, second]), [first, second, third]);
    }

    #[test]
    fn a_candidate_must_better_all_that_it_overlaps() {
        let (left, right) = (candidate(0, 5, 0, 1.0), candidate(6, 14, 0, 1.0));
        assert_eq!(kept(&[left, right, candidate(3, 10, 0, 1.0)]), [left, right]);
        assert_eq!(kept(&[left, right, candidate(3, 12, 0, 1.0)]), [candidate(3, 12, 0, 1.0)]);
    }
}
