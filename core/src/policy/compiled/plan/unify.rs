//! Plans unifications: which side is computed, and which is matched.

use alloc::vec::Vec;

use super::super::super::syntax::Place;
use super::super::goal::Term;
use super::super::program::{Expr, Left, Op, Pattern, Step};
use super::super::{left, unsafe_variable};
use super::Planner;

impl Planner<'_> {
    pub(super) fn unify(&mut self, one: &Term, other: &Term, at: &Place, steps: &mut Vec<Step>) -> Result<(), Left> {
        let one = self.parts_known(one, steps)?;
        let other = self.parts_known(other, steps)?;
        let mut open = Vec::from([(one, other)]);
        while !open.is_empty() {
            let mut later = Vec::new();
            let mut progress = false;
            for (one, other) in open {
                progress |= self.unify_pair(one, other, at, &mut later, steps)?;
            }
            if !progress {
                return Err(unsafe_variable(Some(at)));
            }
            open = later;
        }
        Ok(())
    }

    /// Leaves a reference or closure that is the whole term where it is; within collections it is computed first.
    fn parts_known(&mut self, term: &Term, steps: &mut Vec<Step>) -> Result<Term, Left> {
        match term {
            Term::Ref(..) | Term::Closure(_) => Ok(term.clone()),
            other => self.known(other, steps),
        }
    }

    /// Plans one pair, or leaves it, or its parts, for later.
    fn unify_pair(
        &mut self,
        one: Term,
        other: Term,
        at: &Place,
        later: &mut Vec<(Term, Term)>,
        steps: &mut Vec<Step>,
    ) -> Result<bool, Left> {
        match (one, other) {
            (Term::Array(items), Term::Array(others)) => {
                if items.len() != others.len() {
                    self.push(Op::Fail, steps);
                }
                later.extend(items.into_iter().zip(others));
            }
            (Term::Object(members), Term::Object(others)) if has_constant_keys(&members, &others) => {
                self.unify_members(members, &others, later, steps);
            }
            (one, other) if self.is_ground(&one) => self.unify_ground(&one, &other, at, steps)?,
            (one, other) if self.is_ground(&other) => self.unify_ground(&other, &one, at, steps)?,
            (one @ Term::Ref(..), other) | (other, one @ Term::Ref(..)) => {
                self.unify_ground(&one, &other, at, steps)?
            }
            pair => {
                later.push(pair);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Holds a computed side against the other. Of two references, the first one's variables are known to the second.
    fn unify_ground(&mut self, one: &Term, other: &Term, at: &Place, steps: &mut Vec<Step>) -> Result<(), Left> {
        let value = self.expr(one, steps)?;
        if matches!(other, Term::Ref(..)) {
            let other = self.expr(other, steps)?;
            self.matched(other, Pattern::Equal(value), steps);
        } else {
            let pattern = self.pattern(other, at)?;
            self.matched(value, pattern, steps);
        }
        Ok(())
    }

    fn unify_members(
        &mut self,
        members: Vec<(Term, Term)>,
        others: &[(Term, Term)],
        later: &mut Vec<(Term, Term)>,
        steps: &mut Vec<Step>,
    ) {
        let find = |key: &Term, members: &[(Term, Term)]| {
            let found = members.iter().rev().find(|(other, _)| is_same_constant(key, other));
            found.map(|(_, value)| value.clone())
        };
        let same = members.iter().all(|(key, _)| find(key, others).is_some())
            && others.iter().all(|(key, _)| find(key, &members).is_some());
        if !same {
            self.push(Op::Fail, steps);
            return;
        }
        for (key, value) in members {
            later.extend(find(&key, others).map(|other| (value, other)));
        }
    }

    /// Plans what a value is held against; the variables without a value get theirs.
    pub(crate) fn pattern(&mut self, term: &Term, at: &Place) -> Result<Pattern, Left> {
        Ok(match term {
            Term::Var(var) if self.bound.insert(*var) => Pattern::Bind(*var),
            Term::Var(var) => Pattern::Equal(Expr::Local(*var)),
            Term::Const(value) => Pattern::Equal(Expr::Const(value.clone())),
            ground if self.is_ground(ground) => {
                let mut none = Vec::new();
                Pattern::Equal(self.expr(ground, &mut none)?)
            }
            Term::Array(items) => {
                Pattern::Array(items.iter().map(|item| self.pattern(item, at)).collect::<Result<_, _>>()?)
            }
            Term::Object(members) => {
                let mut planned = Vec::with_capacity(members.len());
                for (key, value) in members {
                    if !self.is_ground(key) {
                        return Err(unsafe_variable(Some(at)));
                    }
                    let key = self.expr(key, &mut Vec::new())?;
                    planned.push((key, self.pattern(value, at)?));
                }
                Pattern::Object(planned)
            }
            Term::Ref(..) | Term::Set(_) | Term::Closure(_) => {
                return Err(left("a value is matched in a way that is not known", Some(at)));
            }
        })
    }
}

fn has_constant_keys(members: &[(Term, Term)], others: &[(Term, Term)]) -> bool {
    members.iter().chain(others).all(|(key, _)| matches!(key, Term::Const(_)))
}

fn is_same_constant(one: &Term, other: &Term) -> bool {
    matches!((one, other), (Term::Const(one), Term::Const(other)) if one == other)
}
