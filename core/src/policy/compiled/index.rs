//! Finds, for a set of definitions, those whose conditions can hold, without trying each.
//!
//! A condition is one that a definition's body cannot do without: a part of the input, or an argument, equals a constant or
//! is a member of constants, or a constant is a member of it. The index is on the part that most definitions ask for.

use alloc::vec::Vec;

use super::super::map::Map;
use super::super::syntax::Infix;
use super::super::value::Value;
use super::program::{Callee, Definition, Expr, Op, Pattern, RulesKind, SlotId, Step};

/// Fewer definitions are tried one by one.
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
    by_value: Map<Value, Vec<usize>>,
    /// Those that ask for nothing of it.
    others: Vec<usize>,
}

/// Builds the index of a set of definitions, if it would rule any out.
pub(crate) fn build(kind: RulesKind, definitions: &[Definition]) -> Option<Index> {
    if definitions.len() < MIN_DEFINITIONS {
        return None;
    }
    let conditions: Vec<Vec<(On, Vec<Value>)>> =
        definitions.iter().map(|definition| conditions(kind, definition)).collect();
    let mut counts: Map<On, Map<&Value, usize>> = Map::new();
    let mut totals: Map<On, usize> = Map::new();
    for (on, values) in conditions.iter().flatten() {
        totals.change(*on, |count| *count = count.saturating_add(1));
        counts.change(*on, |counts| {
            for value in values {
                counts.change(value, |count| *count = count.saturating_add(1));
            }
        });
    }
    // How many definitions are left to try at worst: those that do not ask, and those that ask for the commonest value.
    let worst = |on: &On| {
        let common = counts.get(on).and_then(|values| values.values().max()).copied().unwrap_or(0);
        let asking = totals.get(on).copied().unwrap_or(0);
        definitions.len().saturating_sub(asking).saturating_add(common)
    };
    let on = totals.keys().copied().min_by_key(worst)?;
    let mut index = Index { on, by_value: Map::new(), others: Vec::new() };
    for (place, conditions) in conditions.iter().enumerate() {
        match conditions.iter().find(|(other, _)| *other == on) {
            Some((_, values)) => {
                for value in values {
                    index.by_value.change(value.clone(), |places| {
                        if places.last() != Some(&place) {
                            places.push(place);
                        }
                    });
                }
            }
            None => index.others.push(place),
        }
    }
    Some(index)
}

impl Index {
    /// Returns the definitions that can hold for these values, in their order, none twice.
    pub(crate) fn candidates<'a>(&self, values: impl Iterator<Item = &'a Value>) -> Vec<usize> {
        let mut candidates: Vec<usize> = Vec::new();
        for value in values {
            candidates.extend(self.by_value.get(value).into_iter().flatten());
        }
        candidates.extend(&self.others);
        let mut candidates = crate::policy::sort::sorted(candidates);
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
