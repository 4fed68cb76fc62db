//! Tells what a step has read, of what is at hand: nothing is computed, no rule is asked, no fuel is used.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::slice;

use super::super::super::value::Value;
use super::super::describe::Describer;
use super::super::program::{Branch, Callee, Definition, Expr, Op, Pattern, RulesId, Step};
use super::super::tracer::{Seen, is_light};
use super::Machine;
use super::world::Slot;

/// The most values that one condition is told to have read.
const MAX_SEEN: usize = 8;

/// Is an expression's value, if it was computed.
enum Sight {
    Unread,
    Undefined,
    Value(Value),
}

impl From<Option<Value>> for Sight {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Undefined, Self::Value)
    }
}

impl<'p> Machine<'p> {
    pub(super) fn seen_by(&self, step: &'p Step, definition: &'p Definition, branch: &'p Branch) -> Vec<Seen> {
        let describer = Describer { program: self.program, definition, branch };
        let mut seen = Vec::new();
        self.see_step(step, &describer, &mut seen);
        seen
    }

    fn see_step(&self, step: &'p Step, describer: &Describer<'p>, seen: &mut Vec<Seen>) {
        let mut see = |expr| self.see(expr, describer, seen);
        match &step.op {
            Op::Match(value, pattern) => {
                see(value);
                if let Pattern::Equal(other) = pattern {
                    see(other);
                }
            }
            Op::Scan { collection, key, value } => {
                see(collection);
                for pattern in [key, value] {
                    if let Pattern::Equal(other) = pattern {
                        see(other);
                    }
                }
            }
            Op::Test(value) => see(value),
            Op::Compare(_, one, other) => {
                see(one);
                see(other);
            }
            Op::Every { domain, .. } => see(domain),
            Op::Not(steps) | Op::With(_, steps) => steps.iter().for_each(|step| self.see_step(step, describer, seen)),
            Op::Fail => {}
        }
    }

    /// Tells of an expression's value, or of its parts' where it has none at hand.
    fn see(&self, expr: &'p Expr, describer: &Describer<'p>, seen: &mut Vec<Seen>) {
        if seen.len() >= MAX_SEEN || matches!(expr, Expr::Const(_)) {
            return;
        }
        let value = match self.sight(expr) {
            Sight::Unread => return parts(expr).into_iter().for_each(|part| self.see(part, describer, seen)),
            Sight::Undefined => None,
            Sight::Value(value) => Some(value),
        };
        let path = describer.path(expr);
        if !seen.iter().any(|other| other.path == path) {
            seen.push(Seen { path, root: describer.root(expr), value });
        }
    }

    fn sight(&self, expr: &Expr) -> Sight {
        match expr {
            Expr::Const(value) => Sight::Value(value.clone()),
            Expr::Local(var) => Sight::from(self.local(*var).cloned()),
            Expr::Input(slot) => match self.world.slots.get(*slot) {
                Some(Slot::Read(value)) => Sight::from(value.clone()),
                _ => Sight::Unread,
            },
            Expr::Data(slot) => self.world.data_slot(self.program, *slot).map_or(Sight::Unread, Sight::from),
            Expr::Rule(rules) => self.sight_of_rule(*rules),
            Expr::Lookup(rules, keys) => self.sight_of_keys(*rules, keys),
            Expr::Index(value, key) | Expr::Stored(value, key) => match (self.sight(value), self.sight(key)) {
                (Sight::Value(value), Sight::Value(key)) if is_light(slice::from_ref(&key)) => {
                    Sight::from(item(&value, &key, expr))
                }
                (Sight::Undefined, _) => Sight::Undefined,
                _ => Sight::Unread,
            },
            Expr::Call(Callee::Function(rules), arguments) => {
                let found = self.all_in_sight(arguments).and_then(|keys| self.world.memo.calls.get(&(*rules, keys)));
                found.map_or(Sight::Unread, |found| Sight::from(found.clone()))
            }
            _ => Sight::Unread,
        }
    }

    fn sight_of_rule(&self, rules: RulesId) -> Sight {
        match self.world.memo.rules.get(rules) {
            Some(Some(found)) => Sight::from(found.clone()),
            _ => Sight::Unread,
        }
    }

    fn sight_of_keys(&self, rules: RulesId, keys: &[Expr]) -> Sight {
        let Some(keys) = self.all_in_sight(keys) else { return Sight::Unread };
        if let Sight::Value(whole) = self.sight_of_rule(rules) {
            return Sight::from(keys.iter().try_fold(whole, |value, key| value.get(key).cloned()));
        }
        let found = self.world.memo.lookups.get(&(rules, keys));
        found.map_or(Sight::Unread, |found| Sight::from(found.clone()))
    }

    fn all_in_sight(&self, exprs: &[Expr]) -> Option<Vec<Value>> {
        let values = exprs.iter().map(|expr| match self.sight(expr) {
            Sight::Value(value) => Some(value),
            Sight::Unread | Sight::Undefined => None,
        });
        values.collect::<Option<Vec<Value>>>().filter(|values| is_light(values))
    }
}

/// In data a whole number finds the text of it.
fn item(value: &Value, key: &Value, expr: &Expr) -> Option<Value> {
    match (value, key, expr) {
        (Value::Object(members), Value::Number(number), Expr::Stored(..)) if number.is_integer() => {
            members.get_text(&number.to_string()).cloned()
        }
        _ => value.get(key).cloned(),
    }
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Index(value, key) | Expr::Stored(value, key) => Vec::from([&**value, &**key]),
        Expr::Lookup(_, items)
        | Expr::Extent(_, items)
        | Expr::Array(items)
        | Expr::Set(items)
        | Expr::Call(_, items) => items.iter().collect(),
        Expr::Object(members) => members.iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    }
}
