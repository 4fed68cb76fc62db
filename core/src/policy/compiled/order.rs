//! Puts the goals of a body in an order in which every variable has a value before it is needed, as OPA does: again and
//! again the first goal that can run.

use alloc::vec::Vec;

use super::super::map::Map;
use super::goal::{Goal, GoalKind, Root, Term};
use super::program::{Var, Vars};

/// Returns the goals in order. `known` are the variables that have a value before.
///
/// # Errors
/// The goal and the variable that nothing gives a value.
pub(crate) fn order<'a>(goals: &'a [Goal], known: &Vars) -> Result<Vec<&'a Goal>, Option<(&'a Goal, Var)>> {
    let mut body = Vars::new();
    goals.iter().for_each(|goal| body.extend(goal.vars()));
    let mut safe: Vars = known.clone();
    let mut waiting: Vec<(&Goal, Vars, Vars)> = Vec::new();
    for goal in goals {
        // Collecting would bring in a sort.
        let (mut needs, mut closed) = (goal.vars(), goal.closure_vars());
        needs.retain(|var| !known.contains(var));
        closed.retain(|var| body.contains(var) && !known.contains(var));
        waiting.push((goal, needs, closed));
    }
    let mut ordered = Vec::with_capacity(goals.len());
    while !waiting.is_empty() {
        let before = ordered.len();
        let mut still = Vec::with_capacity(waiting.len());
        for (goal, needs, closed) in waiting {
            let outputs = outputs(goal, &safe);
            let runs = closed.iter().all(|var| safe.contains(var))
                && needs.iter().all(|var| safe.contains(var) || outputs.contains(var));
            if runs {
                safe.extend(outputs);
                ordered.push(goal);
            } else {
                still.push((goal, needs, closed));
            }
        }
        waiting = still;
        if ordered.len() == before {
            return Err(unsafe_in(&waiting, &safe));
        }
    }
    Ok(ordered)
}

/// Returns the first goal that waits, and for which variable.
fn unsafe_in<'a>(waiting: &[(&'a Goal, Vars, Vars)], safe: &Vars) -> Option<(&'a Goal, Var)> {
    waiting.iter().find_map(|(goal, needs, closed)| {
        let outputs = outputs(goal, safe);
        let needed = needs.iter().find(|var| !safe.contains(var) && !outputs.contains(var));
        let var = needed.or_else(|| closed.iter().find(|var| !safe.contains(var)))?;
        Some((*goal, *var))
    })
}

/// Returns the variables that a goal gives a value, if those in `safe` have one.
fn outputs(goal: &Goal, safe: &Vars) -> Vars {
    if goal.negated || goal.with.iter().any(|(_, value)| !is_known(value, safe)) {
        return Vars::new();
    }
    let mut outputs = Vars::new();
    goal.terms().into_iter().for_each(|term| ref_outputs(term, safe, &mut outputs));
    match &goal.kind {
        GoalKind::Unify(one, other) => {
            let mut known = outputs.clone();
            known.extend(safe.iter());
            let mut unifier = Unifier { safe: &known, unified: Vars::new(), unknown: Map::new() };
            unifier.unify(one, other);
            outputs.extend(unifier.unified);
        }
        GoalKind::Call(_, inputs, Some(output)) => {
            let mut needed = Vars::new();
            inputs.iter().for_each(|input| pattern_vars(input, &mut needed));
            if needed.iter().any(|var| !outputs.contains(var) && !safe.contains(var)) {
                return Vars::new();
            }
            pattern_vars(output, &mut outputs);
        }
        _ => {}
    }
    outputs.retain(|var| !safe.contains(var));
    outputs
}

fn is_known(term: &Term, safe: &Vars) -> bool {
    let mut vars = Vars::new();
    term.vars(&mut vars);
    vars.is_subset(safe)
}

/// A reference gives values to the variables behind its root, if the root has one.
fn ref_outputs(term: &Term, safe: &Vars, outputs: &mut Vars) {
    if let Term::Ref(root, items) = term {
        if matches!(root, Root::Var(var) if !safe.contains(var)) {
            return;
        }
        items.iter().for_each(|item| item_vars(item, outputs));
    }
    term.parts().into_iter().for_each(|part| ref_outputs(part, safe, outputs));
}

/// Collects variables, the roots of references and closures left out.
fn item_vars(term: &Term, vars: &mut Vars) {
    if let Term::Var(var) = term {
        vars.insert(*var);
    }
    term.parts().into_iter().for_each(|part| item_vars(part, vars));
}

/// Collects the variables that a match of the term would give a value: not those of sets and keys.
fn pattern_vars(term: &Term, vars: &mut Vars) {
    match term {
        Term::Var(var) => {
            vars.insert(*var);
        }
        Term::Array(items) | Term::Ref(_, items) => items.iter().for_each(|item| pattern_vars(item, vars)),
        Term::Object(members) => members.iter().for_each(|(_, value)| pattern_vars(value, vars)),
        Term::Const(_) | Term::Set(_) | Term::Closure(_) => {}
    }
}

/// Finds what a unification gives a value. `unknown` holds what each variable waits for.
struct Unifier<'a> {
    safe: &'a Vars,
    unified: Vars,
    unknown: Map<Var, Vars>,
}

impl Unifier<'_> {
    fn unify(&mut self, one: &Term, other: &Term) {
        match (one, other) {
            (Term::Var(one), Term::Var(other)) => self.two_vars(*one, *other),
            (Term::Var(var), composite @ (Term::Array(_) | Term::Object(_)))
            | (composite @ (Term::Array(_) | Term::Object(_)), Term::Var(var)) => self.var_and_all(*var, composite),
            (Term::Var(var), Term::Ref(root, _)) | (Term::Ref(root, _), Term::Var(var)) => {
                self.mark_by(root, &Term::Var(*var))
            }
            (Term::Var(var), _) | (_, Term::Var(var)) => self.mark(*var),
            (Term::Ref(root, _), composite @ (Term::Array(_) | Term::Object(_)))
            | (composite @ (Term::Array(_) | Term::Object(_)), Term::Ref(root, _)) => self.mark_by(root, composite),
            (Term::Closure(_), composite @ (Term::Array(_) | Term::Object(_)))
            | (composite @ (Term::Array(_) | Term::Object(_)), Term::Closure(_)) => self.mark_all(composite),
            (Term::Array(items), Term::Array(others)) if items.len() == others.len() => {
                items.iter().zip(others).for_each(|(item, other)| self.unify(item, other));
            }
            (Term::Object(members), Term::Object(others)) if members.len() == others.len() => {
                for (key, value) in members {
                    if let Some((_, other)) = others.iter().find(|(other, _)| is_same(key, other)) {
                        self.unify(value, other);
                    }
                }
            }
            (Term::Const(_), composite @ (Term::Array(_) | Term::Object(_)))
            | (composite @ (Term::Array(_) | Term::Object(_)), Term::Const(_)) => self.mark_all(composite),
            _ => {}
        }
    }

    fn two_vars(&mut self, one: Var, other: Var) {
        if self.is_safe(other) {
            self.mark(one);
        } else if self.is_safe(one) {
            self.mark(other);
        } else {
            self.unknown.change(one, |vars| vars.extend([other]));
            self.unknown.change(other, |vars| vars.extend([one]));
        }
    }

    fn var_and_all(&mut self, var: Var, composite: &Term) {
        if self.is_safe(var) {
            return self.mark_all(composite);
        }
        let mut vars = Vars::new();
        pattern_vars(composite, &mut vars);
        vars.retain(|var| !self.is_safe(*var));
        if vars.is_empty() {
            self.mark(var);
        } else {
            self.unknown.change(var, |others| others.extend(vars));
        }
    }

    /// A reference whose root has a value gives one to whatever it is held against.
    fn mark_by(&mut self, root: &Root, term: &Term) {
        if !matches!(root, Root::Var(var) if !self.is_safe(*var)) {
            self.mark_all(term);
        }
    }

    fn mark_all(&mut self, term: &Term) {
        let mut vars = Vars::new();
        pattern_vars(term, &mut vars);
        vars.into_iter().for_each(|var| self.mark(var));
    }

    /// Marks a variable, what waited for it alone, and what it is equal to.
    fn mark(&mut self, var: Var) {
        let mut marked = Vec::from([var]);
        while let Some(var) = marked.pop() {
            if !self.unified.insert(var) {
                continue;
            }
            marked.extend(self.unknown.remove(&var).unwrap_or_default());
            self.unknown.retain(&mut |waiting, needs| {
                let ready = needs.remove(&var) && needs.is_empty();
                if ready {
                    marked.push(*waiting);
                }
                !ready
            });
        }
    }

    fn is_safe(&self, var: Var) -> bool {
        self.safe.contains(&var) || self.unified.contains(&var)
    }
}

fn is_same(one: &Term, other: &Term) -> bool {
    match (one, other) {
        (Term::Const(one), Term::Const(other)) => one == other,
        (Term::Var(one), Term::Var(other)) => one == other,
        _ => false,
    }
}
