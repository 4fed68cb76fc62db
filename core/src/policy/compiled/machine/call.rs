//! Calls functions, built-ins and operators.

use alloc::vec::Vec;

use super::super::super::fuel::{Fault, length};
use super::super::super::syntax::Infix;
use super::super::super::value::Value;
use super::super::program::Callee;
use super::{Machine, Outcome};

impl Machine<'_> {
    pub(super) fn call(&mut self, callee: Callee, arguments: Vec<Value>) -> Outcome {
        self.fuel.step(1)?;
        if let Some(value) = self.world.mock(callee) {
            return Ok(Some(value.clone()));
        }
        let value = match (callee, arguments.as_slice()) {
            (Callee::Function(rules), _) => return self.function(rules, arguments),
            (Callee::Builtin(builtin), arguments) => (builtin.call)(arguments, &mut self.fuel),
            (Callee::Infix(infix), [one, other]) => self.infix(infix, one, other),
            (Callee::Member, [item, collection]) => self.is_member(item, collection).map(|flag| Some(flag.into())),
            (Callee::MemberAt, [key, item, collection]) => {
                self.fuel.compare(item, collection)?;
                self.fuel.find(key.weight().max(item.weight()), collection.len())?;
                let found = match collection {
                    Value::Set(items) => key == item && items.contains(item),
                    other => other.get(key) == Some(item),
                };
                Ok(Some(found.into()))
            }
            _ => Ok(None),
        };
        #[cfg(feature = "policy-test")]
        if self.is_strict && value == Ok(None) {
            return Err(Fault::Conflict("a built-in failed"));
        }
        value
    }

    fn is_member(&mut self, item: &Value, collection: &Value) -> Result<bool, Fault> {
        match collection {
            Value::Array(items) => {
                self.fuel.step(length(items.len()))?;
                self.fuel.compare(item, collection)?;
                Ok(items.iter().any(|other| other == item))
            }
            Value::Object(members) => {
                self.fuel.step(length(members.len()))?;
                self.fuel.compare(item, collection)?;
                Ok(members.values().any(|other| other == item))
            }
            Value::Set(items) => {
                self.fuel.find(item.weight(), items.len())?;
                Ok(items.contains(item))
            }
            _ => Ok(false),
        }
    }

    fn infix(&mut self, infix: Infix, one: &Value, other: &Value) -> Outcome {
        let arithmetic = |result: Result<_, Fault>| result.map(|number| Some(Value::Number(number)));
        match (infix, one, other) {
            (Infix::Add, Value::Number(one), Value::Number(other)) => arithmetic(one.add(other)),
            (Infix::Subtract, Value::Number(one), Value::Number(other)) => arithmetic(one.subtract(other)),
            (Infix::Multiply, Value::Number(one), Value::Number(other)) => arithmetic(one.multiply(other)),
            (Infix::Divide, Value::Number(one), Value::Number(other)) => Ok(one.divide(other)?.map(Value::Number)),
            (Infix::Remainder, Value::Number(one), Value::Number(other)) => {
                Ok(one.remainder(other)?.map(Value::Number))
            }
            (Infix::Add | Infix::Multiply | Infix::Divide | Infix::Remainder, ..) => Ok(None),
            (Infix::Subtract | Infix::And | Infix::Or, Value::Set(_), Value::Set(_)) => self.sets(infix, one, other),
            (Infix::Subtract | Infix::And | Infix::Or, ..) => Ok(None),
            (comparison, one, other) => {
                self.fuel.compare(one, other)?;
                Ok(Some(comparison.holds(one, other).into()))
            }
        }
    }

    fn sets(&mut self, infix: Infix, one: &Value, other: &Value) -> Outcome {
        let (Value::Set(items), Value::Set(others)) = (one, other) else { return Ok(None) };
        self.fuel.step(length(items.len()).saturating_add(length(others.len())))?;
        self.fuel.read(one.weight().saturating_add(other.weight()))?;
        let made: Vec<Value> = match infix {
            Infix::Or => items.iter().chain(others.iter()).cloned().collect(),
            Infix::And => items.iter().filter(|item| others.contains(item)).cloned().collect(),
            _ => items.iter().filter(|item| !others.contains(item)).cloned().collect(),
        };
        self.set_of(made).map(Some)
    }
}
