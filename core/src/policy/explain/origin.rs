//! Finds which definitions a reason or an obligation comes from: follows the entrypoint's value back through the rules that
//! it is made of, to those that found the reason.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::policy::compiled::{Callee, Candidate, Describer, Expr, Program, RulesId, Trace};
use crate::policy::obligation::Obligation;
use crate::policy::value::Value;

/// The most reasons, and the most obligations, that are followed to where they come from.
pub(super) const MAX_FOLLOWED: usize = 100;

pub(super) struct Origins<'a, 'p> {
    pub(super) program: &'p Program,
    pub(super) trace: &'a Trace<'p>,
}

impl<'a, 'p> Origins<'a, 'p> {
    pub(super) fn of_reason(&self, reason: &str) -> Vec<&'a Candidate<'p>> {
        self.of("reasons", &Value::text(reason))
    }

    pub(super) fn of_obligation(&self, obligation: &Obligation) -> Vec<&'a Candidate<'p>> {
        let is_it =
            |value: &&Value| value.to_json().and_then(|json| Obligation::read(json).ok()).as_ref() == Some(obligation);
        let given = self.trace.tracer.evaluations.first().and_then(|entrypoint| entrypoint.value.as_ref());
        let given = given.and_then(|answer| answer.get(&Value::text("obligations")));
        let found = items(given).iter().filter(is_it).flat_map(|value| self.of("obligations", value));
        found.collect()
    }

    /// Returns what made a part of a member of the answer.
    fn of(&self, member: &str, value: &Value) -> Vec<&'a Candidate<'p>> {
        let Some(entrypoint) = self.trace.tracer.evaluations.first() else { return Vec::new() };
        let mut found = Vec::new();
        for candidate in entrypoint.candidates.iter().filter(|candidate| candidate.has_held) {
            let Some(branch) = candidate.branch else { continue };
            let own = match &branch.value {
                Expr::Object(members) => {
                    members.iter().find(|(key, _)| key_of(key) == Some(member)).map(|(_, own)| own)
                }
                other => Some(other),
            };
            let before = found.len();
            let mut visited = BTreeSet::from([entrypoint.rules]);
            if let Some(own) = own {
                self.follow(candidate, own, value, &mut visited, &mut found);
            }
            if found.len() == before && !self.trace.tracer.is_cut {
                found.push(candidate);
            }
        }
        found
    }

    /// Goes from an expression of a candidate to the rules that it takes its value from, as far as they have the value.
    fn follow(
        &self,
        candidate: &'a Candidate<'p>,
        expr: &'p Expr,
        value: &Value,
        visited: &mut BTreeSet<RulesId>,
        found: &mut Vec<&'a Candidate<'p>>,
    ) {
        for rules in self.rules_of(candidate, expr) {
            if !visited.insert(rules) {
                continue;
            }
            for evaluation in self.trace.tracer.evaluations.iter().filter(|evaluation| evaluation.rules == rules) {
                for next in evaluation.candidates.iter().filter(|next| next.values.iter().any(|own| has(own, value))) {
                    let before = found.len();
                    if let Some(branch) = next.branch {
                        self.follow(next, &branch.value, value, visited, found);
                    }
                    if found.len() == before {
                        found.push(next);
                    }
                }
            }
        }
    }

    fn rules_of(&self, candidate: &Candidate<'p>, expr: &'p Expr) -> BTreeSet<RulesId> {
        let mut rules = BTreeSet::new();
        let Some(branch) = candidate.branch else { return rules };
        let describer = Describer { program: self.program, definition: candidate.definition, branch };
        describer.each_source(expr, &mut |part| match part {
            Expr::Rule(id) | Expr::Lookup(id, _) | Expr::Call(Callee::Function(id), _) => {
                rules.insert(*id);
            }
            Expr::Extent(node, _) => {
                let path = self.program.nodes.get(*node).map(|node| node.path.as_slice()).unwrap_or_default();
                let inside = self.program.rules.iter().enumerate().filter(|(_, rules)| rules.path.starts_with(path));
                rules.extend(inside.map(|(id, _)| id));
            }
            _ => {}
        });
        rules
    }
}

/// Tells whether a value is another, or a collection that has it.
fn has(own: &Value, value: &Value) -> bool {
    match own {
        Value::Set(items) => items.contains(value),
        Value::Array(items) => items.as_slice().contains(value),
        own => own == value,
    }
}

fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(Value::Set(items)) => items.as_slice(),
        _ => &[],
    }
}

fn key_of(key: &Expr) -> Option<&str> {
    match key {
        Expr::Const(Value::Text(name)) => Some(name.as_str()),
        _ => None,
    }
}
