//! Evaluates a program of which a part of the input is unknown.
//!
//! An expression comes to [`Choices`]: values, each with the condition under which it is the one. Conditions of one
//! expression exclude each other; where none holds, it is undefined. Steps gather the condition of a solution. What builds on
//! nothing unknown is left to the machine.

mod call;
mod compare;
mod eval;
mod iterate;
mod rules;
mod symbol;

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use super::super::compiled::Machine;
use super::super::compiled::program::{Expr, Op, Pattern, PlaceId, Program, RulesId, Step};
use super::super::fuel::{Fault, length};
use super::super::syntax::{Infix, Place};
use super::super::value::Value;
use super::condition::Form;
use super::known::{Part, Question};
pub(crate) use symbol::Symbol;
use symbol::{Choices, Frame};

/// How deep rules and functions may nest here.
const MAX_DEPTH: u32 = 100;

/// Ends an evaluation.
#[derive(Debug)]
pub(crate) enum Stop {
    Fault(Fault),
    /// No condition says what the policy asks for.
    Unsupported(Cow<'static, str>, Option<Place>),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Is called with each solution: the variables and the condition.
type Next<'a, 'p> = &'a mut dyn FnMut(&mut Subject<'p>, &Frame, &Form) -> Result<(), Stop>;

/// Evaluates a program for a request that is partly known.
pub(crate) struct Subject<'p> {
    program: &'p Program,
    machine: Machine<'p>,
    question: &'p Question,
    /// What stands at each path that the program reads.
    slots: Vec<Part>,
    /// Which rules build on what is unknown.
    open: Vec<bool>,
    memo: Vec<Option<Choices>>,
    depth: u32,
    items: u32,
    place: PlaceId,
}

/// Returns the condition under which a rule's value admits a document, as `admits` says of each value.
///
/// # Errors
/// What ended the evaluation, or what no condition says.
pub(crate) fn decide<'p>(
    program: &'p Program,
    machine: Machine<'p>,
    question: &'p Question,
    rule: RulesId,
    admits: &dyn Fn(&Symbol) -> Option<Form>,
) -> Result<Form, Stop> {
    let slots: Vec<Part> = program.inputs.iter().map(|path| question.part(path)).collect();
    let open = rules::open(program, &slots);
    let memo = vec![None; program.rules.len()];
    let mut subject = Subject { program, machine, question, slots, open, memo, depth: 0, items: 0, place: 0 };
    let mut admitted = Vec::new();
    for (guard, value) in subject.rule(rule)? {
        match admits(&value) {
            Some(condition) => admitted.push(Form::both(&guard, &condition)),
            None => return Err(subject.unsupported("the answer's decision builds on what is unknown")),
        }
    }
    let form = subject.kept(Form::or(admitted))?;
    let mut is_plain = true;
    form.each(&mut |field, test| {
        let is_json = |value: &Value| value.to_json().is_some_and(|json| Value::from(&json) == *value);
        is_plain &= field.item.is_none() && field.is_nameable() && test.values().iter().all(is_json);
    });
    match is_plain {
        true => Ok(form),
        false => Err(subject.unsupported("a field's name, an item or a value has no form in a condition")),
    }
}

impl<'p> Subject<'p> {
    /// Finds the solutions of steps.
    fn solve(&mut self, steps: &'p [Step], frame: &Frame, guard: &Form, next: Next<'_, 'p>) -> Result<(), Stop> {
        let mut frame = frame.clone();
        let mut guard = guard.clone();
        let mut rest = steps;
        while let Some((step, behind)) = rest.split_first() {
            rest = behind;
            self.machine.fuel().step(1)?;
            self.place = step.place;
            let holds = match &step.op {
                Op::Test(value) => self.truth(value, &frame)?,
                Op::Compare(infix, one, other) => self.compared(*infix, one, other, &frame)?,
                Op::Not(steps) => self.has_solution(steps, &frame)?.not(),
                Op::Every { domain, key, value, body } => self.every(domain, (*key, *value), body, &frame)?,
                Op::Fail => Form::Never,
                Op::Match(value, Pattern::Equal(other)) => self.compared(Infix::Equal, value, other, &frame)?,
                Op::Match(value, pattern) => {
                    let mut choices = self.matched(value, pattern, &frame)?;
                    if choices.len() > 1 {
                        return self.branch(choices, rest, &guard, next);
                    }
                    let Some((holds, bound)) = choices.pop() else { return Ok(()) };
                    frame = bound;
                    holds
                }
                Op::Scan { collection, key, value } => {
                    return self.scan(collection, (key, value), rest, (&frame, &guard), next);
                }
                Op::With(..) => return Err(self.unsupported("`with` stands around what is unknown")),
            };
            guard = self.both(&guard, &holds)?;
            if guard.is_never() {
                return Ok(());
            }
        }
        next(self, &frame, &guard)
    }

    fn branch(
        &mut self,
        choices: Vec<(Form, Frame)>,
        rest: &'p [Step],
        guard: &Form,
        next: Next<'_, 'p>,
    ) -> Result<(), Stop> {
        for (holds, frame) in choices {
            let guard = self.both(guard, &holds)?;
            if !guard.is_never() {
                self.enter()?;
                self.solve(rest, &frame, &guard, next)?;
                self.leave();
            }
        }
        Ok(())
    }

    /// Returns the condition under which steps have a solution.
    fn has_solution(&mut self, steps: &'p [Step], frame: &Frame) -> Result<Form, Stop> {
        let mut found = Vec::new();
        self.enter()?;
        self.solve(steps, frame, &Form::Always, &mut |_, _, guard| {
            found.push(guard.clone());
            Ok(())
        })?;
        self.leave();
        self.kept(Form::or(found))
    }

    /// Returns the condition under which a value is there and not `false`.
    fn truth(&mut self, value: &'p Expr, frame: &Frame) -> Result<Form, Stop> {
        let mut found = Vec::new();
        for (guard, value) in self.eval(value, frame)? {
            let is_false = match value {
                Symbol::Known(value) => {
                    if value == Value::Bool(false) {
                        Form::Always
                    } else {
                        Form::Never
                    }
                }
                Symbol::Field(field) => Form::equals(&field, Value::Bool(false)),
                _ => Form::Never,
            };
            found.push(self.both(&guard, &is_false.not())?);
        }
        self.kept(Form::or(found))
    }

    /// Matches a value with a pattern that may give variables their values.
    fn matched(&mut self, value: &'p Expr, pattern: &'p Pattern, frame: &Frame) -> Result<Vec<(Form, Frame)>, Stop> {
        let mut found = Vec::new();
        for (guard, value) in self.eval(value, frame)? {
            let mut frame = frame.clone();
            let holds = self.pattern(pattern, &value, &mut frame)?;
            let holds = self.both(&guard, &holds)?;
            if !holds.is_never() {
                found.push((holds, frame));
            }
        }
        Ok(found)
    }

    fn pattern(&mut self, pattern: &'p Pattern, value: &Symbol, frame: &mut Frame) -> Result<Form, Stop> {
        match pattern {
            Pattern::Any => Ok(Form::Always),
            Pattern::Bind(var) => {
                frame.set(*var, value.clone());
                Ok(Form::Always)
            }
            Pattern::Equal(expr) => {
                let mut found = Vec::new();
                for (guard, other) in self.eval(expr, frame)? {
                    let equal = self.equal(value, &other)?;
                    found.push(self.both(&guard, &equal)?);
                }
                self.kept(Form::or(found))
            }
            Pattern::Array(patterns) => {
                let Some(items) = value.items() else { return self.no_collection(value) };
                if items.len() != patterns.len() {
                    return Ok(Form::Never);
                }
                let mut all = Vec::new();
                for (pattern, item) in patterns.iter().zip(&items) {
                    all.push(self.pattern(pattern, item, frame)?);
                }
                self.kept(Form::and(all))
            }
            Pattern::Object(patterns) => {
                let Some(members) = value.members() else { return self.no_collection(value) };
                if members.len() != patterns.len() {
                    return Ok(Form::Never);
                }
                let mut all = Vec::new();
                for (key, pattern) in patterns {
                    let Some(key) = self.known(key, frame)? else { return Ok(Form::Never) };
                    let Some((_, item)) = members.iter().find(|(other, _)| *other == key) else {
                        return Ok(Form::Never);
                    };
                    all.push(self.pattern(pattern, item, frame)?);
                }
                self.kept(Form::and(all))
            }
        }
    }

    /// What is known and no such collection does not match.
    fn no_collection(&self, value: &Symbol) -> Result<Form, Stop> {
        match value {
            Symbol::Known(_) | Symbol::Array(_) | Symbol::Object(_) | Symbol::Set(_) | Symbol::Count(_) => {
                Ok(Form::Never)
            }
            _ => Err(self.unsupported("the form of an unknown value is asked for")),
        }
    }

    fn both(&mut self, one: &Form, other: &Form) -> Result<Form, Stop> {
        if matches!((one, other), (Form::Always, _) | (_, Form::Always)) {
            return Ok(Form::both(one, other));
        }
        self.pay(&[one.parts(), other.parts()])?;
        self.kept(Form::both(one, other))
    }

    /// Takes the steps that putting conditions of so many parts together costs.
    fn pay(&mut self, parts: &[usize]) -> Result<(), Stop> {
        let all = length(parts.iter().copied().fold(0, usize::saturating_add));
        Ok(self.machine.fuel().step(all.saturating_mul(all) / 16)?)
    }

    fn kept(&mut self, form: Form) -> Result<Form, Stop> {
        self.machine.fuel().step(length(form.parts()))?;
        if form.is_small() { Ok(form) } else { Err(self.unsupported("the condition would be too large")) }
    }

    fn unsupported(&self, reason: &'static str) -> Stop {
        let place = usize::try_from(self.place).ok().and_then(|place| self.program.places.get(place));
        Stop::Unsupported(Cow::Borrowed(reason), place.cloned())
    }

    fn enter(&mut self) -> Result<(), Stop> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH { Err(self.unsupported("what builds on the unknown nests too deep")) } else { Ok(()) }
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
