//! Conditions on a document, each true or false for every one.

use alloc::vec::Vec;

use super::super::value::Value;
use super::field::{Field, Test};
use super::simplify;

/// The most parts of a condition.
pub(crate) const MAX_PARTS: usize = 1000;

/// The most values of a condition.
const MAX_VALUES: usize = 10_000;

/// How deep a condition may be, so that it is no deeper than JSON may be.
pub(crate) const MAX_DEPTH: usize = 24;

/// Is a condition on a document, in canonical form: `spec/filter.md`, "Conditions".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(pub(crate) Form);

/// Is a condition, or none at all. Two that are equal are the same condition; the reverse need not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Always,
    Never,
    Is(Field, Test),
    /// The field is missing or fails the test.
    IsNot(Field, Test),
    /// Two or more, flat, sorted, none twice.
    And(Vec<Self>),
    /// Two or more, flat, sorted, none twice.
    Or(Vec<Self>),
}

impl Form {
    /// Admits every document, or none.
    pub(crate) const fn always_if(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }

    /// Makes a test of a field. One that every document passes, or none, is none.
    pub(crate) fn is(field: &Field, test: Test) -> Self {
        match test {
            Test::Exists if field.is_always_there() => Self::Always,
            Test::In(values) if values.is_empty() => Self::Never,
            Test::Nin(values) if values.is_empty() => Self::is(field, Test::Exists),
            test => Self::Is(field.clone(), test),
        }
    }

    /// Makes the test whether a field equals a value.
    pub(crate) fn equals(field: &Field, value: Value) -> Self {
        Self::is(field, Test::In([value].into()))
    }

    /// Makes the test whether a field equals one of some values.
    pub(crate) fn one_of(field: &Field, mut values: Vec<Value>) -> Self {
        values.sort_unstable();
        values.dedup();
        Self::is(field, Test::In(values))
    }

    pub(crate) fn and(parts: Vec<Self>) -> Self {
        simplify::and(parts)
    }

    pub(crate) fn or(parts: Vec<Self>) -> Self {
        simplify::or(parts)
    }

    pub(crate) fn both(one: &Self, other: &Self) -> Self {
        match (one, other) {
            (Self::Always, other) => other.clone(),
            (one, Self::Always) => one.clone(),
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (one, other) => simplify::and([one.clone(), other.clone()].into()),
        }
    }

    pub(crate) fn not(&self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Is(field, test) => Self::IsNot(field.clone(), test.clone()),
            Self::IsNot(field, test) => Self::Is(field.clone(), test.clone()),
            Self::And(parts) => simplify::or(parts.iter().map(Self::not).collect()),
            Self::Or(parts) => simplify::and(parts.iter().map(Self::not).collect()),
        }
    }

    /// Tells whether it is known to hold for no document.
    pub(crate) fn is_never(&self) -> bool {
        *self == Self::Never
    }

    /// Counts its parts.
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::parts).fold(1, usize::saturating_add),
            Self::IsNot(..) => 2,
            _ => 1,
        }
    }

    /// Tells whether it is no larger than a condition may be.
    pub(crate) fn is_small(&self) -> bool {
        let mut values: usize = 0;
        self.each(&mut |_, test| values = values.saturating_add(test.values().len()));
        values <= MAX_VALUES && self.parts() <= MAX_PARTS && self.depth() <= MAX_DEPTH
    }

    fn depth(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::depth).max().unwrap_or(0).saturating_add(1),
            _ => 1,
        }
    }

    /// Calls a function for each test.
    pub(crate) fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Field, &'a Test)) {
        match self {
            Self::Is(field, test) | Self::IsNot(field, test) => visit(field, test),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each(visit)),
            Self::Always | Self::Never => {}
        }
    }

    /// Takes a conjunction apart.
    pub(crate) fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(parts) => parts,
            Self::Always => &[],
            other => core::slice::from_ref(other),
        }
    }
}
