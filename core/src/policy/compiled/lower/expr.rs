//! Turns expressions into terms.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::super::number::Number;
use super::super::super::syntax::{Expr, ExprKind, Place, Statement};
use super::super::super::value::{Text, Value};
use super::super::goal::{Closure, Collects, Goal, GoalKind, Root, Term};
use super::super::left;
use super::super::names::Name;
use super::super::program::{Callee, Left};
use super::Lowering;

impl Lowering<'_> {
    pub(super) fn terms(&mut self, exprs: &[Expr], goals: &mut Vec<Goal>) -> Result<Vec<Term>, Left> {
        exprs.iter().map(|expr| self.term(expr, goals)).collect()
    }

    /// Lowers an expression; the calls in it become goals of their own.
    pub(crate) fn term(&mut self, expr: &Expr, goals: &mut Vec<Goal>) -> Result<Term, Left> {
        let place = &expr.place;
        Ok(match &expr.kind {
            ExprKind::Null => Term::Const(Value::Null),
            ExprKind::Bool(flag) => Term::Const(Value::Bool(*flag)),
            ExprKind::Number(text) => match Number::parse(text) {
                Ok(Some(number)) => Term::Const(Value::Number(number)),
                _ => return Err(left("a number is out of range", Some(place))),
            },
            ExprKind::Text(text) => Term::text(text),
            ExprKind::Var(name) => match self.names.resolve(name, place)? {
                Name::Var(var) => Term::Var(var),
                Name::Input(path) => Term::Ref(Root::Input, texts(path)),
                Name::Data(path) => Term::Ref(Root::Data, texts(path)),
            },
            ExprKind::Ref(base, steps) => self.reference(base, steps, goals)?,
            ExprKind::Array(items) => constant(Term::Array(self.terms(items, goals)?)),
            ExprKind::Set(items) => constant(Term::Set(self.terms(items, goals)?)),
            ExprKind::Object(members) => {
                let mut lowered = Vec::with_capacity(members.len());
                for (key, value) in members {
                    lowered.push((self.term(key, goals)?, self.term(value, goals)?));
                }
                constant(Term::Object(lowered))
            }
            ExprKind::ArrayOf(term, body) => {
                self.closure(body, |this, goals| this.term(term, goals).map(Collects::Array))?
            }
            ExprKind::SetOf(term, body) => {
                self.closure(body, |this, goals| this.term(term, goals).map(Collects::Set))?
            }
            ExprKind::ObjectOf(key, value, body) => self
                .closure(body, |this, goals| Ok(Collects::Object(this.term(key, goals)?, this.term(value, goals)?)))?,
            ExprKind::Call(path, arguments) => {
                let (callee, arity) = self.callee(path, place)?;
                self.check_arity(path, arity, arguments.len(), place)?;
                let inputs = self.terms(arguments, goals)?;
                self.output_of(callee, inputs, place, goals)
            }
            ExprKind::Infix(infix, one, other) => {
                let inputs = [self.term(one, goals)?, self.term(other, goals)?].into();
                self.output_of(Callee::Infix(*infix), inputs, place, goals)
            }
            ExprKind::In { key, value, collection } => {
                let (callee, inputs) = self.membership(key.as_deref(), value, collection, goals)?;
                self.output_of(callee, inputs, place, goals)
            }
            ExprKind::Declare(..) | ExprKind::Unify(..) => {
                return Err(left("an assignment stands within an expression", Some(place)));
            }
            ExprKind::Foreign(reason, _) => return Err(left(reason, Some(place))),
        })
    }

    pub(super) fn membership(
        &mut self,
        key: Option<&Expr>,
        value: &Expr,
        collection: &Expr,
        goals: &mut Vec<Goal>,
    ) -> Result<(Callee, Vec<Term>), Left> {
        let callee = if key.is_some() { Callee::MemberAt } else { Callee::Member };
        let mut inputs = Vec::new();
        for part in key.into_iter().chain([value, collection]) {
            inputs.push(self.term(part, goals)?);
        }
        Ok((callee, inputs))
    }

    fn output_of(&mut self, callee: Callee, inputs: Vec<Term>, place: &Place, goals: &mut Vec<Goal>) -> Term {
        let output = Term::Var(self.names.fresh());
        let kind = GoalKind::Call(callee, inputs, Some(output.clone()));
        goals.push(Goal { place: place.clone(), negated: false, with: Vec::new(), kind });
        output
    }

    fn reference(&mut self, base: &Expr, steps: &[Expr], goals: &mut Vec<Goal>) -> Result<Term, Left> {
        let (root, mut items) = match self.term(base, goals)? {
            Term::Var(var) => (Root::Var(var), Vec::new()),
            Term::Ref(root, items) => (root, items),
            other => (Root::Var(self.bind(other, &base.place, goals)), Vec::new()),
        };
        items.extend(self.terms(steps, goals)?);
        Ok(Term::Ref(root, items))
    }

    fn closure(
        &mut self,
        body: &[Statement],
        head: impl FnOnce(&mut Self, &mut Vec<Goal>) -> Result<Collects, Left>,
    ) -> Result<Term, Left> {
        self.names.open(body);
        let mut goals = Vec::new();
        self.body(body, &mut goals)?;
        let mut collects = head(self, &mut goals)?;
        let place = body.first().map(|statement| statement.place.clone());
        if let Some(place) = place {
            let mut simple = |term: &mut Term| {
                if needs_steps(term) {
                    *term = Term::Var(self.bind(term.clone(), &place, &mut goals));
                }
            };
            match &mut collects {
                Collects::Array(term) | Collects::Set(term) => simple(term),
                Collects::Object(key, value) => {
                    simple(key);
                    simple(value);
                }
            }
        }
        self.names.close();
        Ok(Term::Closure(Box::new(Closure { collects, body: goals })))
    }
}

/// Tells whether a term holds what must be looked up or collected.
pub(crate) fn needs_steps(term: &Term) -> bool {
    matches!(term, Term::Ref(..) | Term::Closure(_)) || term.parts().into_iter().any(needs_steps)
}

fn texts(path: Vec<Text>) -> Vec<Term> {
    path.into_iter().map(|name| Term::Const(Value::Text(name))).collect()
}

/// Makes one constant of a collection of constants. Of two members with one key the last holds, as in OPA.
fn constant(term: Term) -> Term {
    let value = |part: &Term| match part {
        Term::Const(value) => Some(value.clone()),
        _ => None,
    };
    let made = match &term {
        Term::Array(items) => items.iter().map(value).collect::<Option<Vec<_>>>().map(Value::array),
        Term::Set(items) => items.iter().map(value).collect::<Option<Vec<_>>>().map(Value::set),
        Term::Object(members) => {
            let members = members.iter().map(|(key, item)| value(key).zip(value(item)));
            members.collect::<Option<Vec<_>>>().map(Value::object_of_last)
        }
        _ => None,
    };
    match made {
        Some(Ok(value)) => Term::Const(value),
        _ => term,
    }
}
