//! What a body demands once names are resolved and nested calls stand by themselves, as OPA's compiler leaves it before it
//! orders a body. `lower` makes it, `order` sorts it, `plan` turns it into steps.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::syntax::Place;
use super::super::value::{Text, Value};
use super::program::{Callee, Target, Var, Vars};

#[derive(Debug, Clone)]
pub(crate) enum Term {
    Const(Value),
    Var(Var),
    Ref(Root, Vec<Term>),
    Array(Vec<Term>),
    Set(Vec<Term>),
    Object(Vec<(Term, Term)>),
    Closure(Box<Closure>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Root {
    Input,
    Data,
    Var(Var),
}

/// Holds a comprehension: what it collects for each solution of its body.
#[derive(Debug, Clone)]
pub(crate) struct Closure {
    pub(crate) collects: Collects,
    pub(crate) body: Vec<Goal>,
}

#[derive(Debug, Clone)]
pub(crate) enum Collects {
    Array(Term),
    Set(Term),
    Object(Term, Term),
}

/// Is what must hold, or be found, for a body to go on.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    pub(crate) place: Place,
    pub(crate) negated: bool,
    pub(crate) with: Vec<(Target, Term)>,
    pub(crate) kind: GoalKind,
}

#[derive(Debug, Clone)]
pub(crate) enum GoalKind {
    /// A value that is there and not `false`.
    Truth(Term),
    Unify(Term, Term),
    /// `==`, which gives no variable a value.
    Equal(Term, Term),
    /// A call; without an output its value must not be `false`.
    Call(Callee, Vec<Term>, Option<Term>),
    Every {
        key: Var,
        value: Var,
        domain: Var,
        body: Vec<Goal>,
    },
}

impl Term {
    pub(crate) fn text(text: &str) -> Self {
        Self::Const(Value::Text(Text::new(text)))
    }

    /// Returns what stands directly in the term, closures left out.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Const(_) | Self::Var(_) | Self::Closure(_) => Vec::new(),
            Self::Ref(_, items) | Self::Array(items) | Self::Set(items) => items.iter().collect(),
            Self::Object(members) => members.iter().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    /// Collects every variable outside of closures.
    pub(crate) fn vars(&self, vars: &mut Vars) {
        match self {
            Self::Var(var) | Self::Ref(Root::Var(var), _) => {
                vars.insert(*var);
            }
            _ => {}
        }
        self.parts().into_iter().for_each(|part| part.vars(vars));
    }

    /// Calls a function for every closure in the term, those within closures left out.
    pub(crate) fn closures<'a>(&'a self, visit: &mut dyn FnMut(&'a Closure)) {
        match self {
            Self::Closure(closure) => visit(closure),
            other => other.parts().into_iter().for_each(|part| part.closures(visit)),
        }
    }

    /// Collects every variable, those in closures included.
    pub(crate) fn all_vars(&self, vars: &mut Vars) {
        self.vars(vars);
        self.closures(&mut |closure| closure.all_vars(vars));
    }
}

impl Closure {
    pub(crate) fn all_vars(&self, vars: &mut Vars) {
        match &self.collects {
            Collects::Array(term) | Collects::Set(term) => term.all_vars(vars),
            Collects::Object(key, value) => {
                key.all_vars(vars);
                value.all_vars(vars);
            }
        }
        self.body.iter().for_each(|goal| goal.all_vars(vars));
    }
}

impl Goal {
    /// Returns the terms of the goal itself, those of `with` and of a body left out.
    pub(crate) fn terms(&self) -> Vec<&Term> {
        match &self.kind {
            GoalKind::Truth(term) => [term].into(),
            GoalKind::Unify(one, other) | GoalKind::Equal(one, other) => [one, other].into(),
            GoalKind::Call(_, inputs, output) => inputs.iter().chain(output).collect(),
            GoalKind::Every { .. } => Vec::new(),
        }
    }

    /// Returns every term outside of a body.
    fn every_term(&self) -> impl Iterator<Item = &Term> {
        self.terms().into_iter().chain(self.with.iter().map(|(_, value)| value))
    }

    /// Returns every variable outside of closures.
    pub(crate) fn vars(&self) -> Vars {
        let mut vars = Vars::new();
        self.every_term().for_each(|term| term.vars(&mut vars));
        if let GoalKind::Every { domain, .. } = self.kind {
            vars.insert(domain);
        }
        vars
    }

    /// Returns every variable of its closures, and of the body of `every`.
    pub(crate) fn closure_vars(&self) -> Vars {
        let mut vars = Vars::new();
        self.every_term().for_each(|term| term.closures(&mut |closure| closure.all_vars(&mut vars)));
        if let GoalKind::Every { key, value, body, .. } = &self.kind {
            vars.extend([*key, *value]);
            body.iter().for_each(|goal| goal.all_vars(&mut vars));
        }
        vars
    }

    fn all_vars(&self, vars: &mut Vars) {
        vars.extend(self.vars());
        vars.extend(self.closure_vars());
    }
}
