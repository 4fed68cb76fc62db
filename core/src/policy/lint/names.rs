//! Finds names that nothing stands behind, and parts of `input` that its schema does not have.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::syntax::{Expr, ExprKind, Import, Module, Rule};
use super::expr::{each_of_rule, leading_names, variables, written};
use super::unused::declared;
use super::world::{Root, World};
use super::{Finding, error, hint, schema, warning};

/// Checks every name of a module.
pub(super) fn check(world: &World<'_>, module: &Module, findings: &mut Vec<Finding>) {
    let unknown: Vec<&Import> = module.imports.iter().filter(|import| !is_known(world, import)).collect();
    for import in &unknown {
        let message = format!("`data.{}` is neither a rule nor data", import.path.join("."));
        findings.push(error("undefined_reference", &import.place, message, &meant(world, &import.path)));
    }
    for rule in &module.rules {
        let skipped = unknown.iter().map(|import| &import.alias);
        let locals: BTreeSet<&Arc<str>> = declared(rule).into_iter().map(|(name, _)| name).chain(skipped).collect();
        Names { world, module, locals, findings }.rule(rule);
    }
}

fn is_known(world: &World<'_>, import: &Import) -> bool {
    import.is_input || world.holds_rule(&import.path) || world.holds_data(&import.path)
}

struct Names<'a, 'f> {
    world: &'a World<'a>,
    module: &'a Module,
    /// Names that a declaration, or an import already told of, stands behind.
    locals: BTreeSet<&'a Arc<str>>,
    findings: &'f mut Vec<Finding>,
}

impl<'a> Names<'a, '_> {
    fn rule(&mut self, rule: &'a Rule) {
        let (mut found, mut bound) = (Vec::new(), BTreeSet::new());
        let mut bases: BTreeSet<*const Expr> = BTreeSet::new();
        each_of_rule(rule, &mut |expr| {
            if let ExprKind::Ref(base, _) = &expr.kind {
                bases.insert(core::ptr::from_ref(&**base));
            }
            bind(expr, &mut bound);
            found.push(expr);
        });
        let mut told = BTreeSet::new();
        for expr in found {
            match &expr.kind {
                ExprKind::Var(name) if !bases.contains(&core::ptr::from_ref(expr)) => {
                    self.name(name, &[], expr, &bound, &mut told);
                }
                ExprKind::Ref(base, steps) => {
                    if let ExprKind::Var(name) = &base.kind {
                        self.name(name, steps, expr, &bound, &mut told);
                    }
                }
                ExprKind::Call(path, arguments) => self.call(path, arguments.len(), expr),
                _ => {}
            }
        }
    }

    fn name(
        &mut self,
        name: &'a Arc<str>,
        steps: &[Expr],
        expr: &Expr,
        bound: &BTreeSet<&Arc<str>>,
        told: &mut BTreeSet<&'a Arc<str>>,
    ) {
        if &**name == "_" || self.locals.contains(name) {
            return;
        }
        match self.world.global(self.module, name) {
            Root::Input(path) => self.input(&path, steps, expr),
            Root::Data(path) => self.data(path, steps, expr),
            Root::Other if !bound.contains(name) && told.insert(name) => {
                let message = format!("`{name}` is no rule of this package, no import and no local variable");
                self.findings.push(error("undefined_reference", &expr.place, message, &self.meant_locally(name)));
            }
            Root::Other => {}
        }
    }

    fn input(&mut self, path: &[Arc<str>], steps: &[Expr], expr: &Expr) {
        let Some(schema) = &self.world.schemas.input else { return };
        let given = steps.iter().map(|step| match &step.kind {
            ExprKind::Text(name) => Some(&**name),
            _ => None,
        });
        let all: Vec<Option<&str>> = path.iter().map(|name| Some(&**name)).chain(given).collect();
        let Some(unknown) = schema::unknown(schema, &all) else { return };
        if self.world.is_test(self.module) {
            return;
        }
        let names = all.iter().take(unknown.saturating_add(1)).map(|name| name.unwrap_or("_"));
        let at = core::iter::once("input").chain(names).collect::<Vec<_>>().join(".");
        let known = schema::names(schema, all.get(..unknown).unwrap_or_default());
        let name = all.get(unknown).copied().flatten().unwrap_or_default();
        let hint = match hint::nearest(name, known.iter().map(String::as_str)) {
            Some(known) => format!("is `{known}` meant?"),
            None => "read what the schema has, or add the field to it".to_owned(),
        };
        let message = format!("the schema of `input` has no `{at}`");
        self.findings.push(warning("input_unknown", &expr.place, message, &hint));
    }

    fn data(&mut self, mut path: Vec<Arc<str>>, steps: &[Expr], expr: &Expr) {
        path.extend(leading_names(steps));
        if !self.world.holds_rule(&path) && !self.world.holds_data(&path) {
            let text = written(expr).unwrap_or_else(|| format!("data.{}", path.join(".")));
            let message = format!("`{text}` is neither a rule nor data");
            self.findings.push(error("undefined_reference", &expr.place, message, &meant(self.world, &path)));
        }
    }

    /// What calls nothing at all is told as `policy_builtin`.
    fn call(&mut self, path: &[Arc<str>], given: usize, expr: &Expr) {
        let Some((first, rest)) = path.split_first() else { return };
        if self.locals.contains(first) {
            return;
        }
        let Root::Data(mut at) = self.world.global(self.module, first) else { return };
        at.extend(rest.iter().cloned());
        let Some(rules) = self.world.rules.get(&at) else { return };
        let Some(taken) = rules.iter().find_map(|(_, rule)| rule.parameters.as_ref().map(Vec::len)) else { return };
        // One argument more is what the value must be.
        if given != taken && given != taken.saturating_add(1) {
            let message = format!("`{}` takes {taken} arguments, not {given}", path.join("."));
            let hint = "give it as many arguments as its definition has";
            self.findings.push(error("wrong_arguments", &expr.place, message, hint));
        }
    }

    fn meant_locally(&self, name: &str) -> String {
        let size = self.module.package.len();
        let rules = self.world.rules.keys().filter(|path| path.starts_with(&self.module.package));
        let rules = rules.filter_map(|path| path.get(size)).map(|name| &**name);
        let known = rules.chain(self.module.imports.iter().map(|import| &*import.alias));
        let known = known.chain(self.locals.iter().map(|local| &***local)).chain(["input", "data"]);
        match hint::nearest(name, known) {
            Some(known) => format!("is `{known}` meant?"),
            None => "define the rule, import it, or declare the variable with `some`".to_owned(),
        }
    }
}

/// Says which rule may be meant by a path.
fn meant(world: &World<'_>, path: &[Arc<str>]) -> String {
    let texts: Vec<String> = world
        .rules
        .keys()
        .flat_map(|known| (1..=known.len()).filter_map(|size| known.get(..size).map(|part| part.join("."))))
        .collect();
    match hint::nearest(&path.join("."), texts.iter().map(String::as_str)) {
        Some(known) => format!("is `data.{known}` meant?"),
        None => "define it, add the data, or let the schema of `data` say that there may be such".to_owned(),
    }
}

/// Collects the variables that an expression gives a value: by `=`, or by standing in brackets.
fn bind<'a>(expr: &'a Expr, bound: &mut BTreeSet<&'a Arc<str>>) {
    let mut found = Vec::new();
    match &expr.kind {
        ExprKind::Unify(one, other) => [one, other].into_iter().for_each(|side| variables(side, &mut found)),
        ExprKind::Ref(_, steps) => steps.iter().for_each(|step| variables(step, &mut found)),
        ExprKind::Call(_, arguments) => {
            arguments.iter().skip(1).last().iter().for_each(|last| variables(last, &mut found))
        }
        _ => {}
    }
    bound.extend(found.into_iter().map(|(name, _)| name));
}
