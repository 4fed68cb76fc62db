//! Reads modules with the parser of `regorus`, whose syntax trees are named in this file alone.
//!
//! It is only given text that `scan` has passed: its work doubles with every open bracket.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use regorus::unstable::{
    ArithOp, AssignOp, BinOp, BoolOp, Expr as Tree, Literal, LiteralStmt, Module as ModuleTree, Parser, Query, Ref,
    Rule as RuleTree, RuleBody, RuleHead, Span,
};
use regorus::{Source, Value};

use super::failure;
use super::source::ModuleSource;
use super::syntax::{
    Branch, Expr, ExprKind, Import, Infix, Module, Place, Rule, RuleKind, Statement, StatementKind, With,
};
use crate::error::Error;

/// The most columns of a line: a hybrid recipient alone has 1,959.
pub(crate) const MAX_COLUMNS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4095);

/// Parses a module that `scan` has passed.
///
/// # Errors
/// `policy_syntax` with its place.
pub(crate) fn parse(module: &ModuleSource) -> Result<Module, Error> {
    let failed = |error: &dyn ToString| failure::at_load(&error.to_string(), &module.path);
    let source = Source::from_contents(module.path.clone(), module.text.clone()).map_err(|error| failed(&error))?;
    let mut parser = Parser::new(&source).map_err(|error| failed(&error))?;
    parser.set_max_col(MAX_COLUMNS);
    parser.enable_rego_v1().map_err(|error| failed(&error))?;
    let tree = parser.parse().map_err(|error| failed(&error))?;
    Reader::new(module).module(&tree)
}

struct Reader<'a> {
    file: Arc<str>,
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    is_ascii: bool,
}

impl<'a> Reader<'a> {
    fn new(module: &'a ModuleSource) -> Self {
        let text = module.text.as_str();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at.saturating_add(1));
        let lines = core::iter::once(0).chain(breaks).collect();
        Self { file: module.path.as_str().into(), text, lines, is_ascii: text.is_ascii() }
    }
}

impl Reader<'_> {
    fn module(&self, tree: &ModuleTree) -> Result<Module, Error> {
        let package = static_path(&tree.package.refr).ok_or_else(|| self.unreadable(&tree.package.span))?;
        let mut rules = Vec::new();
        for rule in &tree.policy {
            self.rule(rule, &mut rules)?;
        }
        let negates = |path: Vec<Arc<str>>| path.iter().map(|name| &**name).eq(["future", "keywords", "not"]);
        let negates_bodies = tree.imports.iter().find(|import| static_path(&import.refr).is_some_and(negates));
        let negates_bodies = negates_bodies.map(|import| self.place(&import.span));
        Ok(Module { package, imports: self.imports(tree), negates_bodies, rules })
    }

    fn imports(&self, tree: &ModuleTree) -> Vec<Import> {
        let imported = tree.imports.iter().filter_map(|import| {
            let path = static_path(&import.refr)?;
            let (root, rest) = path.split_first()?;
            let alias = import.r#as.as_ref().map(text).or_else(|| path.last().cloned())?;
            let is_input = match &**root {
                "data" => false,
                "input" => true,
                _ => return None,
            };
            Some(Import { place: self.place(&import.span), is_input, path: rest.to_vec(), alias })
        });
        imported.collect()
    }

    fn rule(&self, tree: &RuleTree, rules: &mut Vec<Rule>) -> Result<(), Error> {
        match tree {
            RuleTree::Default { span, refr, args, value, .. } => {
                let (name, path) = self.head(refr)?;
                let branch = Branch { place: self.place(span), value: Some(self.expr(value)), body: Vec::new() };
                let parameters = (!args.is_empty()).then(|| self.exprs(args));
                let kind = RuleKind::Default;
                rules.push(Rule { place: self.place(span), name, path, kind, parameters, branches: vec![branch] });
            }
            RuleTree::Spec { span, head, bodies } => {
                let mut groups: Vec<Vec<&RuleBody>> = Vec::new();
                for body in bodies {
                    match groups.last_mut() {
                        Some(group) if body.is_else => group.push(body),
                        _ => groups.push(vec![body]),
                    }
                }
                if groups.is_empty() {
                    rules.push(self.definition(span, head, &[])?);
                }
                for group in groups {
                    rules.push(self.definition(span, head, &group)?);
                }
            }
        }
        Ok(())
    }

    fn definition(&self, span: &Span, head: &RuleHead, bodies: &[&RuleBody]) -> Result<Rule, Error> {
        let (refr, kind, parameters, value) = match head {
            RuleHead::Compr { refr, assign, .. } => (refr, RuleKind::Value, None, assign.as_ref().map(|a| &a.value)),
            RuleHead::Func { refr, args, assign, .. } => {
                (refr, RuleKind::Value, Some(self.exprs(args)), assign.as_ref().map(|a| &a.value))
            }
            RuleHead::Set { refr, key: Some(key), .. } if is_contains(refr, key) => {
                (refr, RuleKind::Contains, None, Some(key))
            }
            RuleHead::Set { .. } => return Err(self.unreadable(span)),
        };
        let (name, path) = self.head(refr)?;
        let place = self.place(span);
        let mut branches = Vec::new();
        for body in bodies {
            let own = body.assign.as_ref().map(|assign| &assign.value);
            let value = if body.is_else { own } else { value };
            branches.push(Branch {
                place: self.place(&body.span),
                value: value.map(|value| self.expr(value)),
                body: self.query(&body.query),
            });
        }
        if branches.is_empty() {
            let value = value.map(|value| self.expr(value));
            branches.push(Branch { place: place.clone(), value, body: Vec::new() });
        }
        Ok(Rule { place, name, path, kind, parameters, branches })
    }

    fn head(&self, tree: &Tree) -> Result<(Arc<str>, Vec<Expr>), Error> {
        let expr = self.expr(tree);
        match expr.kind {
            ExprKind::Var(name) => Ok((name, Vec::new())),
            ExprKind::Ref(base, steps) => match base.kind {
                ExprKind::Var(name) => Ok((name, steps)),
                _ => Err(self.unreadable(tree.span())),
            },
            _ => Err(self.unreadable(tree.span())),
        }
    }

    fn query(&self, query: &Query) -> Vec<Statement> {
        query.stmts.iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(&self, tree: &LiteralStmt) -> Statement {
        let kind = match &tree.literal {
            Literal::SomeVars { vars, .. } => StatementKind::Declare(vars.iter().map(text).collect()),
            Literal::SomeIn { key, value, collection, .. } => StatementKind::SomeIn {
                key: key.as_ref().map(|key| self.expr(key)),
                value: self.expr(value),
                collection: self.expr(collection),
            },
            Literal::Expr { expr, .. } => StatementKind::Is(self.expr(expr)),
            Literal::NotExpr { expr, .. } => StatementKind::Not(self.expr(expr)),
            Literal::Every { key, value, domain, query, .. } => StatementKind::Every {
                key: key.as_ref().map(text),
                value: text(value),
                domain: self.expr(domain),
                body: self.query(query),
            },
        };
        let with = tree.with_mods.iter().map(|modifier| With {
            place: self.place(&modifier.span),
            target: static_path(&modifier.refr).unwrap_or_default(),
            value: self.expr(&modifier.r#as),
        });
        Statement { place: self.place(&tree.span), kind, with: with.collect() }
    }

    fn exprs(&self, trees: &[Ref<Tree>]) -> Vec<Expr> {
        trees.iter().map(|tree| self.expr(tree)).collect()
    }

    fn boxed(&self, tree: &Tree) -> Box<Expr> {
        Box::new(self.expr(tree))
    }

    fn expr(&self, tree: &Tree) -> Expr {
        Expr { place: self.place(tree.span()), kind: self.kind(tree) }
    }

    fn kind(&self, tree: &Tree) -> ExprKind {
        match tree {
            Tree::Null { .. } => ExprKind::Null,
            Tree::Bool { value, .. } => ExprKind::Bool(*value == Value::Bool(true)),
            Tree::Number { span, .. } => ExprKind::Number(text(span)),
            Tree::String { value, .. } | Tree::RawString { value, .. } => ExprKind::Text(text_of(value)),
            Tree::Var { span, .. } => ExprKind::Var(text(span)),
            Tree::RefDot { .. } | Tree::RefBrack { .. } => self.reference(tree),
            Tree::Array { items, .. } => ExprKind::Array(self.exprs(items)),
            Tree::Set { items, .. } => ExprKind::Set(self.exprs(items)),
            Tree::Object { fields, .. } => {
                ExprKind::Object(fields.iter().map(|(_, key, value)| (self.expr(key), self.expr(value))).collect())
            }
            Tree::ArrayCompr { term, query, .. } => ExprKind::ArrayOf(self.boxed(term), self.query(query)),
            Tree::SetCompr { term, query, .. } => ExprKind::SetOf(self.boxed(term), self.query(query)),
            Tree::ObjectCompr { key, value, query, .. } => {
                ExprKind::ObjectOf(self.boxed(key), self.boxed(value), self.query(query))
            }
            Tree::Call { fcn, params, .. } => match static_path(fcn) {
                Some(path) => ExprKind::Call(path, self.exprs(params)),
                None => ExprKind::Foreign("a call of what is no name", self.exprs(params)),
            },
            Tree::UnaryExpr { expr, .. } => match expr.as_ref() {
                Tree::Number { span, .. } if !span.text().starts_with('-') => {
                    ExprKind::Number(["-", span.text()].concat().into())
                }
                operand => ExprKind::Foreign("a minus before what is no number", vec![self.expr(operand)]),
            },
            Tree::BinExpr { op, lhs, rhs, .. } => ExprKind::Infix(set_operator(op), self.boxed(lhs), self.boxed(rhs)),
            Tree::BoolExpr { op, lhs, rhs, .. } => ExprKind::Infix(comparison(op), self.boxed(lhs), self.boxed(rhs)),
            Tree::ArithExpr { op, lhs, rhs, .. } => ExprKind::Infix(arithmetic(op), self.boxed(lhs), self.boxed(rhs)),
            Tree::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } => {
                ExprKind::Declare(self.boxed(lhs), self.boxed(rhs))
            }
            Tree::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => ExprKind::Unify(self.boxed(lhs), self.boxed(rhs)),
            Tree::Membership { key, value, collection, .. } => ExprKind::In {
                key: key.as_ref().map(|key| self.boxed(key)),
                value: self.boxed(value),
                collection: self.boxed(collection),
            },
        }
    }

    /// A reference's tree leans to the left and may be as long as its line, so it is read in a loop.
    fn reference(&self, tree: &Tree) -> ExprKind {
        let mut steps = Vec::new();
        let mut at = tree;
        loop {
            match at {
                Tree::RefDot { refr, field, .. } => {
                    steps.push(Expr { place: self.place(&field.0), kind: ExprKind::Text(text(&field.0)) });
                    at = refr;
                }
                Tree::RefBrack { refr, index, .. } => {
                    steps.push(self.expr(index));
                    at = refr;
                }
                base => {
                    steps.reverse();
                    return ExprKind::Ref(self.boxed(base), steps);
                }
            }
        }
    }

    fn place(&self, span: &Span) -> Place {
        // A span that begins or ends with a text leaves out its quotes.
        let is_quote = |at: Option<u32>| {
            let at = at.and_then(|at| usize::try_from(at).ok());
            let byte = at.and_then(|at| span.source.contents().as_bytes().get(at));
            u32::from(matches!(byte, Some(b'"' | b'`')))
        };
        let start = span.start.saturating_sub(is_quote(span.start.checked_sub(1)));
        let end = span.end.saturating_add(is_quote(Some(span.end)));
        let (row, column) = self.position(start).unwrap_or((span.line, span.col));
        Place { file: self.file.clone(), row, column, start, end }
    }

    /// Returns the row and column of an offset. A span's own are those of its last part.
    fn position(&self, start: u32) -> Option<(u32, u32)> {
        let start = usize::try_from(start).ok()?;
        let row = self.lines.partition_point(|line| *line <= start);
        let line = *self.lines.get(row.checked_sub(1)?)?;
        let size = if self.is_ascii { start.checked_sub(line)? } else { self.text.get(line..start)?.chars().count() };
        Some((u32::try_from(row).ok()?, u32::try_from(size.checked_add(1)?).ok()?))
    }

    fn unreadable(&self, span: &Span) -> Error {
        let reason = "expected a path of names".to_owned();
        let Place { row, column, .. } = self.place(span);
        Error::PolicySyntax { file: (*self.file).into(), row, column, reason }
    }
}

/// `p["x"]` without `contains` reads as a set too; it is none in Rego v1.
fn is_contains(refr: &Tree, key: &Tree) -> bool {
    let between = usize::try_from(refr.span().end).ok().zip(usize::try_from(key.span().start).ok());
    let between = between.and_then(|(end, start)| refr.span().source.contents().get(end..start));
    between.is_some_and(|between| between.contains("contains"))
}

/// Returns a reference made of names and texts alone, its first name included.
fn static_path(tree: &Tree) -> Option<Vec<Arc<str>>> {
    let mut path = Vec::new();
    let mut at = tree;
    loop {
        match at {
            Tree::Var { span, .. } => {
                path.push(text(span));
                path.reverse();
                return Some(path);
            }
            Tree::RefDot { refr, field, .. } => {
                path.push(text(&field.0));
                at = refr;
            }
            Tree::RefBrack { refr, index, .. } => {
                match index.as_ref() {
                    Tree::String { value, .. } | Tree::RawString { value, .. } => path.push(text_of(value)),
                    _ => return None,
                }
                at = refr;
            }
            _ => return None,
        }
    }
}

fn text(span: &Span) -> Arc<str> {
    span.text().into()
}

fn text_of(value: &Value) -> Arc<str> {
    value.as_string().map_or_else(|_| Arc::from(""), |text| Arc::from(&**text))
}

fn set_operator(op: &BinOp) -> Infix {
    match op {
        BinOp::Intersection => Infix::And,
        BinOp::Union => Infix::Or,
    }
}

fn comparison(op: &BoolOp) -> Infix {
    match op {
        BoolOp::Lt => Infix::Less,
        BoolOp::Le => Infix::AtMost,
        BoolOp::Eq => Infix::Equal,
        BoolOp::Ge => Infix::AtLeast,
        BoolOp::Gt => Infix::Greater,
        BoolOp::Ne => Infix::Unequal,
    }
}

fn arithmetic(op: &ArithOp) -> Infix {
    match op {
        ArithOp::Add => Infix::Add,
        ArithOp::Sub => Infix::Subtract,
        ArithOp::Mul => Infix::Multiply,
        ArithOp::Div => Infix::Divide,
        ArithOp::Mod => Infix::Remainder,
    }
}
