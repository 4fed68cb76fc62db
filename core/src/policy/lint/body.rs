//! Checks the statements of a body: negations, conditions that never change, and scans of data.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::syntax::{Expr, ExprKind, Infix, Module, Statement, StatementKind};
use super::expr::{each_of_statement, leading_names, names_any, parts, query, variables, written};
use super::unused::{declared, each_body, names_of};
use super::world::{Root, World};
use super::{Finding, warning};

/// Checks every body of a module.
pub(super) fn check(world: &World<'_>, module: &Module, findings: &mut Vec<Finding>) {
    for rule in &module.rules {
        let locals = declared(rule).into_iter().map(|(name, _)| name).collect();
        let bodies = Bodies { world, module, locals };
        each_body(rule, &mut |body| bodies.check(body, findings));
    }
}

struct Bodies<'a> {
    world: &'a World<'a>,
    module: &'a Module,
    locals: BTreeSet<&'a Arc<str>>,
}

impl Bodies<'_> {
    fn check(&self, body: &[Statement], findings: &mut Vec<Finding>) {
        let sure = present(body);
        for statement in body {
            match &statement.kind {
                StatementKind::Not(expr) => {
                    findings.extend(self.negation(expr, &sure));
                    findings.extend(constant(expr, true));
                }
                StatementKind::Is(expr) => findings.extend(constant(expr, false)),
                _ => {}
            }
            findings.extend(self.scan(statement, body));
        }
    }

    /// `not f(input.x)` where `input.x` is missing: OPA finds nothing, others find that it holds.
    fn negation(&self, expr: &Expr, sure: &BTreeSet<String>) -> Option<Finding> {
        let operands = match &expr.kind {
            ExprKind::Call(..) | ExprKind::Infix(..) | ExprKind::In { .. } | ExprKind::Unify(..) => parts(expr),
            ExprKind::Ref(_, steps) => steps.iter().collect(),
            _ => return None,
        };
        let missing = operands.into_iter().find_map(|operand| self.missing(operand, sure))?;
        let what = written(missing).map_or_else(|| "what a function returns".to_owned(), |text| format!("`{text}`"));
        let message = format!("{what} may be missing: evaluators then differ on whether this negation holds");
        let hint = "put what is negated into a rule of its own, and negate that rule: `_is_so if …`, `not _is_so`";
        Some(warning("negated_missing", &expr.place, message, hint))
    }

    fn missing<'e>(&self, expr: &'e Expr, sure: &BTreeSet<String>) -> Option<&'e Expr> {
        if written(expr).is_some_and(|text| sure.contains(&text)) {
            return None;
        }
        match &expr.kind {
            ExprKind::Var(name) => (!self.is_there(name, &[])).then_some(expr),
            ExprKind::Ref(base, steps) => match &base.kind {
                ExprKind::Var(name) => (!self.is_there(name, steps)).then_some(expr),
                _ => Some(expr),
            },
            ExprKind::Call(path, _) if self.is_function(path) => Some(expr),
            // A comprehension always has a value.
            _ if !query(expr).is_empty() => None,
            _ => parts(expr).into_iter().find_map(|part| self.missing(part, sure)),
        }
    }

    fn is_there(&self, name: &Arc<str>, steps: &[Expr]) -> bool {
        if self.locals.contains(name) {
            return steps.is_empty();
        }
        match self.world.global(self.module, name) {
            Root::Input(path) => path.is_empty() && steps.is_empty(),
            Root::Data(mut path) => {
                let names = leading_names(steps);
                let is_fixed = names.len() == steps.len();
                path.extend(names);
                is_fixed && (self.world.is_total(&path) || self.world.has_data(&path))
            }
            Root::Other => steps.is_empty(),
        }
    }

    fn is_function(&self, path: &[Arc<str>]) -> bool {
        let Some((first, rest)) = path.split_first() else { return false };
        match self.world.global(self.module, first) {
            Root::Data(at) => {
                let at: Vec<Arc<str>> = at.into_iter().chain(rest.iter().cloned()).collect();
                self.world.rules.contains_key(&at)
            }
            _ => false,
        }
    }

    /// Finds where all data are looked through for a key, or a field, that is known.
    fn scan(&self, statement: &Statement, body: &[Statement]) -> Option<Finding> {
        match &statement.kind {
            StatementKind::SomeIn { key, value, collection } if self.is_data(collection) => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                key.iter().for_each(|key| variables(key, &mut keys));
                variables(value, &mut values);
                let keys: Vec<&Arc<str>> = keys.into_iter().map(|(name, _)| name).collect();
                let values: Vec<&Arc<str>> = values.into_iter().map(|(name, _)| name).collect();
                let own: Vec<&Arc<str>> = keys.iter().chain(&values).copied().collect();
                let all = written(collection)?;
                let sought = body.iter().filter_map(equality).find_map(|(one, other)| {
                    [(one, other), (other, one)]
                        .into_iter()
                        .find(|(item, known)| starts_with(item, &own) && !names_any(known, &own))
                })?;
                Some(told(&all, statement, starts_with(sought.0, &keys), sought.1))
            }
            StatementKind::Is(_) => self.scan_by_step(statement, body),
            _ => None,
        }
    }

    /// `data.x[_].id == input.id`, `data.x[k]` with `k == input.x`.
    fn scan_by_step(&self, statement: &Statement, body: &[Statement]) -> Option<Finding> {
        let mut refs: Vec<(&Expr, &[Expr])> = Vec::new();
        each_of_statement(statement, &mut |expr| {
            if let ExprKind::Ref(base, steps) = &expr.kind {
                refs.push((base, steps));
            }
        });
        for (base, steps) in refs {
            let ExprKind::Var(name) = &base.kind else { continue };
            let Some((at, step)) = steps.iter().enumerate().find(|(_, step)| self.is_iterator(step, body)) else {
                continue;
            };
            let (before, after) =
                (steps.get(..at).unwrap_or_default(), steps.get(at.saturating_add(1)..).unwrap_or_default());
            if !self.is_data_at(name, before) {
                continue;
            }
            let all = core::iter::once(&**name).chain(before.iter().filter_map(name_of)).collect::<Vec<_>>().join(".");
            let ExprKind::Var(iterator) = &step.kind else { continue };
            let is_key = |expr: &Expr| matches!(&expr.kind, ExprKind::Var(name) if name == iterator && &**name != "_");
            let by_key = body.iter().filter_map(equality).find_map(|(one, other)| match (is_key(one), is_key(other)) {
                (true, false) => Some(other),
                (false, true) => Some(one),
                _ => None,
            });
            if let Some(known) = by_key {
                return Some(told(&all, statement, true, known));
            }
            let (one, other) = equality(statement)?;
            let is_item = |expr: &Expr| matches!(&expr.kind, ExprKind::Ref(own, all) if core::ptr::eq(&raw const **own, core::ptr::from_ref(base)) && all.len() == steps.len());
            let known = if is_item(one) { other } else { one };
            if (is_item(one) || is_item(other)) && !names_any(known, &[iterator]) && after.len() <= 1 {
                return Some(told(&all, statement, false, known));
            }
        }
        None
    }

    /// A variable that takes every key: `_`, one that is declared without a value, one that is declared nowhere.
    fn is_iterator(&self, step: &Expr, body: &[Statement]) -> bool {
        let ExprKind::Var(name) = &step.kind else { return false };
        let is_bare =
            |statement: &Statement| matches!(&statement.kind, StatementKind::Declare(names) if names.contains(name));
        let is_free = !self.locals.contains(name) && self.world.global(self.module, name) == Root::Other;
        &**name == "_" || is_free || body.iter().any(is_bare)
    }

    fn is_data(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Var(name) => self.is_data_at(name, &[]),
            ExprKind::Ref(base, steps) => matches!(&base.kind, ExprKind::Var(name) if self.is_data_at(name, steps)),
            _ => false,
        }
    }

    /// Tells whether a path is of `data` that are no rule.
    fn is_data_at(&self, name: &Arc<str>, steps: &[Expr]) -> bool {
        let names = leading_names(steps);
        if self.locals.contains(name) || names.len() < steps.len() {
            return false;
        }
        match self.world.global(self.module, name) {
            Root::Data(mut path) => {
                path.extend(names);
                !path.is_empty() && !self.world.holds_rule(&path)
            }
            _ => false,
        }
    }
}

/// Collects what a body's other statements read, so that it is there where they hold.
fn present(body: &[Statement]) -> BTreeSet<String> {
    let mut sure = BTreeSet::new();
    for statement in body {
        if matches!(statement.kind, StatementKind::Not(_) | StatementKind::Every { .. }) {
            continue;
        }
        let operands = match &statement.kind {
            StatementKind::SomeIn { collection, .. } => Vec::from([collection]),
            StatementKind::Is(expr) => core::iter::once(expr).chain(parts(expr)).collect(),
            _ => Vec::new(),
        };
        sure.extend(operands.into_iter().filter_map(written));
    }
    sure
}

fn constant(expr: &Expr, is_negated: bool) -> Option<Finding> {
    let is_literal =
        |expr: &Expr| matches!(expr.kind, ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_));
    let is_constant = match &expr.kind {
        ExprKind::Infix(_, one, other) => {
            let is_same = written(one).is_some_and(|text| written(other) == Some(text)) && names_of(one).len() == 1;
            (is_literal(one) && is_literal(other)) || (is_same && is_comparison(expr))
        }
        _ => is_literal(expr),
    };
    let message = if is_negated { "this negation never changes" } else { "this condition never changes" };
    let hint = "remove it, or compare with what may differ";
    is_constant.then(|| warning("constant_condition", &expr.place, message.to_owned(), hint))
}

fn is_comparison(expr: &Expr) -> bool {
    use Infix::{AtLeast, AtMost, Equal, Greater, Less, Unequal};
    matches!(expr.kind, ExprKind::Infix(Equal | Unequal | Less | AtMost | Greater | AtLeast, ..))
}

/// Returns the two sides of an equality.
fn equality(statement: &Statement) -> Option<(&Expr, &Expr)> {
    match &statement.kind {
        StatementKind::Is(Expr {
            kind: ExprKind::Infix(Infix::Equal, one, other) | ExprKind::Unify(one, other),
            ..
        }) => Some((one, other)),
        _ => None,
    }
}

/// Tells whether an expression is one of some variables, or a field of one.
fn starts_with(expr: &Expr, variables: &[&Arc<str>]) -> bool {
    match &expr.kind {
        ExprKind::Var(name) => variables.contains(&name),
        ExprKind::Ref(base, steps) => {
            steps.len() == 1 && leading_names(steps).len() == 1 && starts_with(base, variables)
        }
        _ => false,
    }
}

fn name_of(step: &Expr) -> Option<&str> {
    match &step.kind {
        ExprKind::Text(name) => Some(name),
        _ => None,
    }
}

fn told(all: &str, statement: &Statement, is_key: bool, known: &Expr) -> Finding {
    let message = format!("all of `{all}` is looked through for one that is known");
    let known = written(known).unwrap_or_else(|| "…".to_owned());
    let hint = if is_key {
        format!("take it by its key: `{all}[{known}]`")
    } else {
        format!("keep `{all}` by what is looked for, and take it by its key: `{all}[{known}]`")
    };
    warning("data_scan", &statement.place, message, &hint)
}
