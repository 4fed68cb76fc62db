//! Goes through collections.

use alloc::vec::Vec;

use super::super::super::compiled::program::{Expr, Pattern, Step};
use super::super::super::fuel::length;
use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::symbol::Symbol;
use super::{Frame, Next, Stop, Subject};

/// Holds an item of a collection: when it is there, its key, itself.
type Entry = (Form, Value, Symbol);

impl<'p> Subject<'p> {
    pub(super) fn scan(
        &mut self,
        collection: &'p Expr,
        patterns: (&'p Pattern, &'p Pattern),
        rest: &'p [Step],
        start: (&Frame, &Form),
        next: Next<'_, 'p>,
    ) -> Result<(), Stop> {
        let (frame, guard) = start;
        for (condition, collection) in self.eval(collection, frame)? {
            let guard = self.both(guard, &condition)?;
            if guard.is_never() {
                continue;
            }
            if let Symbol::Field(field) = &collection {
                self.unknown_list(field, patterns, rest, (frame, &guard), next)?;
                continue;
            }
            for (condition, key, item) in self.entries(&collection)? {
                self.machine.fuel().step(1)?;
                let mut frame = frame.clone();
                let mut holds = self.both(&guard, &condition)?;
                for (pattern, value) in [(patterns.0, &Symbol::Known(key)), (patterns.1, &item)] {
                    if !holds.is_never() {
                        let matches = self.pattern(pattern, value, &mut frame)?;
                        holds = self.both(&holds, &matches)?;
                    }
                }
                self.branch([(holds, frame)].into(), rest, &Form::Always, next)?;
            }
        }
        Ok(())
    }

    pub(super) fn every(
        &mut self,
        domain: &'p Expr,
        vars: (u32, u32),
        body: &'p [Step],
        frame: &Frame,
    ) -> Result<Form, Stop> {
        let mut found = Vec::new();
        for (guard, domain) in self.eval(domain, frame)? {
            if matches!(domain, Symbol::Field(_)) {
                return Err(self.unsupported("`every` goes through an unknown list"));
            }
            let is_collection = !matches!(
                &domain,
                Symbol::Known(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_)) | Symbol::Count(_)
            );
            let mut all = guard;
            for (condition, key, item) in if is_collection { self.entries(&domain)? } else { Vec::new() } {
                let mut frame = frame.clone();
                frame.set(vars.0, Symbol::Known(key));
                frame.set(vars.1, item);
                let holds = self.has_solution(body, &frame)?;
                self.pay(&[holds.parts(), condition.parts()])?;
                all = self.both(&all, &Form::or([condition.not(), holds].into()))?;
                if all.is_never() {
                    break;
                }
            }
            found.push(if is_collection { all } else { Form::Never });
        }
        self.kept(Form::or(found))
    }

    fn entries(&mut self, collection: &Symbol) -> Result<Vec<Entry>, Stop> {
        let entries: Vec<Entry> = if let Some(items) = collection.items() {
            items.into_iter().enumerate().map(|(index, item)| (Form::Always, Value::from(index), item)).collect()
        } else if let Some(members) = collection.members() {
            members.into_iter().map(|(key, item)| (Form::Always, key, item)).collect()
        } else if let Some(items) = collection.set() {
            items.into_iter().map(|(guard, item)| (guard, item.clone(), Symbol::Known(item))).collect()
        } else {
            match collection {
                Symbol::Known(_) | Symbol::Count(_) => Vec::new(),
                _ => return Err(self.unsupported("an unknown collection is gone through")),
            }
        };
        self.machine.fuel().step(length(entries.len()))?;
        Ok(entries)
    }

    /// Goes through an unknown list, where that asks for nothing but one item that equals something known.
    fn unknown_list(
        &mut self,
        field: &Field,
        patterns: (&'p Pattern, &'p Pattern),
        rest: &'p [Step],
        start: (&Frame, &Form),
        next: Next<'_, 'p>,
    ) -> Result<(), Stop> {
        let (frame, guard) = start;
        if !matches!(patterns.0, Pattern::Any) || field.item.is_some() {
            return Err(self.unsupported("an unknown list is gone through with its keys"));
        }
        let id = self.items;
        self.items = id.saturating_add(1);
        let item = Field { path: field.path.clone(), item: Some(id) };
        let mut inner = frame.clone();
        let holds = self.pattern(patterns.1, &Symbol::Field(item.clone()), &mut inner)?;
        self.enter()?;
        self.solve(rest, &inner, &holds, &mut |this, frame, found| {
            let found = this.without_item(field, &item, found)?;
            let all = this.both(guard, &found)?;
            if all.is_never() { Ok(()) } else { next(this, frame, &all) }
        })?;
        self.leave();
        Ok(())
    }

    /// Turns what is asked of an item into what is asked of the list.
    fn without_item(&mut self, field: &Field, item: &Field, found: &Form) -> Result<Form, Stop> {
        let mut asked = 0_usize;
        let mut all = Vec::new();
        for part in found.conjuncts() {
            let mut mentions = false;
            part.each(&mut |other, _| mentions |= other == item);
            match part {
                part if !mentions => all.push(part.clone()),
                Form::Is(_, Test::In(values)) => {
                    asked = asked.saturating_add(1);
                    let has = values.iter().map(|value| Form::is(field, Test::Has(value.clone())));
                    all.push(Form::or(has.collect()));
                }
                _ => return Err(self.unsupported("an unknown list is asked for more than an item of one value")),
            }
        }
        if asked != 1 && !found.is_never() {
            return Err(self.unsupported("an unknown list is asked for more than an item of one value"));
        }
        self.kept(Form::and(all))
    }
}
