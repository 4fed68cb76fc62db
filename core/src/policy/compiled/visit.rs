//! Walks compiled rules, and drops the variables that nobody reads.

#[cfg(feature = "rego")]
use alloc::vec::Vec;

#[cfg(feature = "rego")]
use super::program::Vars;
use super::program::{Branch, CollectsExpr, Expr, Op, Pattern, Step};

impl Branch {
    /// Calls a function for every expression, those within others included.
    pub(crate) fn each_expr<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        each_in_steps(&self.steps, visit);
        self.keys.iter().chain([&self.value]).for_each(|expr| expr.each(visit));
    }

    /// Drops what is bound and never read.
    #[cfg(feature = "rego")]
    pub(super) fn prune(&mut self, patterns: &mut [Pattern]) {
        let mut read = Vars::new();
        let mut note = |expr: &Expr| {
            if let Expr::Local(var) = expr {
                read.insert(*var);
            }
        };
        self.each_expr(&mut note);
        patterns.iter().for_each(|pattern| pattern.each_expr(&mut note));
        patterns.iter_mut().for_each(|pattern| pattern.prune(&read));
        prune(&mut self.steps, &read);
    }
}

impl Expr {
    /// Calls a function for the expression and every one within.
    pub(crate) fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Const(_) | Self::Local(_) | Self::Input(_) | Self::Data(_) | Self::Rule(_) => {}
            Self::Lookup(_, items)
            | Self::Extent(_, items)
            | Self::Array(items)
            | Self::Set(items)
            | Self::Call(_, items) => items.iter().for_each(|item| item.each(visit)),
            Self::Index(value, key) | Self::Stored(value, key) => {
                value.each(visit);
                key.each(visit);
            }
            Self::Object(members) => members.iter().for_each(|(key, value)| {
                key.each(visit);
                value.each(visit);
            }),
            Self::Comprehension(comprehension) => {
                each_in_steps(&comprehension.steps, visit);
                match &comprehension.collects {
                    CollectsExpr::Array(item) | CollectsExpr::Set(item) => item.each(visit),
                    CollectsExpr::Object(key, value) => {
                        key.each(visit);
                        value.each(visit);
                    }
                }
            }
        }
    }
}

impl Pattern {
    /// Calls a function for every expression of the pattern.
    pub(crate) fn each_expr<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Any | Self::Bind(_) => {}
            Self::Equal(expr) => expr.each(visit),
            Self::Array(items) => items.iter().for_each(|item| item.each_expr(visit)),
            Self::Object(members) => members.iter().for_each(|(key, value)| {
                key.each(visit);
                value.each_expr(visit);
            }),
        }
    }

    #[cfg(feature = "rego")]
    fn prune(&mut self, read: &Vars) {
        match self {
            Self::Bind(var) if !read.contains(var) => *self = Self::Any,
            Self::Array(items) => items.iter_mut().for_each(|item| item.prune(read)),
            Self::Object(members) => members.iter_mut().for_each(|(_, item)| item.prune(read)),
            Self::Any | Self::Bind(_) | Self::Equal(_) => {}
        }
    }
}

/// Calls a function for every expression of some steps.
pub(crate) fn each_in_steps<'a>(steps: &'a [Step], visit: &mut dyn FnMut(&'a Expr)) {
    for step in steps {
        match &step.op {
            Op::Match(value, pattern) => {
                value.each(visit);
                pattern.each_expr(visit);
            }
            Op::Scan { collection, key, value } => {
                collection.each(visit);
                key.each_expr(visit);
                value.each_expr(visit);
            }
            Op::Test(value) => value.each(visit),
            Op::Compare(_, one, other) => {
                one.each(visit);
                other.each(visit);
            }
            Op::Not(steps) => each_in_steps(steps, visit),
            Op::Every { domain, body, .. } => {
                domain.each(visit);
                each_in_steps(body, visit);
            }
            Op::With(targets, steps) => {
                targets.iter().for_each(|(_, value)| value.each(visit));
                each_in_steps(steps, visit);
            }
            Op::Fail => {}
        }
    }
}

/// What stands within expressions keeps its variables: there are few, and they cost little.
#[cfg(feature = "rego")]
fn prune(steps: &mut Vec<Step>, read: &Vars) {
    for step in steps {
        match &mut step.op {
            Op::Match(_, pattern) => pattern.prune(read),
            Op::Scan { key, value, .. } => {
                key.prune(read);
                value.prune(read);
            }
            Op::Not(steps) | Op::Every { body: steps, .. } | Op::With(_, steps) => prune(steps, read),
            Op::Test(_) | Op::Compare(..) | Op::Fail => {}
        }
    }
}
