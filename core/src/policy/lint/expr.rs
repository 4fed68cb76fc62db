//! Walks expressions, and writes them as they are read.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::syntax::{Expr, ExprKind, Rule, Statement, StatementKind};

/// Returns the names up to the first computed step.
pub(super) fn leading_names(steps: &[Expr]) -> Vec<Arc<str>> {
    let name = |step: &Expr| match &step.kind {
        ExprKind::Text(name) => Some(name.clone()),
        _ => None,
    };
    steps.iter().map_while(name).collect()
}

/// Calls `visit` with every expression of a rule, outer ones first; a reference's base too.
pub(super) fn each_of_rule<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a Expr)) {
    rule.path.iter().chain(rule.parameters.iter().flatten()).for_each(|expr| each(expr, visit));
    for branch in &rule.branches {
        branch.value.iter().for_each(|value| each(value, visit));
        each_of_body(&branch.body, visit);
    }
}

/// Calls `visit` with every expression of a body and of the bodies in it.
pub(super) fn each_of_body<'a>(body: &'a [Statement], visit: &mut dyn FnMut(&'a Expr)) {
    body.iter().for_each(|statement| each_of_statement(statement, visit));
}

/// Calls `visit` with every expression of a statement.
pub(super) fn each_of_statement<'a>(statement: &'a Statement, visit: &mut dyn FnMut(&'a Expr)) {
    match &statement.kind {
        StatementKind::Declare(_) => {}
        StatementKind::SomeIn { key, value, collection } => {
            key.iter().chain([value, collection]).for_each(|expr| each(expr, visit));
        }
        StatementKind::Is(expr) | StatementKind::Not(expr) => each(expr, visit),
        StatementKind::Every { domain, body, .. } => {
            each(domain, visit);
            each_of_body(body, visit);
        }
    }
    statement.with.iter().for_each(|with| each(&with.value, visit));
}

/// Calls `visit` with an expression and all in it.
pub(super) fn each<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    parts(expr).into_iter().for_each(|part| each(part, visit));
    each_of_body(query(expr), visit);
}

/// Returns the parts of an expression that are expressions, without those in a comprehension's body.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Var(_) => Vec::new(),
        ExprKind::Ref(base, steps) => core::iter::once(&**base).chain(steps).collect(),
        ExprKind::Array(items) | ExprKind::Set(items) | ExprKind::Call(_, items) | ExprKind::Foreign(_, items) => {
            items.iter().collect()
        }
        ExprKind::Object(members) => members.iter().flat_map(|(key, value)| [key, value]).collect(),
        ExprKind::ArrayOf(term, _) | ExprKind::SetOf(term, _) => Vec::from([&**term]),
        ExprKind::ObjectOf(key, value, _) => Vec::from([&**key, &**value]),
        ExprKind::Infix(_, one, other) | ExprKind::Declare(one, other) | ExprKind::Unify(one, other) => {
            Vec::from([&**one, &**other])
        }
        ExprKind::In { key, value, collection } => {
            key.iter().map(|key| &**key).chain([&**value, &**collection]).collect()
        }
    }
}

/// Returns a comprehension's body.
pub(super) fn query(expr: &Expr) -> &[Statement] {
    match &expr.kind {
        ExprKind::ArrayOf(_, query) | ExprKind::SetOf(_, query) | ExprKind::ObjectOf(_, _, query) => query,
        _ => &[],
    }
}

/// Collects the variables of a pattern, with their places.
pub(super) fn variables<'a>(pattern: &'a Expr, found: &mut Vec<(&'a Arc<str>, &'a Expr)>) {
    match &pattern.kind {
        ExprKind::Var(name) => found.push((name, pattern)),
        ExprKind::Array(items) => items.iter().for_each(|item| variables(item, found)),
        ExprKind::Object(members) => members.iter().for_each(|(_, value)| variables(value, found)),
        _ => {}
    }
}

/// Tells whether an expression names one of some variables.
pub(super) fn names_any(expr: &Expr, names: &[&Arc<str>]) -> bool {
    let mut is_found = false;
    each(expr, &mut |part| is_found |= matches!(&part.kind, ExprKind::Var(name) if names.contains(&name)));
    is_found
}

/// Writes a name or reference; `None` for anything else.
pub(super) fn written(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Var(name) => Some((**name).to_owned()),
        ExprKind::Text(text) => Some(alloc::format!("{text:?}")),
        ExprKind::Number(text) => Some((**text).to_owned()),
        ExprKind::Ref(base, steps) => {
            let mut all = written(base)?;
            for step in steps {
                match &step.kind {
                    ExprKind::Text(name) if is_plain(name) => {
                        all.push('.');
                        all.push_str(name);
                    }
                    _ => {
                        all.push('[');
                        all.push_str(&written(step)?);
                        all.push(']');
                    }
                }
            }
            Some(all)
        }
        _ => None,
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
