//! Finds imports and variables that nothing reads.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::syntax::{Expr, ExprKind, Module, Place, Rule, Statement, StatementKind};
use super::expr::{each, each_of_rule, query, variables};
use super::{Finding, warning};

/// Checks a module's imports and the variables of its rules.
pub(super) fn check(module: &Module, findings: &mut Vec<Finding>) {
    let mut uses: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for rule in &module.rules {
        let own = count(rule);
        locals(rule, &own, findings);
        for (name, count) in own {
            let all = uses.entry(name).or_default();
            *all = all.saturating_add(count);
        }
    }
    for import in module.imports.iter().filter(|import| !uses.contains_key(&import.alias)) {
        let message = format!("nothing uses the import `{}`", import.alias);
        findings.push(warning("unused_import", &import.place, message, "remove it"));
    }
}

fn locals(rule: &Rule, uses: &BTreeMap<&Arc<str>, usize>, findings: &mut Vec<Finding>) {
    let parameters: Vec<&Expr> = rule.parameters.iter().flatten().collect();
    let declared = declared(rule);
    for (name, place) in &declared {
        // A declaration by `some x` is no expression, the others are one each.
        let own = declared.iter().filter(|(other, _)| other == name).count();
        let is_bare = !is_expression(rule, place, name);
        let is_parameter = parameters.iter().any(|parameter| parameter.place == **place);
        let read = uses.get(name).copied().unwrap_or(0).saturating_sub(if is_bare { 0 } else { own });
        if &***name != "_" && !is_parameter && read == 0 {
            let message = format!("nothing reads the variable `{name}`");
            findings.push(warning("unused_variable", place, message, "remove it, or write `_` in its place"));
        }
    }
}

fn is_expression(rule: &Rule, place: &Place, name: &Arc<str>) -> bool {
    let mut is_found = false;
    each_of_rule(rule, &mut |expr| {
        is_found |= expr.place == *place && matches!(&expr.kind, ExprKind::Var(other) if other == name);
    });
    is_found
}

/// Counts how often each name stands in a rule.
fn count(rule: &Rule) -> BTreeMap<&Arc<str>, usize> {
    let mut uses: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    let mut add = |name| {
        let count = uses.entry(name).or_default();
        *count = count.saturating_add(1);
    };
    each_of_rule(rule, &mut |expr| match &expr.kind {
        ExprKind::Var(name) => add(name),
        ExprKind::Call(path, _) => path.first().into_iter().for_each(&mut add),
        _ => {}
    });
    each_body(rule, &mut |body| {
        body.iter().flat_map(|statement| &statement.with).filter_map(|with| with.target.first()).for_each(&mut add);
    });
    uses
}

/// Returns the variables that a rule and all in it declare, parameters among them, with their places.
pub(super) fn declared(rule: &Rule) -> Vec<(&Arc<str>, &Place)> {
    let mut patterns = Vec::new();
    let mut found: Vec<(&Arc<str>, &Place)> = Vec::new();
    rule.parameters.iter().flatten().for_each(|parameter| variables(parameter, &mut patterns));
    each_body(rule, &mut |body| {
        for statement in body {
            match &statement.kind {
                StatementKind::Declare(names) => found.extend(names.iter().map(|name| (name, &statement.place))),
                StatementKind::SomeIn { key, value, .. } => {
                    key.iter().chain([value]).for_each(|pattern| variables(pattern, &mut patterns));
                }
                StatementKind::Is(Expr { kind: ExprKind::Declare(pattern, _), .. }) => {
                    variables(pattern, &mut patterns);
                }
                StatementKind::Every { key, value, .. } => {
                    found.extend(key.iter().chain([value]).map(|name| (name, &statement.place)));
                }
                _ => {}
            }
        }
    });
    found.extend(patterns.into_iter().map(|(name, expr)| (name, &expr.place)));
    found
}

/// Calls `visit` with each body of a rule: its branches', and those in them.
pub(super) fn each_body<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a [Statement])) {
    let mut bodies: Vec<&[Statement]> = Vec::new();
    bodies.extend(rule.branches.iter().map(|branch| branch.body.as_slice()));
    each_of_rule(rule, &mut |expr| bodies.push(query(expr)));
    while let Some(body) = bodies.pop() {
        visit(body);
        for statement in body {
            if let StatementKind::Every { body, .. } = &statement.kind {
                bodies.push(body);
            }
        }
    }
}

/// Collects the names that an expression has.
pub(super) fn names_of(expr: &Expr) -> Vec<&Arc<str>> {
    let mut names = Vec::new();
    each(expr, &mut |part| {
        if let ExprKind::Var(name) = &part.kind {
            names.push(name);
        }
    });
    names
}
