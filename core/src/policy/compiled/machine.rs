//! Runs a program: walks steps, and goes back for the next solution where a step has several.
//!
//! Only a step with several solutions, a rule and a comprehension nest on the stack; `check` has bounded how deep they do.
//! What is done is counted by fuel, in an order that the policy and the request alone settle.

mod call;
mod collect;
mod eval;
mod object;
mod partial;
mod rules;
#[cfg(feature = "policy-explain")]
mod sight;
#[cfg(feature = "policy-explain")]
mod trace;
#[cfg(not(feature = "policy-explain"))]
mod untold;
mod world;

#[cfg(feature = "policy-explain")]
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::fuel::{Fault, Fuel, length};
use super::super::value::Value;
use super::program::{Expr, Op, Pattern, PlaceId, Program, RulesId, Step, Target, Var};
#[cfg(feature = "policy-explain")]
use super::tracer::Tracer;
#[cfg(feature = "policy-explain")]
pub(crate) use trace::Trace;
use world::{Slot, World};

/// How deep rules, functions and packages may nest, should nobody have checked before.
const MAX_DEPTH: u32 = 200;

/// Is a value, none, or what ended the evaluation.
pub(crate) type Outcome = Result<Option<Value>, Fault>;

/// Says whether further solutions are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    More,
    Stop,
}

/// Is called with each solution.
type Next<'a, 'p> = &'a mut dyn FnMut(&mut Machine<'p>) -> Result<Flow, Fault>;

/// Evaluates a program for one request.
pub(crate) struct Machine<'p> {
    program: &'p Program,
    fuel: Fuel,
    world: World,
    /// The variables of the rules that are under way, the innermost last.
    locals: Vec<Value>,
    /// Where the innermost rule's variables begin.
    base: usize,
    depth: u32,
    /// The places that were reached, if anybody wants to know.
    #[cfg(feature = "policy-test")]
    reached: Option<Vec<bool>>,
    /// What is told of the evaluation, if anybody wants to know.
    #[cfg(feature = "policy-explain")]
    tracer: Option<Box<Tracer<'p>>>,
    /// Whether a built-in that has no value ends the evaluation, as OPA can be asked to.
    #[cfg(feature = "policy-test")]
    is_strict: bool,
}

impl<'p> Machine<'p> {
    pub(crate) fn new(program: &'p Program, input: Option<Value>, fuel: Fuel) -> Self {
        let world = World::new(program, input);
        Self {
            program,
            fuel,
            world,
            locals: Vec::with_capacity(32),
            base: 0,
            depth: 0,
            #[cfg(feature = "policy-test")]
            reached: None,
            #[cfg(feature = "policy-explain")]
            tracer: None,
            #[cfg(feature = "policy-test")]
            is_strict: false,
        }
    }

    /// Lets a built-in that has no value end the evaluation.
    #[cfg(feature = "policy-test")]
    pub(crate) fn be_strict(&mut self) {
        self.is_strict = true;
    }

    /// Notes every place that is reached from here on.
    #[cfg(feature = "policy-test")]
    pub(crate) fn note_places(&mut self) {
        self.reached = Some(Vec::from_iter(self.program.places.iter().map(|_| false)));
    }

    /// Tells for each place whether it was reached.
    #[cfg(feature = "policy-test")]
    pub(crate) fn reached(&self) -> &[bool] {
        self.reached.as_deref().unwrap_or_default()
    }

    /// Evaluates the rules of a path.
    ///
    /// # Errors
    /// What ended the evaluation: no answer.
    pub(crate) fn evaluate(&mut self, rules: RulesId) -> Outcome {
        self.rule(rules)
    }

    fn run(&mut self, steps: &'p [Step], next: Next<'_, 'p>) -> Result<Flow, Fault> {
        let mut rest = steps;
        while let Some((step, behind)) = rest.split_first() {
            rest = behind;
            self.fuel.step(1)?;
            self.reach(step.place);
            let holds = match &step.op {
                Op::Match(value, pattern) => self.match_expr(value, pattern)?,
                Op::Test(value) => self.eval(value)?.is_some_and(|value| value != Value::Bool(false)),
                Op::Compare(infix, one, other) => self.compare(*infix, one, other)?,
                Op::Not(steps) => !self.has_solution(steps)?,
                Op::Every { domain, key, value, body } => self.every(domain, *key, *value, body)?,
                Op::Fail => false,
                Op::Scan { collection, key, value } => {
                    let collection = self.eval(collection)?;
                    self.trace_failed(step, behind);
                    return match collection {
                        Some(collection) => self.scan(&collection, (key, value), rest, next),
                        None => Ok(Flow::More),
                    };
                }
                Op::With(targets, steps) => {
                    self.trace_failed(step, behind);
                    return self.with(targets, steps, rest, next);
                }
            };
            if !holds {
                self.trace_failed(step, behind);
                return Ok(Flow::More);
            }
        }
        next(self)
    }

    fn has_solution(&mut self, steps: &'p [Step]) -> Result<bool, Fault> {
        Ok(self.run(steps, &mut |_| Ok(Flow::Stop))? == Flow::Stop)
    }

    /// Goes through a collection. What is none has no items.
    fn scan(
        &mut self,
        collection: &Value,
        patterns: (&'p Pattern, &'p Pattern),
        rest: &'p [Step],
        next: Next<'_, 'p>,
    ) -> Result<Flow, Fault> {
        let (key_pattern, value_pattern) = patterns;
        let mut visit = |machine: &mut Self, key: Option<&Value>, value: &Value| {
            machine.fuel.step(1)?;
            let matches = key.map_or(Ok(true), |key| machine.matches(key_pattern, key))?
                && machine.matches(value_pattern, value)?;
            if matches { machine.run(rest, next) } else { Ok(Flow::More) }
        };
        each(collection, matches!(key_pattern, Pattern::Any), &mut |key, value| visit(self, key, value))
    }

    fn every(&mut self, domain: &'p Expr, key: Var, value: Var, body: &'p [Step]) -> Result<bool, Fault> {
        let Some(domain) = self.eval(domain)? else { return Ok(false) };
        if !matches!(domain, Value::Array(_) | Value::Object(_) | Value::Set(_)) {
            return Ok(false);
        }
        let flow = each(&domain, false, &mut |item_key, item| {
            self.fuel.step(1)?;
            if let Some(item_key) = item_key {
                self.set_local(key, item_key.clone());
            }
            self.set_local(value, item.clone());
            Ok(if self.has_solution(body)? { Flow::More } else { Flow::Stop })
        });
        Ok(flow? == Flow::More)
    }

    /// Runs steps in another world and what stands behind them in this one.
    fn with(
        &mut self,
        targets: &'p [(Target, Expr)],
        steps: &'p [Step],
        rest: &'p [Step],
        next: Next<'_, 'p>,
    ) -> Result<Flow, Fault> {
        let mut replaced = Vec::with_capacity(targets.len());
        for (target, value) in targets {
            let Some(value) = self.eval(value)? else { return Ok(Flow::More) };
            replaced.push((target, value));
        }
        let mut other = self.world.replace(self.program, replaced)?;
        self.fuel.allocate(length(self.program.rules.len()).saturating_mul(16))?;
        self.trace_world(&mut other);
        core::mem::swap(&mut self.world, &mut other);
        let flow = self.run(steps, &mut |machine| {
            core::mem::swap(&mut machine.world, &mut other);
            let flow = machine.run(rest, next);
            core::mem::swap(&mut machine.world, &mut other);
            flow
        });
        core::mem::swap(&mut self.world, &mut other);
        flow
    }

    fn match_expr(&mut self, value: &'p Expr, pattern: &'p Pattern) -> Result<bool, Fault> {
        if let Pattern::Equal(other) = pattern {
            return self.compare(super::super::syntax::Infix::Equal, value, other);
        }
        match (self.eval(value)?, pattern) {
            (Some(value), Pattern::Bind(var)) => {
                self.set_local(*var, value);
                Ok(true)
            }
            (Some(value), pattern) => self.matches(pattern, &value),
            (None, _) => Ok(false),
        }
    }

    fn matches(&mut self, pattern: &'p Pattern, value: &Value) -> Result<bool, Fault> {
        match pattern {
            Pattern::Any => Ok(true),
            Pattern::Bind(var) => {
                self.set_local(*var, value.clone());
                Ok(true)
            }
            Pattern::Equal(expr) => {
                if let Some(weight) = self.peek(expr).map(|other| other.weight().min(value.weight())) {
                    self.fuel.read(weight)?;
                    return Ok(self.peek(expr) == Some(value));
                }
                let Some(other) = self.eval(expr)? else { return Ok(false) };
                self.fuel.compare(&other, value)?;
                Ok(other == *value)
            }
            Pattern::Array(patterns) => {
                let Value::Array(items) = value else { return Ok(false) };
                if items.len() != patterns.len() {
                    return Ok(false);
                }
                for (pattern, item) in patterns.iter().zip(items.iter()) {
                    if !self.matches(pattern, item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Pattern::Object(patterns) => self.matches_members(patterns, value),
        }
    }

    fn matches_members(&mut self, patterns: &'p [(Expr, Pattern)], value: &Value) -> Result<bool, Fault> {
        let Value::Object(members) = value else { return Ok(false) };
        if members.len() != patterns.len() {
            return Ok(false);
        }
        for (key, pattern) in patterns {
            let Some(key) = self.eval(key)? else { return Ok(false) };
            self.fuel.find(key.weight(), members.len())?;
            let Some(item) = members.get(&key) else { return Ok(false) };
            if !self.matches(pattern, item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    #[cfg(not(feature = "policy-test"))]
    #[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "only tests of policies ask")]
    const fn reach(&mut self, _: PlaceId) {}

    #[cfg(feature = "policy-test")]
    fn reach(&mut self, place: PlaceId) {
        if let Some(reached) = &mut self.reached
            && let Some(flag) = usize::try_from(place).ok().and_then(|place| reached.get_mut(place))
        {
            *flag = true;
        }
    }

    fn local(&self, var: Var) -> Option<&Value> {
        let offset = usize::try_from(var).ok()?;
        self.locals.get(self.base.saturating_add(offset))
    }

    fn set_local(&mut self, var: Var, value: Value) {
        let slot = usize::try_from(var).ok().map(|offset| self.base.saturating_add(offset));
        if let Some(slot) = slot.and_then(|slot| self.locals.get_mut(slot)) {
            *slot = value;
        }
    }

    /// Lends a value that is at hand.
    fn peek<'a>(&'a self, expr: &'a Expr) -> Option<&'a Value> {
        match expr {
            Expr::Const(value) => Some(value),
            Expr::Local(var) => self.local(*var),
            Expr::Input(slot) => match self.world.slots.get(*slot) {
                Some(Slot::Read(value)) => value.as_ref(),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Is called with a key, if it is wanted, and a value.
type Visit<'a> = dyn FnMut(Option<&Value>, &Value) -> Result<Flow, Fault> + 'a;

/// Visits the keys and values of a collection in OPA's order: a set's item is its own key.
fn each(collection: &Value, without_keys: bool, visit: &mut Visit<'_>) -> Result<Flow, Fault> {
    match collection {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let key = (!without_keys).then(|| Value::from(index));
                if visit(key.as_ref(), item)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        Value::Object(members) => {
            for (key, item) in members.iter() {
                if visit(Some(key), item)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        Value::Set(items) => {
            for item in items.iter() {
                if visit(Some(item), item)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        _ => {}
    }
    Ok(Flow::More)
}
