//! Computes expressions.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::super::super::fuel::{Fault, length};
use super::super::super::syntax::Infix;
use super::super::super::value::Value;
use super::super::program::{CollectsExpr, Comprehension, Expr};
use super::{Flow, Machine, Outcome};

impl<'p> Machine<'p> {
    /// Computes a value; `None` is undefined.
    pub(super) fn eval(&mut self, expr: &'p Expr) -> Outcome {
        match expr {
            Expr::Const(value) => Ok(Some(value.clone())),
            Expr::Local(var) => Ok(self.local(*var).cloned()),
            Expr::Input(slot) => Ok(self.world.input(self.program, *slot)),
            Expr::Data(slot) => self.world.data_slot(self.program, *slot),
            Expr::Rule(rules) => self.rule(*rules),
            Expr::Lookup(rules, keys) => match self.all(keys)? {
                Some(keys) => {
                    self.pay_for_keys(&keys)?;
                    self.lookup(*rules, keys)
                }
                None => Ok(None),
            },
            Expr::Extent(node, keys) => match self.all(keys)? {
                Some(keys) => {
                    self.pay_for_keys(&keys)?;
                    self.extent(*node, &keys)
                }
                None => Ok(None),
            },
            Expr::Index(value, key) => self.item(value, key),
            Expr::Stored(value, key) => self.stored(value, key),
            Expr::Array(items) => match self.all(items)? {
                Some(items) => self.array_of(items).map(Some),
                None => Ok(None),
            },
            Expr::Set(items) => match self.all(items)? {
                Some(items) => self.set_of(items).map(Some),
                None => Ok(None),
            },
            Expr::Object(members) => self.object(members),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension).map(Some),
            Expr::Call(callee, arguments) => match self.all(arguments)? {
                Some(arguments) => self.call(*callee, arguments),
                None => Ok(None),
            },
        }
    }

    /// Computes all of them, unless one is undefined.
    fn all(&mut self, exprs: &'p [Expr]) -> Result<Option<Vec<Value>>, Fault> {
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            match self.eval(expr)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(values))
    }

    fn item(&mut self, value: &'p Expr, key: &'p Expr) -> Outcome {
        let Some(value) = self.eval(value)? else { return Ok(None) };
        self.fuel.step(1)?;
        if let Some(weight) = self.peek(key).map(Value::weight) {
            self.fuel.find(weight, value.len())?;
            return Ok(self.peek(key).and_then(|key| value.get(key)).cloned());
        }
        let Some(key) = self.eval(key)? else { return Ok(None) };
        self.fuel.find(key.weight(), value.len())?;
        Ok(value.get(&key).cloned())
    }

    fn stored(&mut self, value: &'p Expr, key: &'p Expr) -> Outcome {
        let Some(value) = self.eval(value)? else { return Ok(None) };
        let Some(key) = self.eval(key)? else { return Ok(None) };
        self.fuel.step(1)?;
        self.fuel.find(key.weight(), value.len())?;
        Ok(match (&value, &key) {
            (Value::Object(members), Value::Number(number)) if number.is_integer() => {
                members.get_text(&number.to_string()).cloned()
            }
            _ => value.get(&key).cloned(),
        })
    }

    fn object(&mut self, exprs: &'p [(Expr, Expr)]) -> Outcome {
        let mut members = Vec::with_capacity(exprs.len());
        for (key, value) in exprs {
            let Some(key) = self.eval(key)? else { return Ok(None) };
            let Some(value) = self.eval(value)? else { return Ok(None) };
            members.push((key, value));
        }
        self.pay_for(&members)?;
        Value::object_of_last(members).map(Some)
    }

    /// What the keys are looked up in is not known yet: it is taken for as large as it may be.
    fn pay_for_keys(&mut self, keys: &[Value]) -> Result<(), Fault> {
        keys.iter().try_for_each(|key| self.fuel.find(key.weight(), usize::from(u16::MAX)))
    }

    fn pay_for(&mut self, members: &[(Value, Value)]) -> Result<(), Fault> {
        let weight = members.iter().map(|(key, _)| key.weight()).fold(0, u64::saturating_add);
        self.fuel.sort(members.len(), weight)?;
        self.fuel.allocate(length(members.len()).saturating_mul(48))
    }

    pub(super) fn array_of(&mut self, items: Vec<Value>) -> Result<Value, Fault> {
        self.fuel.allocate(length(items.len()).saturating_mul(24))?;
        Value::array(items)
    }

    pub(super) fn set_of(&mut self, items: Vec<Value>) -> Result<Value, Fault> {
        let weight = items.iter().map(Value::weight).fold(0, u64::saturating_add);
        self.fuel.sort(items.len(), weight)?;
        self.fuel.allocate(length(items.len()).saturating_mul(24))?;
        Value::set(items)
    }

    fn comprehension(&mut self, comprehension: &'p Comprehension) -> Result<Value, Fault> {
        match &comprehension.collects {
            CollectsExpr::Array(item) => {
                let items = self.collect(comprehension, item)?;
                self.array_of(items)
            }
            CollectsExpr::Set(item) => {
                let items = self.collect(comprehension, item)?;
                self.set_of(items)
            }
            CollectsExpr::Object(key, value) => {
                let mut members = Vec::new();
                self.run(&comprehension.steps, &mut |machine| {
                    if let Some(key) = machine.eval(key)?
                        && let Some(value) = machine.eval(value)?
                    {
                        machine.fuel.allocate(key.weight().saturating_add(value.weight()))?;
                        members.push((key, value));
                    }
                    Ok(Flow::More)
                })?;
                self.pay_for(&members)?;
                Value::object(members)
            }
        }
    }

    fn collect(&mut self, comprehension: &'p Comprehension, item: &'p Expr) -> Result<Vec<Value>, Fault> {
        let mut items = Vec::new();
        self.run(&comprehension.steps, &mut |machine| {
            if let Some(value) = machine.eval(item)? {
                machine.fuel.allocate(value.weight())?;
                items.push(value);
            }
            Ok(Flow::More)
        })?;
        Ok(items)
    }

    /// Compares two values. Where one is undefined nothing holds.
    pub(super) fn compare(&mut self, infix: Infix, one: &'p Expr, other: &'p Expr) -> Result<bool, Fault> {
        let weight = self.peek(one).zip(self.peek(other)).map(|(left, right)| left.weight().min(right.weight()));
        if let Some(weight) = weight {
            self.fuel.read(weight)?;
            return Ok(self.peek(one).zip(self.peek(other)).is_some_and(|(left, right)| infix.holds(left, right)));
        }
        let Some(one) = self.eval(one)? else { return Ok(false) };
        let Some(other) = self.eval(other)? else { return Ok(false) };
        self.fuel.compare(&one, &other)?;
        Ok(infix.holds(&one, &other))
    }
}
