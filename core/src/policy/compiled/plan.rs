//! Turns goals into steps. Which variable has a value at which step is known here, so that a step binds or compares.

mod refer;
mod unify;

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::syntax::{Infix, Place};
use super::goal::{Closure, Collects, Goal, GoalKind, Root, Term};
use super::order::order;
use super::program::{
    Callee, CollectsExpr, Comprehension, Expr, Left, Op, Pattern, PlaceId, Program, Step, Target, Var, Vars,
};
use super::unsafe_variable;

/// Plans one definition.
pub(crate) struct Planner<'a> {
    pub(crate) program: &'a mut Program,
    /// How many variables there are.
    pub(crate) count: Var,
    /// Those that have a value.
    pub(crate) bound: Vars,
    place: PlaceId,
    /// What the scan that was planned last finds, while nothing else knows it.
    pub(crate) found: Option<Var>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(program: &'a mut Program, count: Var) -> Self {
        Self { program, count, bound: Vars::new(), place: 0, found: None }
    }

    /// Numbers a place.
    pub(crate) fn place(&mut self, place: &Place) -> PlaceId {
        let id = PlaceId::try_from(self.program.places.len()).unwrap_or(PlaceId::MAX);
        if self.program.places.last() == Some(place) {
            return id.saturating_sub(1);
        }
        self.program.places.push(place.clone());
        id
    }

    /// Plans a body: its goals in order.
    pub(crate) fn body(&mut self, goals: &[Goal]) -> Result<Vec<Step>, Left> {
        let ordered = order(goals, &self.bound).map_err(|found| {
            let place = found.map(|(goal, _)| &goal.place).or(goals.first().map(|goal| &goal.place));
            unsafe_variable(place)
        })?;
        let mut steps = Vec::new();
        for goal in ordered {
            self.place = self.place(&goal.place);
            self.goal(goal, &mut steps)?;
        }
        Ok(steps)
    }

    fn goal(&mut self, goal: &Goal, steps: &mut Vec<Step>) -> Result<(), Left> {
        if goal.with.is_empty() {
            return self.within(goal, steps);
        }
        let mut targets: Vec<(Target, Expr)> = Vec::new();
        for (target, value) in &goal.with {
            targets.push((target.clone(), self.expr(value, steps)?));
        }
        let place = self.place;
        let mut inner = Vec::new();
        self.within(goal, &mut inner)?;
        steps.push(Step { place, op: Op::With(targets, inner) });
        Ok(())
    }

    fn within(&mut self, goal: &Goal, steps: &mut Vec<Step>) -> Result<(), Left> {
        if !goal.negated {
            return self.positive(&goal.kind, &goal.place, steps);
        }
        let kind = self.outside(&goal.kind, steps)?;
        let place = self.place;
        let bound = self.bound.clone();
        let mut inner = Vec::new();
        self.positive(&kind, &goal.place, &mut inner)?;
        self.bound = bound;
        steps.push(Step { place, op: Op::Not(inner) });
        Ok(())
    }

    fn positive(&mut self, kind: &GoalKind, at: &Place, steps: &mut Vec<Step>) -> Result<(), Left> {
        match kind {
            GoalKind::Truth(term) => {
                let value = self.expr(term, steps)?;
                self.push(Op::Test(value), steps);
            }
            GoalKind::Unify(one, other) => self.unify(one, other, at, steps)?,
            GoalKind::Equal(one, other) => {
                // A reference may give the other side's variables their values.
                let is_first = matches!(one, Term::Ref(..)) || self.is_ground(one);
                let (one, other) = if is_first { (one, other) } else { (other, one) };
                let one = self.expr(one, steps)?;
                let other = self.expr(other, steps)?;
                self.push(Op::Compare(Infix::Equal, one, other), steps);
            }
            GoalKind::Call(callee, inputs, output) => self.call(*callee, inputs, output.as_ref(), at, steps)?,
            GoalKind::Every { key, value, domain, body } => {
                let domain = self.expr(&Term::Var(*domain), steps)?;
                let bound = self.bound.clone();
                let place = self.place;
                self.bound.extend([*key, *value]);
                let body = self.body(body)?;
                self.bound = bound;
                self.place = place;
                self.push(Op::Every { domain, key: *key, value: *value, body }, steps);
            }
        }
        Ok(())
    }

    fn call(
        &mut self,
        callee: Callee,
        inputs: &[Term],
        output: Option<&Term>,
        at: &Place,
        steps: &mut Vec<Step>,
    ) -> Result<(), Left> {
        // References may give the other arguments' variables their values.
        let mut inputs: Vec<Term> = inputs.to_vec();
        for input in &mut inputs {
            if matches!(input, Term::Ref(..)) && !self.is_ground(input) {
                *input = self.known(input, steps)?;
            }
        }
        let arguments = self.exprs(&inputs, steps)?;
        if let Some(output) = output {
            let output = self.known(output, steps)?;
            let pattern = self.pattern(&output, at)?;
            if is_relation(callee) {
                let collection = Expr::Call(callee, arguments);
                self.push(Op::Scan { collection, key: Pattern::Any, value: pattern }, steps);
                return Ok(());
            }
            self.push(Op::Match(Expr::Call(callee, arguments), pattern), steps);
            return Ok(());
        }
        let op = match (callee, <[Expr; 2]>::try_from(arguments)) {
            (Callee::Infix(infix), Ok([one, other])) if is_comparison(infix) => Op::Compare(infix, one, other),
            (callee, Ok(arguments)) => Op::Test(Expr::Call(callee, Vec::from(arguments))),
            (callee, Err(arguments)) => Op::Test(Expr::Call(callee, arguments)),
        };
        self.push(op, steps);
        Ok(())
    }

    /// Computes what OPA computes before a negated goal, outside of the negation: the arguments of a call, and what
    /// stands within references and collections. Where that is undefined, so is the body.
    fn outside(&mut self, kind: &GoalKind, steps: &mut Vec<Step>) -> Result<GoalKind, Left> {
        Ok(match kind {
            GoalKind::Truth(term) => GoalKind::Truth(self.known_within(term, steps)?),
            GoalKind::Unify(one, other) => {
                GoalKind::Unify(self.known_within(one, steps)?, self.known_within(other, steps)?)
            }
            GoalKind::Equal(one, other) => {
                GoalKind::Equal(self.known_within(one, steps)?, self.known_within(other, steps)?)
            }
            GoalKind::Call(callee, inputs, output) => {
                let mut known = Vec::with_capacity(inputs.len());
                for input in inputs {
                    known.push(self.known(input, steps)?);
                }
                let output = output.as_ref().map(|output| self.known(output, steps)).transpose()?;
                GoalKind::Call(*callee, known, output)
            }
            every @ GoalKind::Every { .. } => every.clone(),
        })
    }

    fn known_within(&mut self, term: &Term, steps: &mut Vec<Step>) -> Result<Term, Left> {
        match term {
            Term::Ref(root, items) => Ok(Term::Ref(root.clone(), self.all_known(items, steps)?)),
            Term::Closure(_) => Ok(term.clone()),
            other => self.known(other, steps),
        }
    }

    fn all_known(&mut self, items: &[Term], steps: &mut Vec<Step>) -> Result<Vec<Term>, Left> {
        items.iter().map(|item| self.known(item, steps)).collect()
    }

    /// Puts a variable in the place of every reference and closure in a term.
    fn known(&mut self, term: &Term, steps: &mut Vec<Step>) -> Result<Term, Left> {
        Ok(match term {
            Term::Const(_) | Term::Var(_) => term.clone(),
            Term::Ref(..) | Term::Closure(_) => {
                let value = self.expr(term, steps)?;
                let var = self.fresh();
                self.bound.insert(var);
                self.matched(value, Pattern::Bind(var), steps);
                Term::Var(var)
            }
            Term::Array(items) => Term::Array(self.all_known(items, steps)?),
            Term::Set(items) => Term::Set(self.all_known(items, steps)?),
            Term::Object(members) => {
                let mut known = Vec::with_capacity(members.len());
                for (key, value) in members {
                    known.push((self.known(key, steps)?, self.known(value, steps)?));
                }
                Term::Object(known)
            }
        })
    }

    /// Plans a term whose variables have values, but for those of references, which are then scanned.
    pub(crate) fn expr(&mut self, term: &Term, steps: &mut Vec<Step>) -> Result<Expr, Left> {
        Ok(match term {
            Term::Const(value) => Expr::Const(value.clone()),
            Term::Var(var) if self.bound.contains(var) => Expr::Local(*var),
            Term::Var(_) => return Err(unsafe_variable(self.here().as_ref())),
            Term::Ref(root, items) => self.reference(root, items, steps)?,
            Term::Array(items) => Expr::Array(self.exprs(items, steps)?),
            Term::Set(items) => Expr::Set(self.exprs(items, steps)?),
            Term::Object(members) => {
                let mut planned = Vec::with_capacity(members.len());
                for (key, value) in members {
                    planned.push((self.expr(key, steps)?, self.expr(value, steps)?));
                }
                Expr::Object(planned)
            }
            Term::Closure(closure) => Expr::Comprehension(Box::new(self.closure(closure)?)),
        })
    }

    pub(crate) fn exprs(&mut self, terms: &[Term], steps: &mut Vec<Step>) -> Result<Vec<Expr>, Left> {
        terms.iter().map(|term| self.expr(term, steps)).collect()
    }

    fn closure(&mut self, closure: &Closure) -> Result<Comprehension, Left> {
        let bound = self.bound.clone();
        let place = self.place;
        let mut steps = self.body(&closure.body)?;
        let collects = match &closure.collects {
            Collects::Array(term) => CollectsExpr::Array(self.expr(term, &mut steps)?),
            Collects::Set(term) => CollectsExpr::Set(self.expr(term, &mut steps)?),
            Collects::Object(key, value) => {
                CollectsExpr::Object(self.expr(key, &mut steps)?, self.expr(value, &mut steps)?)
            }
        };
        self.bound = bound;
        self.place = place;
        Ok(Comprehension { steps, collects })
    }

    /// Tells whether a term can be computed as it stands, without a choice.
    fn is_ground(&self, term: &Term) -> bool {
        match term {
            Term::Var(var) => self.bound.contains(var),
            Term::Ref(Root::Var(var), _) if !self.bound.contains(var) => false,
            other => other.parts().into_iter().all(|part| self.is_ground(part)),
        }
    }

    /// Returns the place of the goal that is being planned.
    fn here(&self) -> Option<Place> {
        let index = usize::try_from(self.place).ok()?;
        self.program.places.get(index).cloned()
    }

    fn fresh(&mut self) -> Var {
        let var = self.count;
        self.count = var.saturating_add(1);
        var
    }

    fn push(&self, op: Op, steps: &mut Vec<Step>) {
        steps.push(Step { place: self.place, op });
    }

    /// Matches a value. One that a scan has just found is matched by the scan.
    fn matched(&mut self, value: Expr, pattern: Pattern, steps: &mut Vec<Step>) {
        if let (Expr::Local(local), Some(Step { op: Op::Scan { value: found, .. }, .. })) = (&value, steps.last_mut())
            && self.found.take() == Some(*local)
            && matches!(found, Pattern::Bind(var) if var == local)
        {
            *found = pattern;
            return;
        }
        self.push(Op::Match(value, pattern), steps);
    }
}

/// Tells whether a call has several values, which the built-in returns in an array.
fn is_relation(callee: Callee) -> bool {
    matches!(callee, Callee::Builtin(builtin) if builtin.name == "walk")
}

fn is_comparison(infix: Infix) -> bool {
    matches!(infix, Infix::Equal | Infix::Unequal | Infix::Less | Infix::AtMost | Infix::Greater | Infix::AtLeast)
}
