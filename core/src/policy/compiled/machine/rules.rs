//! Evaluates rules and functions, each once in a world.

use alloc::vec::Vec;

use super::super::super::fuel::{Fault, length};
use super::super::super::value::Value;
use super::super::index::{Index, On};
use super::super::program::{Branch, Definition, Expr, NodeId, Rules, RulesId, RulesKind};
use super::{Flow, MAX_DEPTH, Machine, Outcome};

const TWO_VALUES: Fault = Fault::Conflict("a rule or function has two values");

/// Arguments that weigh more are not worth remembering.
const MAX_REMEMBERED: u64 = 1024;

impl<'p> Machine<'p> {
    /// Returns the whole value of a rule.
    pub(super) fn rule(&mut self, id: RulesId) -> Outcome {
        if let Some(Some(found)) = self.world.memo.rules.get(id) {
            let found = found.clone();
            self.trace_known(id, &[]);
            return Ok(found);
        }
        let Some(rules) = self.rules(id) else { return Ok(None) };
        if self.world.hides(&rules.path) {
            return self.world.data(self.program, &rules.path);
        }
        self.enter()?;
        self.trace_rules(id, &[]);
        let value = match rules.kind {
            RulesKind::Complete => self.settle(rules, &[]),
            RulesKind::Set => self.collect_set(rules).map(Some),
            RulesKind::Object { .. } => self.collect_object(rules, &[]),
            RulesKind::Function { .. } => Ok(None),
        }?;
        self.trace_value(value.as_ref());
        self.leave();
        if let Some(slot) = self.world.memo.rules.get_mut(id) {
            *slot = Some(value.clone());
        }
        Ok(value)
    }

    /// Returns what stands under some keys of a set or an object.
    pub(super) fn lookup(&mut self, id: RulesId, keys: Vec<Value>) -> Outcome {
        let Some(rules) = self.rules(id) else { return Ok(None) };
        let whole = matches!(self.world.memo.rules.get(id), Some(Some(_)))
            || self.world.hides(&rules.path)
            || !rules.definitions.iter().all(|definition| is_keyed(definition, keys.len()));
        if whole {
            return Ok(self.rule(id)?.and_then(|value| within(value, &keys)));
        }
        let memo_key = (id, keys);
        if let Some(found) = self.world.memo.lookups.get(&memo_key) {
            let found = found.clone();
            self.trace_known(id, &memo_key.1);
            return Ok(found);
        }
        let (_, keys) = &memo_key;
        self.enter()?;
        self.trace_rules(id, keys);
        let value = match rules.kind {
            RulesKind::Set => self.find_item(rules, keys)?,
            _ => self.collect_object(rules, keys)?,
        };
        self.trace_value(value.as_ref());
        self.leave();
        self.fuel.allocate(memo_key.1.iter().map(Value::weight).fold(0, u64::saturating_add))?;
        self.world.memo.lookups.insert(memo_key, value.clone());
        Ok(value)
    }

    pub(super) fn function(&mut self, id: RulesId, arguments: Vec<Value>) -> Outcome {
        let Some(rules) = self.rules(id) else { return Ok(None) };
        let weight = arguments.iter().map(Value::weight).fold(0, u64::saturating_add);
        let is_remembered = weight <= MAX_REMEMBERED;
        let memo_key = (id, arguments);
        if is_remembered && let Some(found) = self.world.memo.calls.get(&memo_key) {
            let found = found.clone();
            self.trace_known(id, &memo_key.1);
            return Ok(found);
        }
        self.enter()?;
        self.trace_rules(id, &memo_key.1);
        let value = self.settle(rules, &memo_key.1)?;
        self.trace_value(value.as_ref());
        self.leave();
        if is_remembered {
            self.fuel.allocate(weight)?;
            self.world.memo.calls.insert(memo_key, value.clone());
        }
        Ok(value)
    }

    /// Returns what stands under some keys of a package.
    pub(super) fn extent(&mut self, id: NodeId, keys: &[Value]) -> Outcome {
        let Some(node) = self.program.nodes.get(id) else { return Ok(None) };
        if self.world.hides(&node.path) {
            return Ok(self.world.data(self.program, &node.path)?.and_then(|value| within(value, keys)));
        }
        if let Some(rules) = node.rules {
            return match self.rules(rules).map(|rules| rules.kind) {
                Some(RulesKind::Set) => self.looked_up(rules, keys, 1),
                Some(RulesKind::Object { depth }) => self.looked_up(rules, keys, depth),
                Some(RulesKind::Complete) => self.looked_up(rules, keys, 0),
                Some(RulesKind::Function { .. }) | None => Ok(None),
            };
        }
        let Some((key, rest)) = keys.split_first() else { return self.whole_extent(id).map(Some) };
        let child = match key {
            Value::Text(name) => node.children.get(name),
            _ => None,
        };
        match child {
            Some(child) => self.extent(*child, rest),
            None => Ok(self.world.data(self.program, &node.path)?.and_then(|value| within(value, keys))),
        }
    }

    fn looked_up(&mut self, id: RulesId, keys: &[Value], most: usize) -> Outcome {
        let (own, rest) = keys.split_at_checked(most).unwrap_or((keys, &[]));
        let value = if own.is_empty() { self.rule(id)? } else { self.lookup(id, own.to_vec())? };
        Ok(value.and_then(|value| within(value, rest)))
    }

    /// Puts a package's rules over the data at its path.
    fn whole_extent(&mut self, id: NodeId) -> Result<Value, Fault> {
        let Some(node) = self.program.nodes.get(id) else { return Value::object(Vec::new()) };
        self.enter()?;
        let mut members = match self.world.data(self.program, &node.path)? {
            Some(Value::Object(members)) => members.iter().cloned().collect(),
            _ => Vec::new(),
        };
        for (name, child) in node.children.iter() {
            self.fuel.step(1)?;
            if let Some(value) = self.extent(*child, &[])? {
                members.push((Value::Text(name.clone()), value));
            }
        }
        self.leave();
        self.fuel.sort(members.len(), weigh_members(&members))?;
        self.fuel.allocate(length(members.len()).saturating_mul(48))?;
        Value::object_of_last(members)
    }

    /// Finds the one value of a rule, or of a function for these arguments.
    fn settle(&mut self, rules: &'p Rules, arguments: &[Value]) -> Outcome {
        let mut settled: Option<Value> = None;
        let candidates = self.candidates(rules.index.as_ref(), arguments);
        let all = 0..rules.definitions.len();
        let chosen: &mut dyn Iterator<Item = usize> = match &candidates {
            Some(chosen) => &mut chosen.iter().copied(),
            None => &mut all.into_iter(),
        };
        for index in chosen {
            let Some(definition) = rules.definitions.get(index) else { continue };
            let value = self.define(definition, arguments)?;
            settled = agreed(&mut self.fuel, settled, value)?;
            if rules.is_settled_by_first && settled.is_some() {
                self.trace_untried(rules, candidates.as_deref(), Some(index));
                return Ok(settled);
            }
        }
        self.trace_untried(rules, candidates.as_deref(), None);
        match &rules.default {
            Some(default) if settled.is_none() => self.define(default, arguments),
            _ => Ok(settled),
        }
    }

    fn define(&mut self, definition: &'p Definition, arguments: &[Value]) -> Outcome {
        self.fuel.step(1)?;
        let base = self.open(definition)?;
        let mut value = None;
        let mut matches = true;
        for (pattern, argument) in definition.parameters.iter().zip(arguments) {
            matches = matches && self.matches(pattern, argument)?;
        }
        if matches {
            for branch in &definition.branches {
                value = self.branch(definition, branch)?;
                if value.is_some() {
                    self.reach(definition.place);
                    break;
                }
            }
        } else {
            self.trace_unmatched(definition);
        }
        self.close(base);
        Ok(value)
    }

    fn branch(&mut self, definition: &'p Definition, branch: &'p Branch) -> Outcome {
        let mut settled: Option<Value> = None;
        self.trace_branch(definition, branch);
        self.run(&branch.steps, &mut |machine| {
            machine.reach(branch.place);
            let value = machine.eval(&branch.value)?;
            machine.trace_solution(value.as_ref());
            settled = agreed(&mut machine.fuel, settled.take(), value)?;
            let is_final = settled.is_some() && matches!(branch.value, Expr::Const(_));
            Ok(if is_final { Flow::Stop } else { Flow::More })
        })?;
        self.trace_end();
        Ok(settled)
    }

    pub(super) fn candidates(&mut self, index: Option<&'p Index>, arguments: &[Value]) -> Option<Vec<usize>> {
        let index = index?;
        Some(match index.on {
            On::Argument(place) => index.candidates(arguments.get(place).into_iter()),
            On::Input(slot) => index.candidates(self.world.input(self.program, slot).iter()),
            On::ItemsOf(slot) => match self.world.input(self.program, slot) {
                Some(Value::Array(items)) => index.candidates(items.iter()),
                Some(Value::Set(items)) => index.candidates(items.iter()),
                Some(Value::Object(members)) => index.candidates(members.values()),
                _ => index.candidates(core::iter::empty()),
            },
        })
    }

    fn rules(&self, id: RulesId) -> Option<&'p Rules> {
        self.program.rules.get(id)
    }

    /// Makes room for a definition's variables. Returns where those of the one around begin.
    pub(super) fn open(&mut self, definition: &Definition) -> Result<usize, Fault> {
        self.fuel.allocate(length(definition.frame))?;
        let base = self.base;
        self.base = self.locals.len();
        self.locals.resize(self.base.saturating_add(definition.frame), Value::Null);
        Ok(base)
    }

    pub(super) fn close(&mut self, base: usize) {
        self.locals.truncate(self.base);
        self.base = base;
    }

    fn enter(&mut self) -> Result<(), Fault> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH { Err(Fault::Limit("depth")) } else { Ok(()) }
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

/// Two values must be one.
fn agreed(fuel: &mut super::Fuel, one: Option<Value>, other: Option<Value>) -> Outcome {
    match (one, other) {
        (Some(one), Some(other)) => {
            fuel.compare(&one, &other)?;
            if one == other { Ok(Some(one)) } else { Err(TWO_VALUES) }
        }
        (one, other) => Ok(one.or(other)),
    }
}

fn is_keyed(definition: &Definition, keys: usize) -> bool {
    let most = definition.keyed.len().min(keys);
    most > 0 && definition.keyed.get(most.saturating_sub(1)).is_some_and(Option::is_some)
}

fn within(value: Value, keys: &[Value]) -> Option<Value> {
    let mut value = value;
    for key in keys {
        value = value.get(key)?.clone();
    }
    Some(value)
}

fn weigh_members(members: &[(Value, Value)]) -> u64 {
    members.iter().map(|(key, value)| key.weight().saturating_add(value.weight())).fold(0, u64::saturating_add)
}
