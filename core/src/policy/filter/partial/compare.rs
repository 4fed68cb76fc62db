//! Compares values of which a part is unknown.

use alloc::vec::Vec;

use super::super::super::compiled::program::Expr;
use super::super::super::syntax::Infix;
use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::symbol::Symbol;
use super::{Frame, Stop, Subject};

impl<'p> Subject<'p> {
    /// Returns the condition under which both are there and the comparison holds.
    pub(super) fn compared(
        &mut self,
        infix: Infix,
        one: &'p Expr,
        other: &'p Expr,
        frame: &Frame,
    ) -> Result<Form, Stop> {
        let mut found = Vec::new();
        for (guard, pair) in self.all(&[one, other], frame)? {
            let [one, other] = pair.as_slice() else { continue };
            let holds = self.compare(infix, one, other)?;
            found.push(self.both(&guard, &holds)?);
        }
        self.kept(Form::or(found))
    }

    /// Returns the condition under which a comparison of two values that are there holds.
    pub(super) fn compare(&mut self, infix: Infix, one: &Symbol, other: &Symbol) -> Result<Form, Stop> {
        match (infix, one, other) {
            (Infix::Equal, ..) => self.equal(one, other),
            (Infix::Unequal, ..) => Ok(self.equal(one, other)?.not()),
            (_, Symbol::Known(one), Symbol::Known(other)) => Ok(Form::always_if(infix.holds(one, other))),
            (_, Symbol::Field(field), Symbol::Known(bound)) => Ok(ordered(infix, field, bound)),
            (_, Symbol::Known(bound), Symbol::Field(field)) => Ok(ordered(turned(infix), field, bound)),
            (_, Symbol::Count(all), Symbol::Known(bound)) => self.counted(infix, all, bound),
            (_, Symbol::Known(bound), Symbol::Count(all)) => self.counted(turned(infix), all, bound),
            _ => Err(self.unsupported("two unknown values are compared")),
        }
    }

    /// Returns the condition under which two values that are there are equal.
    pub(super) fn equal(&mut self, one: &Symbol, other: &Symbol) -> Result<Form, Stop> {
        match (one, other) {
            (Symbol::Known(one), Symbol::Known(other)) => {
                self.machine.fuel().compare(one, other)?;
                return Ok(Form::always_if(one == other));
            }
            (Symbol::Field(field), Symbol::Known(value)) | (Symbol::Known(value), Symbol::Field(field)) => {
                return Ok(Form::equals(field, value.clone()));
            }
            (Symbol::Field(one), Symbol::Field(other)) if one == other => return Ok(Form::Always),
            (Symbol::Count(all), Symbol::Known(value)) | (Symbol::Known(value), Symbol::Count(all)) => {
                return self.counted(Infix::Equal, all, value);
            }
            _ => {}
        }
        if let (Some(items), Some(others)) = (one.items(), other.items()) {
            return self.all_equal(items.len() == others.len(), items.into_iter().zip(others));
        }
        if let (Some(members), Some(others)) = (one.members(), other.members()) {
            let same =
                members.len() == others.len() && members.iter().zip(&others).all(|(one, other)| one.0 == other.0);
            let pairs = members.into_iter().zip(others).map(|((_, one), (_, other))| (one, other));
            return self.all_equal(same, pairs);
        }
        if let (Some(items), Some(others)) = (one.set(), other.set()) {
            return self.same_items(&items, &others);
        }
        let kinds = [one, other].map(kind);
        if kinds.iter().all(Option::is_some) && kinds.first() != kinds.last() {
            return Ok(Form::Never);
        }
        Err(self.unsupported("two unknown values are compared"))
    }

    fn all_equal(&mut self, same: bool, pairs: impl Iterator<Item = (Symbol, Symbol)>) -> Result<Form, Stop> {
        if !same {
            return Ok(Form::Never);
        }
        let mut all = Vec::new();
        for (one, other) in pairs {
            all.push(self.equal(&one, &other)?);
        }
        self.kept(Form::and(all))
    }

    fn same_items(&mut self, items: &[(Form, Value)], others: &[(Form, Value)]) -> Result<Form, Stop> {
        let find = |items: &[(Form, Value)], value: &Value| {
            items.iter().find(|(_, other)| other == value).map_or(Form::Never, |(guard, _)| guard.clone())
        };
        let mut all = Vec::new();
        for (_, value) in items.iter().chain(others) {
            let (one, other) = (find(items, value), find(others, value));
            self.pay(&[one.parts(), other.parts()])?;
            let neither = Form::both(&one.not(), &other.not());
            all.push(Form::or([Form::both(&one, &other), neither].into()));
        }
        self.kept(Form::and(all))
    }

    /// Compares how many conditions hold with 0 or 1.
    fn counted(&mut self, infix: Infix, all: &[Form], bound: &Value) -> Result<Form, Stop> {
        let any = Form::or(all.to_vec());
        let Value::Number(number) = bound else { return Ok(Form::always_if(infix.holds(&Value::from(0_i64), bound))) };
        let none = match (infix, number.as_i64()) {
            (Infix::Equal, Some(0)) | (Infix::AtMost, Some(0)) | (Infix::Less, Some(1)) => true,
            (Infix::Greater, Some(0)) | (Infix::AtLeast, Some(1)) => false,
            (Infix::AtLeast, Some(0)) => return Ok(Form::Always),
            (Infix::Less, Some(0)) => return Ok(Form::Never),
            _ => return Err(self.unsupported("an unknown count is compared with more than 0 or 1")),
        };
        self.kept(if none { any.not() } else { any })
    }
}

/// Tells what kind of collection a value is, if that is known and it is one.
fn kind(symbol: &Symbol) -> Option<&'static str> {
    match symbol {
        Symbol::Known(value) => Some(value.type_name()),
        Symbol::Array(_) => Some("array"),
        Symbol::Object(_) => Some("object"),
        Symbol::Set(_) => Some("set"),
        _ => None,
    }
}

fn ordered(infix: Infix, field: &Field, bound: &Value) -> Form {
    let bound = bound.clone();
    Form::is(
        field,
        match infix {
            Infix::Less => Test::Less(bound),
            Infix::AtMost => Test::AtMost(bound),
            Infix::Greater => Test::Greater(bound),
            _ => Test::AtLeast(bound),
        },
    )
}

const fn turned(infix: Infix) -> Infix {
    match infix {
        Infix::Less => Infix::Greater,
        Infix::AtMost => Infix::AtLeast,
        Infix::Greater => Infix::Less,
        Infix::AtLeast => Infix::AtMost,
        other => other,
    }
}
