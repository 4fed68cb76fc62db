//! Turns the statements of a body into goals: resolves names and takes nested calls apart, in OPA's order.

mod expr;

pub(crate) use expr::needs_steps;

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::map::{Map, Set};
use super::super::syntax::{Expr, ExprKind, Module, Place, Statement, StatementKind, With};
use super::super::value::Text;
use super::goal::{Goal, GoalKind, Root, Term};
use super::left;
use super::names::{Name, Names, pattern_names};
use super::program::{Callee, Left, Program, RulesKind, Target, Var};
use super::tree::Group;
use crate::policy::builtin;

/// Lowers one definition.
pub(crate) struct Lowering<'a> {
    pub(crate) names: Names<'a>,
    program: &'a Program,
    groups: &'a [Group<'a>],
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(
        program: &'a Program,
        groups: &'a [Group<'a>],
        module: &'a Module,
        exports: &'a Map<Vec<Text>, Set<Text>>,
    ) -> Self {
        Self { names: Names::new(module, exports), program, groups }
    }

    /// Lowers a body in the innermost scope.
    pub(crate) fn body(&mut self, body: &[Statement], goals: &mut Vec<Goal>) -> Result<(), Left> {
        body.iter().try_for_each(|statement| self.statement(statement, goals))
    }

    fn statement(&mut self, statement: &Statement, goals: &mut Vec<Goal>) -> Result<(), Left> {
        let place = &statement.place;
        let mut own = Vec::new();
        let with = self.with(&statement.with, &mut own)?;
        goals.append(&mut own);
        let mut negated = false;
        let kind = match &statement.kind {
            StatementKind::Declare(names) => {
                for name in names {
                    self.names.declare(name, place)?;
                }
                return Ok(());
            }
            StatementKind::SomeIn { key, value, collection } => {
                self.some_in(key.as_ref(), value, collection, &mut own)?
            }
            StatementKind::Is(expr) => self.is(expr, &mut own)?,
            StatementKind::Not(expr) => {
                negated = true;
                if matches!(expr.kind, ExprKind::Declare(..)) {
                    return Err(left("a declaration is negated", Some(place)));
                }
                self.is(expr, &mut own)?
            }
            StatementKind::Every { key, value, domain, body } => {
                self.every(key.as_ref(), value, domain, body, place, &mut own)?
            }
        };
        own.iter_mut().for_each(|goal| goal.with.clone_from(&with));
        goals.append(&mut own);
        goals.push(Goal { place: place.clone(), negated, with, kind });
        Ok(())
    }

    fn is(&mut self, expr: &Expr, goals: &mut Vec<Goal>) -> Result<GoalKind, Left> {
        let place = &expr.place;
        Ok(match &expr.kind {
            ExprKind::Unify(one, other) => GoalKind::Unify(self.term(one, goals)?, self.term(other, goals)?),
            ExprKind::Declare(pattern, value) => {
                let value = self.term(value, goals)?;
                self.declare_pattern(pattern)?;
                GoalKind::Unify(self.term(pattern, goals)?, value)
            }
            ExprKind::Infix(super::super::syntax::Infix::Equal, one, other) => {
                GoalKind::Equal(self.term(one, goals)?, self.term(other, goals)?)
            }
            ExprKind::Call(path, arguments) => {
                let (callee, arity) = self.callee(path, place)?;
                let mut inputs = self.terms(arguments, goals)?;
                let output = (inputs.len() == arity.saturating_add(1)).then(|| inputs.pop()).flatten();
                self.check_arity(path, arity, inputs.len(), place)?;
                GoalKind::Call(callee, inputs, output)
            }
            ExprKind::Infix(infix, one, other) => {
                let inputs = [self.term(one, goals)?, self.term(other, goals)?].into();
                GoalKind::Call(Callee::Infix(*infix), inputs, None)
            }
            ExprKind::In { key, value, collection } => {
                let (callee, inputs) = self.membership(key.as_deref(), value, collection, goals)?;
                GoalKind::Call(callee, inputs, None)
            }
            _ => GoalKind::Truth(self.term(expr, goals)?),
        })
    }

    fn some_in(
        &mut self,
        key: Option<&Expr>,
        value: &Expr,
        collection: &Expr,
        goals: &mut Vec<Goal>,
    ) -> Result<GoalKind, Left> {
        let collection = self.term(collection, goals)?;
        key.into_iter().chain([value]).try_for_each(|pattern| self.declare_pattern(pattern))?;
        let key = match key {
            Some(key) => self.term(key, goals)?,
            None => Term::Var(self.names.fresh()),
        };
        let value_term = self.term(value, goals)?;
        let item = match collection {
            Term::Var(var) => Term::Ref(Root::Var(var), [key].into()),
            Term::Ref(root, mut items) => {
                items.push(key);
                Term::Ref(root, items)
            }
            other => Term::Ref(Root::Var(self.bind(other, &value.place, goals)), [key].into()),
        };
        Ok(GoalKind::Unify(value_term, item))
    }

    fn every(
        &mut self,
        key: Option<&Arc<str>>,
        value: &Arc<str>,
        domain: &Expr,
        body: &[Statement],
        place: &Place,
        goals: &mut Vec<Goal>,
    ) -> Result<GoalKind, Left> {
        let domain = self.term(domain, goals)?;
        let domain = match domain {
            Term::Var(var) => var,
            other => self.bind(other, place, goals),
        };
        self.names.open(&[]);
        let key = match key {
            Some(key) => self.names.declare(key, place)?,
            None => self.names.fresh(),
        };
        let value = self.names.declare(value, place)?;
        self.names.open(body);
        let mut inner = Vec::new();
        self.body(body, &mut inner)?;
        self.names.close();
        self.names.close();
        Ok(GoalKind::Every { key, value, domain, body: inner })
    }

    /// Gives a variable the value of a term.
    pub(crate) fn bind(&mut self, term: Term, place: &Place, goals: &mut Vec<Goal>) -> Var {
        let var = self.names.fresh();
        let kind = GoalKind::Unify(Term::Var(var), term);
        goals.push(Goal { place: place.clone(), negated: false, with: Vec::new(), kind });
        var
    }

    /// Declares the variables of a pattern. A reference in it is none of its variables.
    fn declare_pattern(&mut self, pattern: &Expr) -> Result<(), Left> {
        let mut names = Vec::new();
        pattern_names(pattern, &mut names);
        let mut names = crate::policy::sort::sorted(names);
        names.dedup();
        for name in &names {
            self.names.declare(name, &pattern.place)?;
        }
        Ok(())
    }

    /// Values that `with` puts somewhere are computed before, outside of it.
    fn with(&mut self, with: &[With], goals: &mut Vec<Goal>) -> Result<Vec<(Target, Term)>, Left> {
        let mut targets = Vec::with_capacity(with.len());
        for modifier in with {
            let target = self.target(modifier)?;
            let value = match self.term(&modifier.value, goals)? {
                simple @ (Term::Const(_) | Term::Var(_)) => simple,
                other => Term::Var(self.bind(other, &modifier.place, goals)),
            };
            targets.push((target, value));
        }
        Ok(targets)
    }

    fn target(&self, modifier: &With) -> Result<Target, Left> {
        let place = &modifier.place;
        let resolved = self.names.resolve_path(&modifier.target, place)?;
        let target = match resolved {
            Some(Name::Input(path)) => return Ok(Target::Input(path)),
            Some(Name::Data(path)) => match self.function_at(&path) {
                Some((callee, _)) => Target::Function(callee),
                None => {
                    self.check_whole(&path, place)?;
                    return Ok(Target::Data(path));
                }
            },
            _ => {
                let name = modifier.target.join(".");
                match builtin::find(&name) {
                    Some(found) if found.name != "walk" => Target::Function(Callee::Builtin(found)),
                    _ => return Err(left(&format!("`with` replaces `{name}`"), Some(place))),
                }
            }
        };
        if self.is_function(&modifier.value, place)? {
            return Err(left("`with` puts a function in a function's place", Some(place)));
        }
        Ok(target)
    }

    /// A part of a rule's value cannot be replaced.
    fn check_whole(&self, path: &[Text], place: &Place) -> Result<(), Left> {
        let inside = |group: &&Group<'_>| path.len() > group.path.len() && path.starts_with(&group.path);
        match self.groups.iter().find(inside) {
            Some(group) => Err(left(&format!("`with` replaces a part of `{}`", group.path.join(".")), Some(place))),
            None => Ok(()),
        }
    }

    fn is_function(&self, value: &Expr, place: &Place) -> Result<bool, Left> {
        let path: Vec<Arc<str>> = match &value.kind {
            ExprKind::Var(name) => [name.clone()].into(),
            ExprKind::Ref(base, steps) => {
                let ExprKind::Var(name) = &base.kind else { return Ok(false) };
                let names = steps.iter().map_while(|step| match &step.kind {
                    ExprKind::Text(name) => Some(name.clone()),
                    _ => None,
                });
                core::iter::once(name.clone()).chain(names).collect()
            }
            _ => return Ok(false),
        };
        Ok(match self.names.resolve_path(&path, place) {
            Ok(Some(Name::Data(path))) => self.function_at(&path).is_some(),
            Ok(None) => builtin::find(&path.join(".")).is_some(),
            _ => false,
        })
    }

    fn function_at(&self, path: &[Text]) -> Option<(Callee, usize)> {
        let id = self.program.find(path.iter().map(Text::as_str))?;
        match self.groups.get(id)?.kind {
            RulesKind::Function { arity } => Some((Callee::Function(id), arity)),
            _ => None,
        }
    }

    /// Returns what a name calls, and how many arguments that takes.
    fn callee(&self, path: &[Arc<str>], place: &Place) -> Result<(Callee, usize), Left> {
        let name = || path.join(".");
        if let Some(Name::Data(target)) = self.names.resolve_path(path, place)? {
            let found = self.function_at(&target);
            return found.ok_or_else(|| left(&format!("`{}` is no function", name()), Some(place)));
        }
        match builtin::find(&name()) {
            Some(found) => Ok((Callee::Builtin(found), found.arity)),
            None => Err(left(&format!("`{}` is not built in", name()), Some(place))),
        }
    }

    fn check_arity(&self, path: &[Arc<str>], arity: usize, given: usize, place: &Place) -> Result<(), Left> {
        if arity == given {
            return Ok(());
        }
        Err(left(&format!("`{}` takes {arity} arguments, not {given}", path.join(".")), Some(place)))
    }
}
