//! Finds, for a set of definitions, those whose conditions can hold, without trying each.
//!
//! A condition is one that a definition's body cannot do without: a part of the input, or an argument, equals a constant or
//! is a member of constants, or a constant is a member of it. The index is on the part that most definitions ask for.

use alloc::vec::Vec;

#[cfg(feature = "rego")]
use super::super::map::Map;
use super::super::sort::sorted;
use super::super::syntax::Infix;
use super::super::value::Value;
use super::program::{Callee, Definition, Expr, Op, Pattern, RulesKind, SlotId, Step};

/// Fewer definitions are tried one by one.
#[cfg(feature = "rego")]
const MIN_DEFINITIONS: usize = 4;

/// Is what conditions are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum On {
    Input(SlotId),
    /// A function's argument.
    Argument(usize),
    /// The items of a part of the input.
    ItemsOf(SlotId),
}

/// Maps values to the definitions that ask for them.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) on: On,
    /// In order of the values.
    by_value: Vec<(Value, Vec<usize>)>,
    /// Those that ask for nothing of it.
    others: Vec<usize>,
}

/// Chooses what to index a set of definitions on, if that would rule any out.
#[cfg(feature = "rego")]
pub(super) fn choose(kind: RulesKind, definitions: &[Definition]) -> Option<On> {
    if definitions.len() < MIN_DEFINITIONS {
        return None;
    }
    let conditions: Vec<Vec<(On, Vec<Value>)>> =
        definitions.iter().map(|definition| conditions(kind, definition)).collect();
    let mut totals: Map<On, usize> = Map::new();
    let mut asked: Vec<(On, &Value)> = Vec::new();
    for (on, values) in conditions.iter().flatten() {
        totals.change(*on, |count| *count = count.saturating_add(1));
        asked.extend(values.iter().map(|value| (*on, value)));
    }
    let mut common: Map<On, usize> = Map::new();
    for same in sorted(asked).chunk_by(|one, next| one == next) {
        let Some((on, _)) = same.first() else { continue };
        common.change(*on, |count| *count = same.len().max(*count));
    }
    // How many definitions are left to try at worst: those that do not ask, and those that ask for the commonest value.
    let worst = |on: &On| {
        let common = common.get(on).copied().unwrap_or(0);
        let asking = totals.get(on).copied().unwrap_or(0);
        definitions.len().saturating_sub(asking).saturating_add(common)
    };
    totals.keys().copied().min_by_key(worst)
}

impl Index {
    /// Builds the index of a set of definitions. Whatever it is on, it rules out none that could hold.
    pub(crate) fn new(on: On, kind: RulesKind, definitions: &[Definition]) -> Self {
        let (mut asked, mut others) = (Vec::new(), Vec::new());
        for (place, definition) in definitions.iter().enumerate() {
            match conditions(kind, definition).into_iter().find(|(other, _)| *other == on) {
                Some((_, values)) => asked.extend(values.into_iter().map(|value| (value, place))),
                None => others.push(place),
            }
        }
        let mut by_value: Vec<(Value, Vec<usize>)> = Vec::new();
        for (value, place) in sorted(asked) {
            match by_value.last_mut() {
                Some((last, places)) if *last == value => places.push(place),
                _ => by_value.push((value, Vec::from([place]))),
            }
        }
        Self { on, by_value, others }
    }

    /// Returns the definitions that can hold for these values, in their order, none twice.
    pub(crate) fn candidates<'a>(&self, values: impl Iterator<Item = &'a Value>) -> Vec<usize> {
        let mut candidates: Vec<usize> = Vec::new();
        for value in values {
            let found = self.by_value.binary_search_by(|(other, _)| other.cmp(value)).ok();
            candidates.extend(found.and_then(|at| self.by_value.get(at)).into_iter().flat_map(|(_, places)| places));
        }
        candidates.extend(&self.others);
        let mut candidates = sorted(candidates);
        candidates.dedup();
        candidates
    }
}

/// Returns what a definition asks for. One with `else` asks for nothing: a branch that fails makes way for the next.
fn conditions(kind: RulesKind, definition: &Definition) -> Vec<(On, Vec<Value>)> {
    let [branch] = definition.branches.as_slice() else { return Vec::new() };
    let mut found = Vec::new();
    if let RulesKind::Function { .. } = kind {
        for (place, parameter) in definition.parameters.iter().enumerate() {
            if let Pattern::Equal(Expr::Const(value)) = parameter {
                found.push((On::Argument(place), Vec::from([value.clone()])));
            }
        }
    }
    found.extend(branch.steps.iter().filter_map(condition));
    found
}

/// Tells whether a step is a condition on this.
#[cfg(feature = "policy-explain")]
pub(crate) fn is_condition_on(step: &Step, on: On) -> bool {
    condition(step).is_some_and(|(other, _)| other == on)
}

fn condition(step: &Step) -> Option<(On, Vec<Value>)> {
    match &step.op {
        Op::Compare(Infix::Equal, Expr::Input(slot), Expr::Const(value))
        | Op::Compare(Infix::Equal, Expr::Const(value), Expr::Input(slot))
        | Op::Match(Expr::Input(slot), Pattern::Equal(Expr::Const(value)))
        | Op::Match(Expr::Const(value), Pattern::Equal(Expr::Input(slot))) => {
            Some((On::Input(*slot), Vec::from([value.clone()])))
        }
        Op::Test(Expr::Call(Callee::Member, arguments)) => match arguments.as_slice() {
            [Expr::Input(slot), Expr::Const(values)] => Some((On::Input(*slot), items(values)?)),
            [Expr::Const(value), Expr::Input(slot)] => Some((On::ItemsOf(*slot), Vec::from([value.clone()]))),
            _ => None,
        },
        _ => None,
    }
}

fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.iter().cloned().collect()),
        Value::Set(items) => Some(items.iter().cloned().collect()),
        Value::Object(members) => Some(members.values().cloned().collect()),
        _ => None,
    }
}
