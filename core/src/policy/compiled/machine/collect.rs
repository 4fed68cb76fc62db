//! Collects the values of rules that have several: sets and objects, whole or under given keys.

use alloc::vec::Vec;

use super::super::super::fuel::Fault;
use super::super::super::value::Value;
use super::super::program::{Branch, Definition, Keyed, Rules};
use super::object::Part;
use super::{Flow, Machine, Next, Outcome};

impl<'p> Machine<'p> {
    /// Collects a set.
    pub(super) fn collect_set(&mut self, rules: &'p Rules) -> Result<Value, Fault> {
        let mut items = Vec::new();
        let candidates = self.candidates(rules.index.as_ref(), &[]);
        for (index, definition) in rules.definitions.iter().enumerate() {
            if !is_candidate(candidates.as_deref(), index) {
                continue;
            }
            self.fuel.step(1)?;
            let base = self.open(definition)?;
            for branch in &definition.branches {
                self.trace_branch(definition, branch);
                self.run(&branch.steps, &mut |machine| {
                    machine.reach(definition.place);
                    machine.reach(branch.place);
                    let value = machine.eval(&branch.value)?;
                    machine.trace_solution(value.as_ref());
                    if let Some(value) = value {
                        machine.fuel.allocate(value.weight())?;
                        items.push(value);
                    }
                    Ok(Flow::More)
                })?;
                self.trace_end();
            }
            self.close(base);
        }
        self.trace_untried(rules, candidates.as_deref(), None);
        self.set_of(items)
    }

    /// Finds an item of a set.
    pub(super) fn find_item(&mut self, rules: &'p Rules, keys: &[Value]) -> Outcome {
        let Some(key) = keys.first() else { return Ok(None) };
        let candidates = self.candidates(rules.index.as_ref(), &[]);
        for (index, definition) in rules.definitions.iter().enumerate() {
            let Some(Some(keyed)) = definition.keyed.first() else { continue };
            if !is_candidate(candidates.as_deref(), index) {
                continue;
            }
            let mut found = false;
            self.solve(definition, keyed, keys, &mut |machine| {
                machine.reach(definition.place);
                machine.reach(keyed.branch.place);
                let Some(value) = machine.eval(&keyed.branch.value)? else { return Ok(Flow::More) };
                machine.fuel.compare(&value, key)?;
                found = value == *key;
                machine.trace_solution(found.then_some(&value));
                Ok(if found { Flow::Stop } else { Flow::More })
            })?;
            if found {
                self.trace_untried(rules, candidates.as_deref(), Some(index));
                return Ok(Some(key.clone()));
            }
        }
        self.trace_untried(rules, candidates.as_deref(), None);
        Ok(None)
    }

    /// Collects an object, or what stands in it under some keys.
    pub(super) fn collect_object(&mut self, rules: &'p Rules, keys: &[Value]) -> Outcome {
        let mut object = Part::new();
        let candidates = self.candidates(rules.index.as_ref(), &[]);
        for (index, definition) in rules.definitions.iter().enumerate() {
            if !is_candidate(candidates.as_deref(), index) {
                continue;
            }
            let [branch] = definition.branches.as_slice() else { continue };
            let given = keys.len().min(branch.keys.len());
            let keyed = given.checked_sub(1).and_then(|place| definition.keyed.get(place)).and_then(Option::as_ref);
            let branch = keyed.map_or(branch, |keyed| &keyed.branch);
            let mut insert = |machine: &mut Self| {
                machine.reach(definition.place);
                machine.reach(branch.place);
                machine.member(branch, definition.is_contains, &mut object)?;
                Ok(Flow::More)
            };
            match keyed {
                Some(keyed) => self.solve(definition, keyed, keys, &mut insert)?,
                None => {
                    self.fuel.step(1)?;
                    let base = self.open(definition)?;
                    self.trace_branch(definition, branch);
                    self.run(&branch.steps, &mut insert)?;
                    self.trace_end();
                    self.close(base);
                }
            }
        }
        self.trace_untried(rules, candidates.as_deref(), None);
        object.take(keys)
    }

    fn member(&mut self, branch: &'p Branch, is_item: bool, object: &mut Part) -> Result<(), Fault> {
        let mut keys = Vec::with_capacity(branch.keys.len());
        for key in &branch.keys {
            let Some(key) = self.eval(key)? else { return Ok(()) };
            self.fuel.allocate(key.weight())?;
            keys.push(key);
        }
        let value = self.eval(&branch.value)?;
        self.trace_solution(value.as_ref());
        if let Some(value) = value {
            self.fuel.allocate(value.weight())?;
            object.insert(&keys, value, is_item)?;
        }
        Ok(())
    }

    /// Finds the solutions of a definition for given keys.
    fn solve(
        &mut self,
        definition: &'p Definition,
        keyed: &'p Keyed,
        keys: &[Value],
        next: Next<'_, 'p>,
    ) -> Result<(), Fault> {
        self.fuel.step(1)?;
        let base = self.open(definition)?;
        let mut matches = true;
        for (pattern, key) in keyed.keys.iter().zip(keys) {
            matches = matches && self.matches(pattern, key)?;
        }
        if matches {
            self.trace_branch(definition, &keyed.branch);
            self.run(&keyed.branch.steps, next)?;
            self.trace_end();
        } else {
            self.trace_unmatched(definition);
        }
        self.close(base);
        Ok(())
    }
}

fn is_candidate(candidates: Option<&[usize]>, index: usize) -> bool {
    candidates.is_none_or(|candidates| candidates.binary_search(&index).is_ok())
}
