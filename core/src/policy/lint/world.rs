//! What there is in a policy: its rules, its data, and what a name in a module stands for.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::{Map, Value as Json};

use super::super::source::PolicySource;
use super::super::syntax::{Expr, ExprKind, Module, Rule, RuleKind};
use super::expr::leading_names;
use super::{Schemas, schema};

/// A policy's rules refer to each other no deeper than this: `depth` allows fewer than a hundred.
const MAX_CHAIN: u32 = 100;

/// Holds a policy's parts.
pub(super) struct World<'a> {
    pub(super) source: &'a PolicySource,
    pub(super) schemas: &'a Schemas,
    /// All definitions by path, with their module.
    pub(super) rules: BTreeMap<Vec<Arc<str>>, Vec<(&'a Module, &'a Rule)>>,
}

/// Is what a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Root {
    Input(Vec<Arc<str>>),
    Data(Vec<Arc<str>>),
    /// A variable, or nothing.
    Other,
}

impl<'a> World<'a> {
    pub(super) fn new(source: &'a PolicySource, modules: &'a [Module], schemas: &'a Schemas) -> Self {
        let mut rules: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for module in modules {
            for rule in &module.rules {
                let path = module.package.iter().cloned().chain([rule.name.clone()]).chain(leading_names(&rule.path));
                rules.entry(path.collect()).or_default().push((module, rule));
            }
        }
        Self { source, schemas, rules }
    }

    pub(super) fn is_test(&self, module: &Module) -> bool {
        let file = module.rules.first().map_or("", |rule| &*rule.place.file);
        file.ends_with("_test.rego")
    }

    /// Returns what a name stands for that is no local variable.
    pub(super) fn global(&self, module: &Module, name: &Arc<str>) -> Root {
        match &**name {
            "input" => return Root::Input(Vec::new()),
            "data" => return Root::Data(Vec::new()),
            _ => {}
        }
        if let Some(import) = module.imports.iter().rev().find(|import| import.alias == *name) {
            return if import.is_input { Root::Input(import.path.clone()) } else { Root::Data(import.path.clone()) };
        }
        let path: Vec<Arc<str>> = module.package.iter().cloned().chain([name.clone()]).collect();
        if self.holds_rule(&path) { Root::Data(path) } else { Root::Other }
    }

    /// Tells whether a rule is at, above or below a path.
    pub(super) fn holds_rule(&self, path: &[Arc<str>]) -> bool {
        let is_below = self.rules.range(path.to_vec()..).next().is_some_and(|(found, _)| found.starts_with(path));
        is_below || self.above(path).is_some()
    }

    /// Tells whether `data` have, or may have, something at a path that is no rule's. Without data nothing is known.
    pub(super) fn holds_data(&self, path: &[Arc<str>]) -> bool {
        let data = &self.source.data;
        let is_unknown = data.is_empty() && self.schemas.data.is_none();
        is_unknown || stands_in(data, path) || self.schemas.data.as_ref().is_some_and(|all| schema::has(all, path))
    }

    /// Tells whether the data that are given have something at a path.
    pub(super) fn has_data(&self, path: &[Arc<str>]) -> bool {
        stands_in(&self.source.data, path)
    }

    /// Returns the definitions at a path, or above it, and how long their path is.
    pub(super) fn above(&self, path: &[Arc<str>]) -> Option<(usize, &[(&'a Module, &'a Rule)])> {
        (1..=path.len()).rev().find_map(|size| {
            let rules = self.rules.get(path.get(..size)?)?;
            Some((size, rules.as_slice()))
        })
    }

    /// Tells whether a rule surely has a value.
    pub(super) fn is_total(&self, path: &[Arc<str>]) -> bool {
        self.rules.get(path).is_some_and(|rules| self.are_total(rules, 0))
    }

    fn are_total(&self, rules: &[(&Module, &Rule)], depth: u32) -> bool {
        let is_open =
            |rule: &Rule| rule.kind == RuleKind::Contains || leading_names(&rule.path).len() < rule.path.len();
        rules.iter().any(|(module, rule)| {
            let last = rule.branches.last();
            let is_unconditional = last.is_some_and(|branch| branch.body.is_empty());
            let values = rule.branches.iter().filter_map(|branch| branch.value.as_ref());
            rule.kind == RuleKind::Default
                || is_open(rule)
                || (is_unconditional && values.clone().all(|value| self.is_sure(module, value, depth)))
        }) || self.are_complementary(rules, depth)
    }

    /// `x if allowed` and `x if not allowed` have a value between them.
    fn are_complementary(&self, rules: &[(&Module, &Rule)], depth: u32) -> bool {
        use super::super::syntax::StatementKind::{Is, Not};
        let mut conditions = Vec::new();
        for (module, rule) in rules {
            let [branch] = rule.branches.as_slice() else { continue };
            let [statement] = branch.body.as_slice() else { continue };
            let (is_negated, ExprKind::Var(name)) = (match &statement.kind {
                Is(expr) => (false, &expr.kind),
                Not(expr) => (true, &expr.kind),
                _ => continue,
            }) else {
                continue;
            };
            if branch.value.as_ref().is_none_or(|value| self.is_sure(module, value, depth)) {
                conditions.push((is_negated, name, self.global(module, name)));
            }
        }
        let is_other = |(is_negated, name, root): &(bool, &Arc<str>, Root)| {
            *root != Root::Other && conditions.contains(&(!is_negated, name, root.clone()))
        };
        conditions.iter().any(is_other)
    }

    /// Tells whether a value outside any body surely is there. Built-ins count as if they took what they are given.
    fn is_sure(&self, module: &Module, expr: &Expr, depth: u32) -> bool {
        if depth > MAX_CHAIN {
            return false;
        }
        let deeper = depth.saturating_add(1);
        let all = |parts: &[Expr]| parts.iter().all(|part| self.is_sure(module, part, depth));
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) => true,
            ExprKind::ArrayOf(..) | ExprKind::SetOf(..) | ExprKind::ObjectOf(..) => true,
            ExprKind::Array(items) | ExprKind::Set(items) | ExprKind::Call(_, items) => all(items),
            ExprKind::Object(members) => members
                .iter()
                .all(|(key, value)| self.is_sure(module, key, depth) && self.is_sure(module, value, depth)),
            ExprKind::Infix(_, one, other) => self.is_sure(module, one, depth) && self.is_sure(module, other, depth),
            ExprKind::In { value, collection, .. } => {
                self.is_sure(module, value, depth) && self.is_sure(module, collection, depth)
            }
            ExprKind::Var(name) => self.is_sure_path(&self.global(module, name), deeper),
            ExprKind::Ref(base, steps) => {
                let ExprKind::Var(name) = &base.kind else { return false };
                let names = leading_names(steps);
                let is_fixed = names.len() == steps.len();
                match self.global(module, name) {
                    Root::Data(path) if is_fixed => {
                        self.is_sure_path(&Root::Data(path.into_iter().chain(names).collect()), deeper)
                    }
                    _ => false,
                }
            }
            ExprKind::Declare(..) | ExprKind::Unify(..) | ExprKind::Foreign(..) => false,
        }
    }

    fn is_sure_path(&self, root: &Root, depth: u32) -> bool {
        let Root::Data(path) = root else { return false };
        self.has_data(path) || self.rules.get(path).is_some_and(|rules| self.are_total(rules, depth))
    }
}

fn stands_in(data: &Map<String, Json>, path: &[Arc<str>]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match data.get(&**first) {
        None => false,
        Some(_) if rest.is_empty() => true,
        Some(Json::Object(inner)) => stands_in(inner, rest),
        Some(_) => false,
    }
}
