//! Reads the interpreter's syntax trees, so that nobody else has to.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use regorus::unstable::{ArithOp, AssignOp, Expr, Literal, LiteralStmt, Module, Query, Rule, RuleBody, RuleHead, Span};

use super::reference::{base_of, split_ref, static_path};
use crate::error::{Error, Location};
use crate::policy::outline::{Call, Path, RuleOutline};

/// A multiplication counts for as much, because every one may double the length of a number.
const MULTIPLICATION_STEPS: u32 = 80;

/// A rule or function counts for as much, because it takes that much more of the stack than an expression: some 5 KiB.
const RULE_STEPS: u32 = 10;

/// Outlines the rules of a module.
pub(super) fn outline(module: &Module, rules: &mut Vec<RuleOutline>) -> Result<(), Error> {
    let package = static_path(&module.package.refr).map(|(root, rest)| [vec![root], rest].concat());
    let package = package.ok_or_else(|| unreadable(&module.package.span))?;
    let imports = imports(module);
    for rule in &module.policy {
        let (head, is_function) = match rule.as_ref() {
            Rule::Spec { head: RuleHead::Func { refr, .. }, .. } => (refr, true),
            Rule::Spec { head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. }, .. } => (refr, false),
            Rule::Default { refr, args, .. } => (refr, !args.is_empty()),
        };
        let (root, rest) = split_ref(head).ok_or_else(|| unreadable(rule.span()))?;
        let outline = RuleOutline {
            path: package.iter().cloned().chain([root.text().to_owned()]).chain(rest.fixed).collect(),
            is_function,
            place: place(rule.span()),
            steps: RULE_STEPS,
            calls: Vec::new(),
            refs: Vec::new(),
            mocks: Vec::new(),
        };
        let mut walk = Walk { package: &package, imports: &imports, scopes: Vec::new(), outline };
        walk.rule(rule);
        rules.push(walk.outline);
    }
    Ok(())
}

/// Returns the path that a module was loaded under.
pub(super) fn path_of(module: &Module) -> String {
    module.package.span.source.get_path().clone()
}

/// Collects what one rule builds on.
struct Walk<'a> {
    package: &'a Path,
    /// What an alias stands for; `None` for a part of the input.
    imports: &'a [(String, Option<Path>)],
    /// The local variables, innermost last.
    scopes: Vec<Vec<String>>,
    outline: RuleOutline,
}

impl Walk<'_> {
    fn rule(&mut self, rule: &Rule) {
        let steps = match rule {
            Rule::Default { value, .. } => self.expr(value),
            Rule::Spec { head, bodies, .. } => {
                let mut parameters = Vec::new();
                if let RuleHead::Func { args, .. } = head {
                    args.iter().for_each(|arg| pattern(arg, &mut parameters));
                }
                self.scopes.push(parameters);
                let steps = match bodies.as_slice() {
                    [] => self.head(head),
                    bodies => bodies.iter().map(|body| self.body(head, body)).max().unwrap_or(0),
                };
                self.scopes.pop();
                steps
            }
        };
        self.outline.steps = self.outline.steps.saturating_add(steps);
    }

    /// The head is evaluated where its body's variables are known.
    fn body(&mut self, head: &RuleHead, body: &RuleBody) -> u32 {
        self.scopes.push(declared(&body.query));
        let steps = self.statements(&body.query);
        let value = body.assign.as_ref().map_or(0, |assign| self.expr(&assign.value));
        let head = self.head(head);
        self.scopes.pop();
        sum([steps, value.max(head)])
    }

    fn head(&mut self, head: &RuleHead) -> u32 {
        let (refr, value, args) = match head {
            RuleHead::Compr { refr, assign, .. } => (refr, assign.as_ref().map(|assign| &assign.value), [].as_slice()),
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref(), [].as_slice()),
            RuleHead::Func { refr, args, assign, .. } => {
                (refr, assign.as_ref().map(|assign| &assign.value), args.as_slice())
            }
        };
        let computed = split_ref(refr).map_or_else(Vec::new, |(_, rest)| rest.computed);
        let parts = computed.into_iter().chain(value.map(AsRef::as_ref)).chain(args.iter().map(AsRef::as_ref));
        parts.map(|part| self.expr(part)).max().unwrap_or(0)
    }

    fn query(&mut self, query: &Query, terms: &[&Expr]) -> u32 {
        self.scopes.push(declared(query));
        let steps = self.statements(query);
        let terms = self.deepest(terms);
        self.scopes.pop();
        sum([1, steps, terms])
    }

    /// Statements add up: each may build on the one before, and each may be a loop around the rest.
    fn statements(&mut self, query: &Query) -> u32 {
        query.stmts.iter().map(|statement| self.statement(statement)).fold(0, u32::saturating_add)
    }

    fn statement(&mut self, statement: &LiteralStmt) -> u32 {
        let own = match &statement.literal {
            Literal::SomeVars { .. } => 0,
            Literal::SomeIn { key, value, collection, .. } => {
                let key = key.as_ref().map_or(0, |key| self.expr(key));
                key.max(self.expr(value)).max(self.expr(collection))
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.expr(expr),
            Literal::Every { key, value, domain, query, .. } => {
                let domain = self.expr(domain);
                self.scopes.push(key.iter().chain([value]).map(|span| span.text().to_owned()).collect());
                let body = self.query(query, &[]);
                self.scopes.pop();
                sum([domain, body])
            }
        };
        let replaced = statement.with_mods.iter().map(|modifier| {
            self.mock(&modifier.refr, &modifier.r#as);
            self.expr(&modifier.r#as)
        });
        let replaced = replaced.max().unwrap_or(0);
        sum([1, own, replaced])
    }

    fn mock(&mut self, target: &Expr, value: &Expr) {
        let target_is_document = static_path(target).is_some_and(|(root, _)| root == "input");
        let Some((root, rest)) = static_path(value) else { return };
        if !target_is_document && !self.is_local(&root) {
            let mock = self.named(value.span(), &root, &rest, 0);
            self.outline.mocks.push(mock);
        }
    }

    fn expr(&mut self, expr: &Expr) -> u32 {
        match expr {
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => 1,
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                let items: Vec<&Expr> = items.iter().map(AsRef::as_ref).collect();
                sum([1, self.deepest(&items)])
            }
            Expr::Object { fields, .. } => {
                let parts: Vec<&Expr> =
                    fields.iter().flat_map(|(_, key, value)| [key.as_ref(), value.as_ref()]).collect();
                sum([1, self.deepest(&parts)])
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => self.query(query, &[term]),
            Expr::ObjectCompr { key, value, query, .. } => self.query(query, &[key, value]),
            Expr::Call { span, fcn, params, .. } => self.call(span, fcn, params.iter().map(AsRef::as_ref).collect()),
            Expr::UnaryExpr { expr, .. } => sum([1, self.expr(expr)]),
            Expr::ArithExpr { op: ArithOp::Mul, lhs, rhs, .. } => {
                sum([MULTIPLICATION_STEPS, self.deepest(&[lhs, rhs])])
            }
            Expr::ArithExpr { lhs, rhs, .. } | Expr::BinExpr { lhs, rhs, .. } | Expr::BoolExpr { lhs, rhs, .. } => {
                sum([1, self.deepest(&[lhs, rhs])])
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => sum([1, self.expr(lhs), self.assigned(op, lhs, rhs)]),
            Expr::Membership { key, value, collection, .. } => {
                let key = key.as_ref().map_or(0, |key| self.expr(key));
                sum([1, key.max(self.deepest(&[value, collection]))])
            }
        }
    }

    fn deepest(&mut self, parts: &[&Expr]) -> u32 {
        parts.iter().map(|part| self.expr(part)).max().unwrap_or(0)
    }

    /// What `:=` declares is not yet known on its right side.
    fn assigned(&mut self, op: &AssignOp, lhs: &Expr, rhs: &Expr) -> u32 {
        let mut names = Vec::new();
        if *op == AssignOp::ColEq {
            pattern(lhs, &mut names);
        }
        let hidden: Vec<String> = match self.scopes.last_mut() {
            Some(scope) => {
                let hidden: Vec<String> = names.into_iter().filter(|name| scope.contains(name)).collect();
                scope.retain(|name| !hidden.contains(name));
                hidden
            }
            None => Vec::new(),
        };
        let steps = self.expr(rhs);
        if let Some(scope) = self.scopes.last_mut() {
            scope.extend(hidden);
        }
        steps
    }

    fn call(&mut self, span: &Span, function: &Expr, params: Vec<&Expr>) -> u32 {
        match static_path(function) {
            Some((root, rest)) => {
                let call = self.named(span, &root, &rest, params.len());
                self.outline.calls.push(call);
            }
            None => {
                self.expr(function);
            }
        }
        sum([1, self.deepest(&params)])
    }

    fn reference(&mut self, expr: &Expr) -> u32 {
        let Some((root, rest)) = split_ref(expr) else {
            let (base, computed) = base_of(expr);
            return sum([1, self.expr(base), self.deepest(&computed)]);
        };
        let name = root.text();
        if !self.is_local(name) && name != "input" {
            let refs = self.absolute(name, &rest.fixed);
            self.outline.refs.extend(refs);
        }
        sum([1, self.deepest(&rest.computed)])
    }

    fn named(&self, span: &Span, root: &str, rest: &[String], arity: usize) -> Call {
        let name = core::iter::once(root).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join(".");
        Call { place: place(span), name, candidates: self.absolute(root, rest), arity }
    }

    /// Returns where a name may stand under `data`.
    fn absolute(&self, root: &str, rest: &[String]) -> Vec<Path> {
        if root == "data" {
            return vec![rest.to_vec()];
        }
        let own = [self.package.as_slice(), &[root.to_owned()], rest].concat();
        match self.imports.iter().find(|(alias, _)| alias == root) {
            Some((_, Some(target))) => vec![[target.as_slice(), rest].concat(), own],
            Some((_, None)) | None => vec![own],
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.iter().any(|local| local == name))
    }
}

fn imports(module: &Module) -> Vec<(String, Option<Path>)> {
    let imported = module.imports.iter().filter_map(|import| {
        let (root, rest) = static_path(&import.refr)?;
        let alias = import.r#as.as_ref().map(|span| span.text().to_owned()).or_else(|| rest.last().cloned())?;
        match root.as_str() {
            "data" => Some((alias, Some(rest))),
            "input" => Some((alias, None)),
            _ => None,
        }
    });
    imported.collect()
}

/// Returns the variables that a query declares.
fn declared(query: &Query) -> Vec<String> {
    let mut names = Vec::new();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => names.extend(vars.iter().map(|span| span.text().to_owned())),
            Literal::SomeIn { key, value, .. } => {
                key.iter().chain([value]).for_each(|expr| pattern(expr, &mut names));
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                    pattern(lhs, &mut names);
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }
    names
}

/// Collects the variables of a pattern.
fn pattern(expr: &Expr, names: &mut Vec<String>) {
    match expr {
        Expr::Var { span, .. } => {
            names.push(span.text().to_owned());
        }
        Expr::Array { items, .. } => items.iter().for_each(|item| pattern(item, names)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| pattern(value, names)),
        _ => {}
    }
}

fn sum<const N: usize>(steps: [u32; N]) -> u32 {
    steps.into_iter().fold(0, u32::saturating_add)
}

fn place(span: &Span) -> Location {
    Location { file: span.source.get_path().clone(), row: span.line, column: span.col }
}

fn unreadable(span: &Span) -> Error {
    let Location { file, row, column } = place(span);
    Error::PolicySyntax { file, row, column, reason: "expected a path of names".to_owned() }
}
