//! Remembers what one evaluation did, so that it can be told: `spec/policy.md`, "Explain".
//!
//! `machine::trace` tells it what happens. It follows the evaluation that decides, asks for nothing itself and uses no
//! fuel, so the answer with a trace is the answer without.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::super::value::Value;
use super::describe::Root;
use super::program::{Branch, Definition, PlaceId, RulesId, Step};

/// The most evaluations and candidates that are remembered.
const MAX_NODES: usize = 1000;

/// The most candidates of one evaluation that are remembered although they did not hold.
const MAX_NOT_HELD: usize = 20;

/// The most evaluations that one candidate is told to have asked for.
const MAX_ASKED: usize = 50;

/// The most values that are remembered of the candidates that held.
const MAX_VALUES: usize = 10_000;

/// The most steps that are looked at to tell what failed.
const MAX_WORK: usize = 20_000_000;

/// The most that arguments and keys weigh, of which it is told that they were asked for again.
const MAX_KEYS_WEIGHT: u64 = 1024;

/// Remembers an evaluation.
#[derive(Default)]
pub(crate) struct Tracer<'p> {
    pub(crate) evaluations: Vec<Evaluation<'p>>,
    /// Whether there was more than is remembered.
    pub(crate) is_cut: bool,
    /// Where what was found once, in a world and for some keys, is told.
    known: BTreeMap<(u32, RulesId, Vec<Value>), usize>,
    frames: Vec<Frame<'p>>,
    nodes: usize,
    work: usize,
    values: usize,
    worlds: u32,
}

/// Is the evaluation of a path's definitions: whole, under some keys, or for some arguments.
pub(crate) struct Evaluation<'p> {
    pub(crate) rules: RulesId,
    /// How many keys or arguments were given.
    pub(crate) keys: usize,
    /// What it found; `None` is undefined.
    pub(crate) value: Option<Value>,
    /// Whether it came to its end.
    pub(crate) is_done: bool,
    pub(crate) candidates: Vec<Candidate<'p>>,
    /// How many candidates are not told of.
    pub(crate) omitted: usize,
}

/// Is a definition, or its `else`, that was tried or ruled out.
pub(crate) struct Candidate<'p> {
    pub(crate) definition: &'p Definition,
    pub(crate) branch: Option<&'p Branch>,
    pub(crate) has_held: bool,
    /// What it found, for each time it held.
    pub(crate) values: Vec<Value>,
    /// What it failed on first, in the way that came furthest.
    pub(crate) failed: Option<Failed>,
    /// The evaluations that it asked for.
    pub(crate) asked: BTreeSet<usize>,
    depth: usize,
    has_node: bool,
}

/// Says why a candidate did not hold.
#[derive(Clone)]
pub(crate) struct Failed {
    pub(crate) by: FailedBy,
    pub(crate) place: PlaceId,
    pub(crate) saw: Vec<Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailedBy {
    /// A condition did not hold.
    Condition,
    /// The index ruled it out, by this condition.
    Index,
    /// The arguments, or the keys asked for, do not match its head.
    Arguments,
    /// Its conditions held, but its value is undefined or not the one asked for.
    Value,
    /// Another definition had settled it.
    NotTried,
    /// The evaluation ended while it was tried.
    Ended,
}

/// Is what a condition read.
#[derive(Clone)]
pub(crate) struct Seen {
    /// Where it stands, as Rego writes it.
    pub(crate) path: String,
    pub(crate) root: Root,
    /// `None` is undefined.
    pub(crate) value: Option<Value>,
}

enum Frame<'p> {
    Evaluation(Option<usize>),
    Candidate(Candidate<'p>),
}

impl Frame<'_> {
    fn has_room(&self) -> bool {
        match self {
            Self::Evaluation(_) => true,
            Self::Candidate(candidate) => candidate.asked.len() < MAX_ASKED,
        }
    }
}

/// Tells whether values are light enough to be compared without paying for it: shared parts weigh each time.
pub(crate) fn is_light(values: &[Value]) -> bool {
    values.iter().map(Value::weight).fold(0, u64::saturating_add) <= MAX_KEYS_WEIGHT
}

impl<'p> Tracer<'p> {
    /// Numbers a world that `with` makes.
    pub(crate) fn next_world(&mut self) -> u32 {
        self.worlds = self.worlds.saturating_add(1);
        self.worlds
    }

    /// Begins an evaluation.
    pub(crate) fn open(&mut self, world: u32, rules: RulesId, keys: &[Value]) {
        let has_room = self.frames.last().is_none_or(Frame::has_room);
        self.is_cut |= !has_room;
        let id = (has_room && self.take_node()).then_some(self.evaluations.len());
        if let Some(id) = id {
            self.note_asked(id);
            if is_light(keys) {
                self.known.insert((world, rules, keys.to_vec()), id);
            }
            let keys = keys.len();
            let candidates = Vec::new();
            self.evaluations.push(Evaluation { rules, keys, value: None, is_done: false, candidates, omitted: 0 });
        }
        self.frames.push(Frame::Evaluation(id));
    }

    /// Ends it with what it found.
    pub(crate) fn close(&mut self, value: Option<&Value>) {
        let Some(Frame::Evaluation(id)) = self.frames.pop() else { return };
        if let Some(evaluation) = id.and_then(|id| self.evaluations.get_mut(id)) {
            evaluation.value = value.cloned();
            evaluation.is_done = true;
        }
    }

    /// Notes that something was asked for that had been found before.
    pub(crate) fn ask_again(&mut self, world: u32, rules: RulesId, keys: &[Value]) {
        if is_light(keys)
            && let Some(id) = self.known.get(&(world, rules, keys.to_vec())).copied()
        {
            self.note_asked(id);
        }
    }

    /// Begins to try a definition.
    pub(crate) fn try_branch(&mut self, definition: &'p Definition, branch: &'p Branch) {
        let mut candidate = Candidate::new(definition, Some(branch));
        // Taken beforehand, so that what it asks for leaves room for it.
        candidate.has_node = self.here().is_some() && self.take_node();
        self.frames.push(Frame::Candidate(candidate));
    }

    /// Notes a solution and its value.
    pub(crate) fn solve(&mut self, value: Option<&Value>) {
        let Some(Frame::Candidate(candidate)) = self.frames.last_mut() else { return };
        match (value, candidate.branch) {
            (Some(value), _) => {
                candidate.has_held = true;
                if self.values < MAX_VALUES {
                    self.values = self.values.saturating_add(1);
                    candidate.values.push(value.clone());
                } else {
                    self.is_cut = true;
                }
            }
            (None, Some(branch)) => {
                let failed = Failed { by: FailedBy::Value, place: branch.place, saw: Vec::new() };
                (candidate.depth, candidate.failed) = (usize::MAX, Some(failed));
            }
            (None, None) => {}
        }
    }

    /// Returns the branch that is being tried, if a step is one of its own and no way came further yet.
    pub(crate) fn is_news(&self, step: &'p Step, behind: &'p [Step]) -> Option<(&'p Definition, &'p Branch)> {
        let Some(Frame::Candidate(candidate)) = self.frames.last() else { return None };
        let branch = candidate.branch?;
        let is_own = core::ptr::eq(behind.last().unwrap_or(step), branch.steps.last()?);
        let is_further = depth(branch, behind) > candidate.depth;
        (is_own && is_further && !candidate.has_held).then_some((candidate.definition, branch))
    }

    /// Takes the work of looking at a branch. What does not suffice leaves the trace cut.
    pub(crate) fn afford(&mut self, branch: &Branch) -> bool {
        self.work = self.work.saturating_add(branch.steps.len().saturating_mul(16));
        let suffices = self.work <= MAX_WORK;
        self.is_cut |= !suffices;
        suffices
    }

    /// Notes on what the way that came furthest ended.
    pub(crate) fn fail(&mut self, behind: &[Step], failed: Failed) {
        if let Some(Frame::Candidate(candidate)) = self.frames.last_mut()
            && let Some(branch) = candidate.branch
        {
            (candidate.depth, candidate.failed) = (depth(branch, behind), Some(failed));
        }
    }

    /// Ends the try of a definition.
    pub(crate) fn end_branch(&mut self) {
        if let Some(Frame::Candidate(mut candidate)) = self.frames.pop() {
            if candidate.has_held {
                candidate.failed = None;
            } else if let (None, Some(branch)) = (&candidate.failed, candidate.branch) {
                candidate.failed = Some(Failed { by: FailedBy::Value, place: branch.place, saw: Vec::new() });
            }
            self.keep(candidate);
        }
    }

    /// Notes a definition that was not tried, and why.
    pub(crate) fn rule_out(&mut self, definition: &'p Definition, failed: Failed) {
        let mut candidate = Candidate::new(definition, definition.branches.first());
        candidate.failed = Some(failed);
        self.keep(candidate);
    }

    /// Counts definitions that were not tried. Returns how many more are worth telling of.
    pub(crate) fn room(&self) -> usize {
        let not_held = |id: usize| Some(self.evaluations.get(id)?.not_held());
        self.here().and_then(not_held).map_or(0, |count| MAX_NOT_HELD.saturating_sub(count))
    }

    /// Notes that more definitions were not tried than are told of.
    pub(crate) fn omit(&mut self, count: usize) {
        if let Some(evaluation) = self.here().and_then(|id| self.evaluations.get_mut(id)) {
            evaluation.omitted = evaluation.omitted.saturating_add(count);
        }
    }

    /// Puts away what was under way when the evaluation ended.
    pub(crate) fn finish(&mut self) {
        while let Some(frame) = self.frames.pop() {
            if let Frame::Candidate(mut candidate) = frame {
                let place = candidate.branch.map_or(candidate.definition.place, |branch| branch.place);
                candidate.has_held = false;
                candidate.failed = Some(Failed { by: FailedBy::Ended, place, saw: Vec::new() });
                self.keep(candidate);
            }
        }
    }

    fn keep(&mut self, candidate: Candidate<'p>) {
        let Some(id) = self.here() else { return };
        let is_told = candidate.has_held || candidate.has_ended() || self.room() > 0;
        let is_kept = is_told && (candidate.has_node || self.take_node());
        if candidate.has_node && !is_kept {
            self.nodes = self.nodes.saturating_sub(1);
        }
        let Some(evaluation) = self.evaluations.get_mut(id) else { return };
        if is_kept {
            evaluation.candidates.push(candidate);
        } else {
            evaluation.omitted = evaluation.omitted.saturating_add(1);
        }
    }

    /// Returns the evaluation that is under way.
    fn here(&self) -> Option<usize> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Evaluation(id) => Some(*id),
            Frame::Candidate(_) => None,
        })?
    }

    fn note_asked(&mut self, id: usize) {
        if let Some(Frame::Candidate(candidate)) = self.frames.last_mut() {
            if candidate.asked.len() < MAX_ASKED {
                candidate.asked.insert(id);
            } else {
                self.is_cut |= !candidate.asked.contains(&id);
            }
        }
    }

    fn take_node(&mut self) -> bool {
        let has_room = self.nodes < MAX_NODES;
        self.nodes = self.nodes.saturating_add(usize::from(has_room));
        self.is_cut |= !has_room;
        has_room
    }
}

impl Evaluation<'_> {
    fn not_held(&self) -> usize {
        self.candidates.iter().filter(|candidate| !candidate.has_held).count()
    }
}

impl<'p> Candidate<'p> {
    fn new(definition: &'p Definition, branch: Option<&'p Branch>) -> Self {
        Self {
            definition,
            branch,
            has_held: false,
            values: Vec::new(),
            failed: None,
            asked: BTreeSet::new(),
            depth: 0,
            has_node: false,
        }
    }

    fn has_ended(&self) -> bool {
        self.failed.as_ref().is_some_and(|failed| failed.by == FailedBy::Ended)
    }
}

/// Returns how far a way through a branch came, from 1.
fn depth(branch: &Branch, behind: &[Step]) -> usize {
    branch.steps.len().saturating_sub(behind.len())
}
