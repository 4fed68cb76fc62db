//! Calls operators, built-ins and functions.

use alloc::vec::Vec;

use super::super::super::compiled::program::Callee;
use super::super::super::syntax::Infix;
use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test, is_plain};
use super::eval::{of, one};
use super::symbol::{Choices, Symbol, known};
use super::{Stop, Subject};

impl Subject<'_> {
    pub(super) fn call(&mut self, callee: Callee, arguments: &[Symbol]) -> Result<Choices, Stop> {
        self.machine.fuel().step(1)?;
        let is_open = matches!(callee, Callee::Function(rules) if self.open.get(rules).copied().unwrap_or(true));
        if let Some(values) = known(arguments)
            && !is_open
        {
            let value = self.machine.apply(callee, values)?;
            return Ok(value.into_iter().flat_map(|value| one(Symbol::Known(value))).collect());
        }
        match (callee, arguments) {
            (Callee::Function(rules), arguments) => self.function(rules, arguments),
            (Callee::Infix(infix), [left, right]) if is_comparison(infix) => {
                let holds = self.compare(infix, left, right)?;
                Ok(truths(&holds))
            }
            (Callee::Member, [item, collection]) => {
                let holds = self.member(item, collection)?;
                Ok(truths(&holds))
            }
            (Callee::Builtin(builtin), arguments) => match (builtin.name, arguments) {
                ("count", [Symbol::Set(items)]) => {
                    Ok(one(Symbol::Count(items.iter().map(|(guard, _)| guard.clone()).collect())))
                }
                ("object.get", [Symbol::Field(field), Symbol::Known(Value::Text(name)), default])
                    if field.is_always_there() && is_plain(name) =>
                {
                    let field = field.at(name);
                    let mut found = of(field.clone());
                    found.push((Form::is(&field, Test::Exists).not(), default.clone()));
                    Ok(found)
                }
                _ => Err(self.unsupported("a built-in is called with an unknown argument")),
            },
            _ => Err(self.unsupported("an operator is applied to an unknown value")),
        }
    }

    fn member(&mut self, item: &Symbol, collection: &Symbol) -> Result<Form, Stop> {
        match (item, collection) {
            (Symbol::Field(field), Symbol::Known(collection)) => {
                let values: Vec<Value> = match collection {
                    Value::Array(items) => items.iter().cloned().collect(),
                    Value::Set(items) => items.iter().cloned().collect(),
                    Value::Object(members) => members.values().cloned().collect(),
                    _ => Vec::new(),
                };
                self.machine.fuel().sort(values.len(), collection.weight())?;
                self.kept(Form::one_of(field, values))
            }
            (Symbol::Known(item), Symbol::Field(list @ Field { item: None, .. })) => {
                Ok(Form::is(list, Test::Has(item.clone())))
            }
            (item, Symbol::Array(_) | Symbol::Object(_) | Symbol::Set(_)) => {
                let mut found = Vec::new();
                let members = collection.members().map(|members| members.into_iter().map(|(_, item)| item).collect());
                let plain: Vec<Symbol> = collection.items().or(members).unwrap_or_default();
                let plain = plain.into_iter().map(|other| (Form::Always, other));
                let guarded = collection.set().unwrap_or_default();
                for (guard, other) in plain.chain(guarded.into_iter().map(|(guard, item)| (guard, Symbol::Known(item))))
                {
                    let equal = self.equal(item, &other)?;
                    found.push(self.both(&guard, &equal)?);
                }
                self.kept(Form::or(found))
            }
            (_, Symbol::Count(_)) => Ok(Form::Never),
            _ => Err(self.unsupported("an unknown value is looked for in another one")),
        }
    }
}

/// Makes a boolean of a condition.
fn truths(holds: &Form) -> Choices {
    let both = [(holds.clone(), true), (holds.not(), false)];
    let possible = both.into_iter().filter(|(guard, _)| !guard.is_never());
    possible.map(|(guard, flag)| (guard, Symbol::Known(Value::Bool(flag)))).collect()
}

fn is_comparison(infix: Infix) -> bool {
    matches!(infix, Infix::Equal | Infix::Unequal | Infix::Less | Infix::AtMost | Infix::Greater | Infix::AtLeast)
}
