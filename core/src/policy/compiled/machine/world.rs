//! What an evaluation sees: the input, the data, and what `with` puts in their place. Each world remembers what it found.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::super::super::fuel::Fault;
use super::super::super::value::{Text, Value};
use super::super::program::{Callee, Program, RulesId, SlotId, Target};
use super::Machine;

impl Machine<'_> {
    /// Takes parts of the input that were read already.
    pub(crate) fn take_read(&mut self, read: &mut dyn Iterator<Item = (SlotId, Option<Value>)>) {
        read.for_each(|(slot, value)| self.world.take_read(slot, value));
    }
}

pub(super) struct World {
    /// Tells it from the worlds that `with` makes; the first is 0. Only a trace asks.
    pub(super) id: u32,
    input: Option<Value>,
    pub(super) slots: Vec<Slot>,
    /// What stands in the place of data, in the order in which it was put there.
    overlay: Vec<(Vec<Text>, Value)>,
    mocks: Vec<(Callee, Value)>,
    pub(super) memo: Memo,
}

/// Is a part of the input, once it was read.
#[derive(Clone)]
pub(super) enum Slot {
    Unread,
    Read(Option<Value>),
}

/// Holds what was found already.
#[derive(Default)]
pub(super) struct Memo {
    /// The value of each rule, if it was asked for.
    pub(super) rules: Vec<Option<Option<Value>>>,
    pub(super) lookups: BTreeMap<(RulesId, Vec<Value>), Option<Value>>,
    pub(super) calls: BTreeMap<(RulesId, Vec<Value>), Option<Value>>,
}

impl Memo {
    fn new(program: &Program) -> Self {
        Self { rules: vec![None; program.rules.len()], ..Self::default() }
    }
}

impl World {
    pub(super) fn new(program: &Program, input: Option<Value>) -> Self {
        Self {
            id: 0,
            input,
            slots: vec![Slot::Unread; program.inputs.len()],
            overlay: Vec::new(),
            mocks: Vec::new(),
            memo: Memo::new(program),
        }
    }

    /// Makes a world in which other things stand at these targets. It remembers nothing of this one.
    pub(super) fn replace(&self, program: &Program, targets: Vec<(&Target, Value)>) -> Result<Self, Fault> {
        let mut world = Self {
            id: self.id,
            input: self.input.clone(),
            slots: vec![Slot::Unread; program.inputs.len()],
            overlay: self.overlay.clone(),
            mocks: self.mocks.clone(),
            memo: Memo::new(program),
        };
        for (target, value) in targets {
            match target {
                Target::Input(path) => world.input = Some(put(world.input.as_ref(), path, value)?),
                Target::Data(path) => world.overlay.push((path.clone(), value)),
                Target::Function(callee) => world.mocks.push((*callee, value)),
            }
        }
        Ok(world)
    }

    /// Reads a part of the input, once.
    pub(super) fn input(&mut self, program: &Program, slot: SlotId) -> Option<Value> {
        if let Some(Slot::Read(value)) = self.slots.get(slot) {
            return value.clone();
        }
        let value = self.input.as_ref().and_then(|input| program.read(slot, input)).cloned();
        self.take_read(slot, value.clone());
        value
    }

    /// Takes a part of the input that was read.
    pub(super) fn take_read(&mut self, slot: SlotId, value: Option<Value>) {
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = Slot::Read(value);
        }
    }

    pub(super) fn data_slot(&self, program: &Program, slot: SlotId) -> Result<Option<Value>, Fault> {
        let Some(slot) = program.data.get(slot) else { return Ok(None) };
        if self.overlay.is_empty() {
            return Ok(slot.value.clone());
        }
        self.data(program, &slot.path)
    }

    /// Returns what stands at a path under `data`, rules left out.
    pub(super) fn data(&self, program: &Program, path: &[Text]) -> Result<Option<Value>, Fault> {
        let mut found = at(program.base.as_ref(), path).cloned();
        for (target, value) in &self.overlay {
            if let Some(rest) = path.strip_prefix(target.as_slice()) {
                found = at(Some(value), rest).cloned();
            } else if let Some(rest) = target.strip_prefix(path) {
                found = Some(put(found.as_ref(), rest, value.clone())?);
            }
        }
        Ok(found)
    }

    /// Tells whether something else stands in a rule's place.
    pub(super) fn hides(&self, path: &[Text]) -> bool {
        self.overlay.iter().any(|(target, _)| path.starts_with(target))
    }

    /// Returns the value that stands in a function's place.
    pub(super) fn mock(&self, callee: Callee) -> Option<&Value> {
        self.mocks.iter().rev().find(|(mocked, _)| *mocked == callee).map(|(_, value)| value)
    }
}

fn at<'a>(value: Option<&'a Value>, path: &[Text]) -> Option<&'a Value> {
    let mut value = value?;
    for name in path {
        value = match value {
            Value::Object(members) => members.get_text(name)?,
            _ => return None,
        };
    }
    Some(value)
}

/// Puts a value at a path, into an object or in the place of whatever else is there.
fn put(into: Option<&Value>, path: &[Text], value: Value) -> Result<Value, Fault> {
    let Some((name, rest)) = path.split_first() else { return Ok(value) };
    let mut members = match into {
        Some(Value::Object(members)) => members.iter().cloned().collect(),
        _ => Vec::new(),
    };
    let key = Value::Text(name.clone());
    let inner = at(into, core::slice::from_ref(name));
    let inner = put(inner, rest, value)?;
    members.push((key, inner));
    Value::object_of_last(members)
}
