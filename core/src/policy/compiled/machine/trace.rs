//! Tells the tracer what happens. Without one, each of these is a branch that is never taken.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::super::value::{Text, Value};
use super::super::index::{Index, is_condition_on};
use super::super::program::{Branch, Definition, PlaceId, Program, Rules, RulesId, Step};
use super::super::tracer::{Failed, FailedBy, Tracer};
use super::Machine;
use super::world::{Slot, World};

/// Holds what is told of an evaluation.
pub(crate) struct Trace<'p> {
    pub(crate) tracer: Tracer<'p>,
    /// The parts of the input that were asked for and are not there.
    pub(crate) missing: Vec<Vec<Text>>,
}

impl<'p> Machine<'p> {
    /// Remembers everything from here on.
    pub(crate) fn trace(&mut self) {
        self.tracer = Some(Box::default());
    }

    /// Returns what is to be told.
    pub(crate) fn into_trace(self) -> Trace<'p> {
        let missing = self.program.inputs.iter().zip(&self.world.slots);
        let missing = missing.filter(|(_, slot)| matches!(slot, Slot::Read(None))).map(|(path, _)| path.clone());
        let mut missing: Vec<Vec<Text>> = missing.collect();
        missing.sort();
        let mut tracer = self.tracer.map(|tracer| *tracer).unwrap_or_default();
        tracer.finish();
        Trace { tracer, missing }
    }

    pub(super) fn trace_rules(&mut self, rules: RulesId, keys: &[Value]) {
        if let Some(tracer) = &mut self.tracer {
            tracer.open(self.world.id, rules, keys);
        }
    }

    pub(super) fn trace_value(&mut self, value: Option<&Value>) {
        if let Some(tracer) = &mut self.tracer {
            tracer.close(value);
        }
    }

    pub(super) fn trace_known(&mut self, rules: RulesId, keys: &[Value]) {
        if let Some(tracer) = &mut self.tracer {
            tracer.ask_again(self.world.id, rules, keys);
        }
    }

    pub(super) fn trace_world(&mut self, world: &mut World) {
        if let Some(tracer) = &mut self.tracer {
            world.id = tracer.next_world();
        }
    }

    pub(super) fn trace_branch(&mut self, definition: &'p Definition, branch: &'p Branch) {
        if let Some(tracer) = &mut self.tracer {
            tracer.try_branch(definition, branch);
        }
    }

    pub(super) fn trace_solution(&mut self, value: Option<&Value>) {
        if let Some(tracer) = &mut self.tracer {
            tracer.solve(value);
        }
    }

    pub(super) fn trace_end(&mut self) {
        if let Some(tracer) = &mut self.tracer {
            tracer.end_branch();
        }
    }

    pub(super) fn trace_failed(&mut self, step: &'p Step, behind: &'p [Step]) {
        if self.tracer.is_some() {
            self.note_failed(step, behind);
        }
    }

    pub(super) fn trace_unmatched(&mut self, definition: &'p Definition) {
        if let Some(tracer) = &mut self.tracer {
            let failed = Failed { by: FailedBy::Arguments, place: definition.place, saw: Vec::new() };
            tracer.rule_out(definition, failed);
        }
    }

    /// Tells of the definitions that the index ruled out, and of those behind the one that settled it.
    pub(super) fn trace_untried(&mut self, rules: &'p Rules, candidates: Option<&[usize]>, settled_by: Option<usize>) {
        if self.tracer.is_some() {
            self.note_untried(rules, candidates, settled_by);
        }
    }

    #[cold]
    fn note_failed(&mut self, step: &'p Step, behind: &'p [Step]) {
        let Some((definition, branch)) = self.tracer.as_ref().and_then(|tracer| tracer.is_news(step, behind)) else {
            return;
        };
        let is_affordable = self.tracer.as_mut().is_some_and(|tracer| tracer.afford(branch));
        let failed = if is_affordable {
            let place = statement(self.program, &branch.steps, step.place);
            Failed { by: FailedBy::Condition, place, saw: self.seen_by(step, definition, branch) }
        } else {
            Failed { by: FailedBy::Condition, place: step.place, saw: Vec::new() }
        };
        if let Some(tracer) = &mut self.tracer {
            tracer.fail(behind, failed);
        }
    }

    #[cold]
    fn note_untried(&mut self, rules: &'p Rules, candidates: Option<&[usize]>, settled_by: Option<usize>) {
        let mut room = self.tracer.as_ref().map_or(0, |tracer| tracer.room());
        let mut omitted: usize = 0;
        for (place, definition) in rules.definitions.iter().enumerate() {
            let is_behind = settled_by.is_some_and(|settled_by| place > settled_by);
            let is_ruled_out = candidates.is_some_and(|candidates| candidates.binary_search(&place).is_err());
            if !is_behind && !is_ruled_out {
                continue;
            }
            if room == 0 {
                omitted = omitted.saturating_add(1);
                continue;
            }
            room = room.saturating_sub(1);
            let failed = match &rules.index {
                Some(index) if is_ruled_out => self.ruled_out(index, definition),
                _ => Failed { by: FailedBy::NotTried, place: definition.place, saw: Vec::new() },
            };
            if let Some(tracer) = &mut self.tracer {
                tracer.rule_out(definition, failed);
            }
        }
        if let Some(tracer) = &mut self.tracer {
            tracer.omit(omitted);
        }
    }

    fn ruled_out(&self, index: &Index, definition: &'p Definition) -> Failed {
        let branch = definition.branches.first();
        let step = branch.and_then(|branch| branch.steps.iter().find(|step| is_condition_on(step, index.on)));
        match (branch, step) {
            (Some(branch), Some(step)) => {
                let place = statement(self.program, &branch.steps, step.place);
                Failed { by: FailedBy::Index, place, saw: self.seen_by(step, definition, branch) }
            }
            _ => Failed { by: FailedBy::Arguments, place: definition.place, saw: Vec::new() },
        }
    }
}

/// Returns the place of the statement that a step is a part of: the largest one around the step's own.
fn statement(program: &Program, steps: &[Step], place: PlaceId) -> PlaceId {
    let at = |place: PlaceId| usize::try_from(place).ok().and_then(|place| program.places.get(place));
    let Some(own) = at(place) else { return place };
    let around = steps.iter().filter_map(|step| Some((step.place, at(step.place)?)));
    let around = around.filter(|(_, other)| other.file == own.file && other.start <= own.start && other.end >= own.end);
    around.max_by_key(|(_, other)| other.end.saturating_sub(other.start)).map_or(place, |(place, _)| place)
}
