//! Walks syntax trees for what the checks need to know.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::{Call, Path, RuleOutline};
use crate::policy::syntax::{Branch, Expr, ExprKind, Infix, Module, Place, Rule, Statement, StatementKind};

/// A multiplication counts for as much, because every one may double the length of a number.
const MULTIPLICATION_STEPS: u32 = 80;

/// A rule or function counts for as much, because it takes that much more of the stack than an expression: some 5 KiB.
const RULE_STEPS: u32 = 10;

/// Outlines the rules of a module.
pub(crate) fn outline(module: &Module, rules: &mut Vec<RuleOutline>) {
    let package: Path = module.package.iter().map(ToString::to_string).collect();
    let imports: Vec<(&str, Option<Path>)> = module
        .imports
        .iter()
        .map(|import| {
            let path = || import.path.iter().map(ToString::to_string).collect();
            (&*import.alias, (!import.is_input).then(path))
        })
        .collect();
    for rule in &module.rules {
        let fixed = fixed(&rule.path);
        let outline = RuleOutline {
            path: package.iter().cloned().chain([rule.name.to_string()]).chain(fixed).collect(),
            is_function: rule.parameters.is_some(),
            place: rule.place.location(),
            steps: RULE_STEPS,
            calls: Vec::new(),
            refs: Vec::new(),
            mocks: Vec::new(),
        };
        let mut walk = Walk { package: &package, imports: &imports, scopes: Vec::new(), outline };
        walk.rule(rule);
        rules.push(walk.outline);
    }
}

/// Collects what one rule builds on.
struct Walk<'a> {
    package: &'a Path,
    /// What an alias stands for; `None` for a part of the input.
    imports: &'a [(&'a str, Option<Path>)],
    /// The local variables, innermost last.
    scopes: Vec<Vec<String>>,
    outline: RuleOutline,
}

impl Walk<'_> {
    fn rule(&mut self, rule: &Rule) {
        let mut parameters = Vec::new();
        rule.parameters.iter().flatten().for_each(|parameter| pattern(parameter, &mut parameters));
        self.scopes.push(parameters);
        let steps = rule.branches.iter().map(|branch| self.branch(rule, branch)).fold(0, u32::max);
        self.scopes.pop();
        self.outline.steps = self.outline.steps.saturating_add(steps);
    }

    /// The head is evaluated where its body's variables are known.
    fn branch(&mut self, rule: &Rule, branch: &Branch) -> u32 {
        self.scopes.push(declared(&branch.body));
        let steps = self.statements(&branch.body);
        let head: Vec<&Expr> = branch.value.iter().chain(&rule.path).chain(rule.parameters.iter().flatten()).collect();
        let head = self.deepest(&head);
        self.scopes.pop();
        sum([steps, head])
    }

    fn query(&mut self, query: &[Statement], terms: &[&Expr]) -> u32 {
        self.scopes.push(declared(query));
        let steps = self.statements(query);
        let terms = self.deepest(terms);
        self.scopes.pop();
        sum([1, steps, terms])
    }

    /// Statements add up: each may build on the one before, and each may be a loop around the rest.
    fn statements(&mut self, query: &[Statement]) -> u32 {
        query.iter().map(|statement| self.statement(statement)).fold(0, u32::saturating_add)
    }

    fn statement(&mut self, statement: &Statement) -> u32 {
        let own = match &statement.kind {
            StatementKind::Declare(_) => 0,
            StatementKind::SomeIn { key, value, collection } => {
                let parts: Vec<&Expr> = key.iter().chain([value, collection]).collect();
                self.deepest(&parts)
            }
            StatementKind::Is(expr) | StatementKind::Not(expr) => self.expr(expr),
            StatementKind::Every { key, value, domain, body } => {
                let domain = self.expr(domain);
                self.scopes.push(key.iter().chain([value]).map(|name| (**name).to_owned()).collect());
                let body = self.query(body, &[]);
                self.scopes.pop();
                sum([domain, body])
            }
        };
        let mut replaced = 0;
        for modifier in &statement.with {
            let is_document = modifier.target.first().is_some_and(|name| &**name == "input");
            if !is_document {
                self.mock(&modifier.value);
            }
            replaced = self.expr(&modifier.value).max(replaced);
        }
        sum([1, own, replaced])
    }

    fn mock(&mut self, value: &Expr) {
        let Some(path) = static_path(value) else { return };
        let is_local = path.first().is_some_and(|root| self.is_local(root));
        if !is_local {
            let mock = self.named(&value.place, &path, 0);
            self.outline.mocks.push(mock);
        }
    }

    fn expr(&mut self, expr: &Expr) -> u32 {
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) => 1,
            ExprKind::Var(name) => self.reference(name, &[]),
            ExprKind::Ref(base, steps) => match &base.kind {
                ExprKind::Var(name) => self.reference(name, steps),
                _ => {
                    let steps: Vec<&Expr> = steps.iter().collect();
                    sum([1, self.expr(base), self.deepest(&steps)])
                }
            },
            ExprKind::Array(items) | ExprKind::Set(items) | ExprKind::Foreign(_, items) => {
                let items: Vec<&Expr> = items.iter().collect();
                sum([1, self.deepest(&items)])
            }
            ExprKind::Object(members) => {
                let parts: Vec<&Expr> = members.iter().flat_map(|(key, value)| [key, value]).collect();
                sum([1, self.deepest(&parts)])
            }
            ExprKind::ArrayOf(term, query) | ExprKind::SetOf(term, query) => self.query(query, &[term]),
            ExprKind::ObjectOf(key, value, query) => self.query(query, &[key, value]),
            ExprKind::Call(path, arguments) => {
                let call = self.named(&expr.place, path, arguments.len());
                self.outline.calls.push(call);
                let arguments: Vec<&Expr> = arguments.iter().collect();
                sum([1, self.deepest(&arguments)])
            }
            ExprKind::Infix(Infix::Multiply, one, other) => sum([MULTIPLICATION_STEPS, self.deepest(&[one, other])]),
            ExprKind::Infix(_, one, other) => sum([1, self.deepest(&[one, other])]),
            ExprKind::Unify(one, other) => sum([1, self.expr(one), self.expr(other)]),
            ExprKind::Declare(one, other) => sum([1, self.expr(one), self.assigned(one, other)]),
            ExprKind::In { key, value, collection } => {
                let key = key.as_ref().map_or(0, |key| self.expr(key));
                sum([1, key.max(self.deepest(&[value, collection]))])
            }
        }
    }

    fn deepest(&mut self, parts: &[&Expr]) -> u32 {
        parts.iter().map(|part| self.expr(part)).max().unwrap_or(0)
    }

    /// What `:=` declares is not yet known on its right side.
    fn assigned(&mut self, left: &Expr, right: &Expr) -> u32 {
        let mut names = Vec::new();
        pattern(left, &mut names);
        let hidden: Vec<String> = match self.scopes.last_mut() {
            Some(scope) => {
                let hidden: Vec<String> = names.into_iter().filter(|name| scope.contains(name)).collect();
                scope.retain(|name| !hidden.contains(name));
                hidden
            }
            None => Vec::new(),
        };
        let steps = self.expr(right);
        if let Some(scope) = self.scopes.last_mut() {
            scope.extend(hidden);
        }
        steps
    }

    fn reference(&mut self, name: &str, steps: &[Expr]) -> u32 {
        if !self.is_local(name) && name != "input" {
            let refs = self.absolute(name, &fixed(steps));
            self.outline.refs.extend(refs);
        }
        let computed: Vec<&Expr> = steps.iter().filter(|step| !matches!(step.kind, ExprKind::Text(_))).collect();
        sum([1, self.deepest(&computed)])
    }

    fn named(&self, place: &Place, path: &[Arc<str>], arity: usize) -> Call {
        let (root, rest) = path.split_first().map_or(("", path), |(root, rest)| (&**root, rest));
        let rest: Path = rest.iter().map(ToString::to_string).collect();
        Call { place: place.location(), name: path.join("."), candidates: self.absolute(root, &rest), arity }
    }

    /// Returns where a name may stand under `data`.
    fn absolute(&self, root: &str, rest: &[String]) -> Vec<Path> {
        if root == "data" {
            return vec![rest.to_vec()];
        }
        let own = [self.package.as_slice(), &[root.to_owned()], rest].concat();
        match self.imports.iter().find(|(alias, _)| *alias == root) {
            Some((_, Some(target))) => vec![[target.as_slice(), rest].concat(), own],
            Some((_, None)) | None => vec![own],
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.iter().any(|local| local == name))
    }
}

/// Returns the names up to the first computed part.
fn fixed(steps: &[Expr]) -> Path {
    let names = steps.iter().map_while(|step| match &step.kind {
        ExprKind::Text(name) => Some((**name).to_owned()),
        _ => None,
    });
    names.collect()
}

/// Returns a reference without computed parts, its first name included.
fn static_path(expr: &Expr) -> Option<Vec<Arc<str>>> {
    match &expr.kind {
        ExprKind::Var(name) => Some(vec![name.clone()]),
        ExprKind::Ref(base, steps) => {
            let mut path = static_path(base)?;
            for step in steps {
                let ExprKind::Text(name) = &step.kind else { return None };
                path.push(name.clone());
            }
            Some(path)
        }
        _ => None,
    }
}

/// Returns the variables that a query declares.
fn declared(query: &[Statement]) -> Vec<String> {
    let mut names = Vec::new();
    for statement in query {
        match &statement.kind {
            StatementKind::Declare(declared) => names.extend(declared.iter().map(ToString::to_string)),
            StatementKind::SomeIn { key, value, .. } => {
                key.iter().chain([value]).for_each(|expr| pattern(expr, &mut names));
            }
            StatementKind::Is(Expr { kind: ExprKind::Declare(left, _), .. }) => pattern(left, &mut names),
            _ => {}
        }
    }
    names
}

/// Collects the variables of a pattern.
fn pattern(expr: &Expr, names: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Var(name) => names.push((**name).to_owned()),
        ExprKind::Array(items) => items.iter().for_each(|item| pattern(item, names)),
        ExprKind::Object(members) => members.iter().for_each(|(_, value)| pattern(value, names)),
        _ => {}
    }
}

fn sum<const N: usize>(steps: [u32; N]) -> u32 {
    steps.into_iter().fold(0, u32::saturating_add)
}
