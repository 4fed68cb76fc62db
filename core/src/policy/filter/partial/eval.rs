//! Computes expressions.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::super::super::compiled::program::{Callee, CollectsExpr, Comprehension, Expr};
use super::super::super::fuel::length;
use super::super::super::value::{Text, Value};
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::known::Part;
use super::symbol::{Choices, Symbol};
use super::{Frame, Stop, Subject};

/// Computes what values come to.
type Compute<'a, 'p> = &'a mut dyn FnMut(&mut Subject<'p>, &[Symbol]) -> Result<Choices, Stop>;

impl<'p> Subject<'p> {
    pub(super) fn eval(&mut self, expr: &'p Expr, frame: &Frame) -> Result<Choices, Stop> {
        if !self.is_open(expr, frame) {
            let value = self.machine.compute(expr, frame.values())?;
            return Ok(value.into_iter().map(|value| (Form::Always, Symbol::Known(value))).collect());
        }
        match expr {
            Expr::Local(var) => Ok(frame.get(*var).map(|value| (Form::Always, value.clone())).into_iter().collect()),
            Expr::Input(slot) => match self.program.inputs.get(*slot) {
                Some(path) => self.at(path),
                None => Ok(Choices::new()),
            },
            Expr::Rule(rules) => self.rule(*rules),
            Expr::Lookup(rules, keys) => self.each(keys, frame, &mut |this, keys| this.lookup(*rules, keys)),
            Expr::Index(value, key) => self.pair(value, key, frame, false),
            Expr::Stored(value, key) => self.pair(value, key, frame, true),
            Expr::Array(items) => self.each(items, frame, &mut |_, items| Ok(one(Symbol::array(items.to_vec())))),
            Expr::Set(items) => self.each(items, frame, &mut |_, items| Ok(one(Symbol::set_of(items)))),
            Expr::Object(members) => self.object(members, frame),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, frame),
            Expr::Call(callee, arguments) => {
                self.each(arguments, frame, &mut |this, arguments| this.call(*callee, arguments))
            }
            Expr::Extent(..) => Err(self.unsupported("a package that builds on what is unknown is read as a whole")),
            Expr::Const(_) | Expr::Data(_) => Ok(Choices::new()),
        }
    }

    /// Computes a value that must be known.
    pub(super) fn known(&mut self, expr: &'p Expr, frame: &Frame) -> Result<Option<Value>, Stop> {
        if self.is_open(expr, frame) {
            return Err(self.unsupported("a key builds on what is unknown"));
        }
        Ok(self.machine.compute(expr, frame.values())?)
    }

    /// Computes several, in every combination in which all are there.
    pub(super) fn all(&mut self, exprs: &[&'p Expr], frame: &Frame) -> Result<Vec<(Form, Vec<Symbol>)>, Stop> {
        let mut rows: Vec<(Form, Vec<Symbol>)> = [(Form::Always, Vec::new())].into();
        for expr in exprs {
            if rows.is_empty() {
                break;
            }
            let choices = self.eval(expr, frame)?;
            let mut longer = Vec::new();
            for (guard, row) in rows {
                for (condition, value) in &choices {
                    let guard = self.both(&guard, condition)?;
                    if !guard.is_never() {
                        longer.push((guard, row.iter().chain([value]).cloned().collect()));
                    }
                }
            }
            self.machine.fuel().step(length(longer.len()))?;
            rows = longer;
        }
        Ok(rows)
    }

    fn each(&mut self, exprs: &'p [Expr], frame: &Frame, compute: Compute<'_, 'p>) -> Result<Choices, Stop> {
        let exprs: Vec<&Expr> = exprs.iter().collect();
        let mut found = Choices::new();
        for (guard, row) in self.all(&exprs, frame)? {
            for (condition, value) in compute(self, &row)? {
                self.choose(&mut found, &guard, &condition, value)?;
            }
        }
        Ok(found)
    }

    /// Adds a value under two conditions, if both can hold, to one that is equal if there is one.
    pub(super) fn choose(&mut self, found: &mut Choices, one: &Form, other: &Form, value: Symbol) -> Result<(), Stop> {
        let guard = self.both(one, other)?;
        if guard.is_never() {
            return Ok(());
        }
        match found.iter_mut().find(|(_, known)| *known == value) {
            Some((known, _)) => *known = self.kept(Form::or([known.clone(), guard].into()))?,
            None => found.push((guard, value)),
        }
        self.machine.fuel().step(length(found.len()))?;
        Ok(())
    }

    fn pair(&mut self, value: &'p Expr, key: &'p Expr, frame: &Frame, is_stored: bool) -> Result<Choices, Stop> {
        let mut found = Choices::new();
        for (guard, pair) in self.all(&[value, key], frame)? {
            let [value, key] = pair.as_slice() else { continue };
            for (condition, value) in self.item(value, key, is_stored)? {
                self.choose(&mut found, &guard, &condition, value)?;
            }
        }
        Ok(found)
    }

    /// Returns what stands at a path of the request.
    pub(super) fn at(&self, path: &[Text]) -> Result<Choices, Stop> {
        Ok(match self.question.part(path) {
            Part::Known(value) => value.into_iter().flat_map(|value| one(Symbol::Known(value))).collect(),
            Part::Unknown => return self.field(Field::new(path)),
            Part::Above => one(Symbol::Above(path.to_vec())),
            Part::Unsaid => return Err(self.unsupported("a part of the resource is neither known nor unknown")),
        })
    }

    /// Returns the value of a field that a condition can name.
    fn field(&self, field: Field) -> Result<Choices, Stop> {
        match field.is_nameable() {
            true => Ok(of(field)),
            false => Err(self.unsupported("a field's name is empty, or holds a `.` or a control character")),
        }
    }

    /// Returns what stands at a key.
    pub(super) fn item(&mut self, value: &Symbol, key: &Symbol, is_stored: bool) -> Result<Choices, Stop> {
        match (value, key) {
            (Symbol::Known(value), Symbol::Known(key)) => {
                Ok(stored(value, key, is_stored).into_iter().flat_map(|item| one(Symbol::Known(item))).collect())
            }
            (Symbol::Above(path), Symbol::Known(Value::Text(name))) => {
                self.at(&path.iter().chain([name]).cloned().collect::<Vec<_>>())
            }
            (Symbol::Field(field), Symbol::Known(Value::Text(name))) if field.item.is_none() => {
                self.field(field.at(name))
            }
            (Symbol::Field(field), Symbol::Known(key)) if field.item.is_none() => match key {
                Value::Number(_) => Err(self.unsupported("an item of an unknown list is asked for by its number")),
                _ => Ok(Choices::new()),
            },
            (Symbol::Known(value), Symbol::Field(field)) => self.looked_up(value, field, is_stored),
            (Symbol::Array(items), Symbol::Known(Value::Number(index))) => {
                let item = index.as_usize().and_then(|index| items.get(index));
                Ok(item.into_iter().flat_map(|item| one(item.clone())).collect())
            }
            (Symbol::Object(members), Symbol::Known(key)) => {
                let found = members.iter().find(|(other, _)| other == key);
                Ok(found.into_iter().flat_map(|(_, item)| one(item.clone())).collect())
            }
            (Symbol::Set(items), Symbol::Known(key)) => {
                let found = items.iter().find(|(_, item)| item == key);
                Ok(found.into_iter().map(|(guard, item)| (guard.clone(), Symbol::Known(item.clone()))).collect())
            }
            (Symbol::Above(_) | Symbol::Array(_), Symbol::Known(_)) | (Symbol::Count(_), _) => Ok(Choices::new()),
            _ => Err(self.unsupported("an unknown value is looked up by another one")),
        }
    }

    /// Looks an unknown key up in what is known: whatever stands there, where the key is one that leads to it.
    fn looked_up(&mut self, value: &Value, field: &Field, is_stored: bool) -> Result<Choices, Stop> {
        self.machine.fuel().step(length(value.len()))?;
        let mut keys: BTreeMap<Value, Vec<Value>> = BTreeMap::new();
        match value {
            Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| {
                keys.entry(item.clone()).or_default().push(Value::from(index));
            }),
            Value::Object(members) => members.iter().for_each(|(key, item)| {
                let keys = keys.entry(item.clone()).or_default();
                keys.push(key.clone());
                keys.extend(is_stored.then(|| whole_number(key)).flatten());
            }),
            Value::Set(items) => {
                let guard = self.kept(Form::one_of(field, items.iter().cloned().collect()))?;
                return Ok([(guard, Symbol::Field(field.clone()))].into());
            }
            _ => {}
        }
        let mut found = Choices::new();
        for (item, keys) in keys {
            found.push((self.kept(Form::one_of(field, keys))?, Symbol::Known(item)));
        }
        Ok(found)
    }

    fn object(&mut self, members: &'p [(Expr, Expr)], frame: &Frame) -> Result<Choices, Stop> {
        let exprs: Vec<&Expr> = members.iter().flat_map(|(key, value)| [key, value]).collect();
        let mut found = Choices::new();
        for (guard, row) in self.all(&exprs, frame)? {
            let mut made = Vec::new();
            for pair in row.chunks_exact(2) {
                match pair {
                    [Symbol::Known(key), value] => made.push((key.clone(), value.clone())),
                    _ => return Err(self.unsupported("a key builds on what is unknown")),
                }
            }
            self.choose(&mut found, &guard, &Form::Always, Symbol::object(made))?;
        }
        Ok(found)
    }

    fn comprehension(&mut self, comprehension: &'p Comprehension, frame: &Frame) -> Result<Choices, Stop> {
        let (item, is_set) = match &comprehension.collects {
            CollectsExpr::Set(item) => (item, true),
            CollectsExpr::Array(item) => (item, false),
            CollectsExpr::Object(..) => {
                return Err(self.unsupported("an object is collected that builds on what is unknown"));
            }
        };
        let mut found = Vec::new();
        self.enter()?;
        self.solve(&comprehension.steps, frame, &Form::Always, &mut |this, frame, guard| {
            for (condition, value) in this.eval(item, frame)? {
                let guard = this.both(guard, &condition)?;
                found.push((guard, value));
            }
            Ok(())
        })?;
        self.leave();
        if is_set {
            return self.collected(found).map(one);
        }
        let is_fixed = found.iter().all(|(guard, _)| *guard == Form::Always);
        let items: Vec<Symbol> = found.into_iter().map(|(_, item)| item).collect();
        Ok(one(if is_fixed { Symbol::array(items) } else { Symbol::Collection }))
    }

    /// Makes a set of items that each have a condition.
    pub(super) fn collected(&mut self, items: Vec<(Form, Symbol)>) -> Result<Symbol, Stop> {
        let mut set: BTreeMap<Value, Vec<Form>> = BTreeMap::new();
        for (guard, item) in items {
            match item {
                _ if guard.is_never() => {}
                Symbol::Known(item) => set.entry(item).or_default().push(guard),
                _ => return Ok(Symbol::Collection),
            }
        }
        let mut made = Vec::with_capacity(set.len());
        for (item, guards) in set {
            made.push((self.kept(Form::or(guards))?, item));
        }
        if made.iter().all(|(guard, _)| *guard == Form::Always) {
            return Ok(Symbol::Known(Value::set(made.into_iter().map(|(_, item)| item).collect())?));
        }
        Ok(Symbol::Set(made))
    }

    /// Tells whether an expression builds on what is unknown.
    fn is_open(&self, expr: &Expr, frame: &Frame) -> bool {
        let mut open = false;
        expr.each(&mut |expr| {
            open |= match expr {
                Expr::Local(var) => frame.get(*var).is_some_and(|value| !matches!(value, Symbol::Known(_))),
                Expr::Input(slot) => !matches!(self.slots.get(*slot), Some(Part::Known(_))),
                Expr::Rule(rules) | Expr::Lookup(rules, _) | Expr::Call(Callee::Function(rules), _) => {
                    self.open.get(*rules).copied().unwrap_or(true)
                }
                Expr::Extent(node, _) => super::rules::is_open_below(self.program, *node, &self.open),
                _ => false,
            };
        });
        open
    }
}

/// Makes a value that holds whatever the document is.
pub(super) fn one(value: Symbol) -> Choices {
    [(Form::Always, value)].into()
}

/// Makes the value of a field, where the document has it.
pub(super) fn of(field: Field) -> Choices {
    [(Form::is(&field, Test::Exists), Symbol::Field(field))].into()
}

fn stored(value: &Value, key: &Value, is_stored: bool) -> Option<Value> {
    match (value, key) {
        (Value::Object(members), Value::Number(number)) if is_stored && number.is_integer() => {
            members.get_text(&number.to_string()).cloned()
        }
        _ => value.get(key).cloned(),
    }
}

/// Returns the whole number that finds a key in data.
fn whole_number(key: &Value) -> Option<Value> {
    let Value::Text(text) = key else { return None };
    let number = Value::parse_exact(text).ok().flatten()?;
    match &number {
        Value::Number(found) if found.is_integer() && found.to_string() == text.as_str() => Some(number),
        _ => None,
    }
}
