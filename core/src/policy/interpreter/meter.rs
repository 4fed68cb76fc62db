//! Counts what an evaluation does, without a clock, and ends it when it does too much.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::num::NonZeroU32;
use core::time::Duration;
use std::sync::OnceLock;

use regorus::unstable::{BUILTINS, BuiltinFcn, Expr, Parser, Ref, Span};
use regorus::utils::limits::{ExecutionTimerConfig, TimeSource, set_time_source};
use regorus::{Engine, Source, Value};

use crate::error::Error;
use crate::policy::limits::Limits;

use super::metered::{self, Builtin, Cost};

/// How many steps the interpreter takes between two looks at the meter.
const KILOSTEP: NonZeroU32 = NonZeroU32::new(1000).unwrap();

/// What a value costs beyond its text.
const VALUE_SIZE: usize = 16;

/// The most characters of a text that becomes a number; longer ones stand for numbers that fill the memory.
const MAX_NUMBER_SIZE: usize = 24;

/// The most digits of a width or precision in a format.
const MAX_WIDTH_SIZE: u32 = 2;

std::thread_local! {
    static KILOSTEPS: Cell<u64> = const { Cell::new(0) };
    static BYTES_LEFT: Cell<usize> = const { Cell::new(0) };
    static EXCEEDED: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Makes the interpreter's execution timer count steps: it asks for the time once in a thousand of them, and each asking
/// is a millisecond.
struct StepClock;

impl TimeSource for StepClock {
    fn now(&self) -> Option<Duration> {
        let count = KILOSTEPS.get().saturating_add(1);
        KILOSTEPS.set(count);
        Some(Duration::from_millis(count))
    }
}

/// Puts the meter into an engine: its timer, and every built-in that could do much in one step.
pub(super) fn install(engine: &mut Engine, limits: &Limits) -> Result<(), Error> {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let unusable = |reason: &str| Error::PolicyInvalid { reason: reason.to_owned() };
    if !INSTALLED.get_or_init(|| set_time_source(&StepClock).is_ok()) {
        return Err(unusable("another part of this process has taken over what counts its steps"));
    }
    let limit = Duration::from_millis(limits.kilosteps.into());
    engine.set_execution_timer_config(ExecutionTimerConfig { limit, check_interval: KILOSTEP });
    for builtin in metered::BUILTINS.iter().filter(|builtin| builtin.cost != Cost::Free) {
        let missing = || unusable("a built-in is missing from the interpreter");
        let function = *BUILTINS.get(builtin.name).ok_or_else(missing)?;
        let (span, params) = no_place(builtin.arity).ok_or_else(missing)?;
        let arity = u8::try_from(builtin.arity).map_err(|_| missing())?;
        let metered = move |args: Vec<Value>| Ok(call(builtin, function, &span, &params, &args));
        engine.add_extension(builtin.name.to_owned(), arity, Box::new(metered)).map_err(|_| missing())?;
    }
    Ok(())
}

/// Refills the meter for one evaluation.
pub(super) fn start(limits: &Limits) -> Metered {
    BYTES_LEFT.set(limits.builtin_bytes);
    EXCEEDED.set(None);
    Metered { most: u64::try_from(limits.builtin_bytes).unwrap_or(u64::MAX) }
}

/// Is an evaluation under way.
#[must_use]
pub(super) struct Metered {
    most: u64,
}

impl Metered {
    /// Tells whether the evaluation stayed within its bytes, whatever the interpreter made of it.
    pub(super) fn finish(self) -> Result<(), Error> {
        match EXCEEDED.get() {
            Some(limit) => Err(Error::PolicyLimit { limit, most: self.most }),
            None => Ok(()),
        }
    }
}

/// Tells whether a value with all it holds has at most `most` bytes, shared parts counted each time.
pub(super) fn fits(value: &Value, most: usize) -> bool {
    let mut left = most;
    take(value, &mut left)
}

/// Calls a built-in if the meter allows it. As in OPA, a call that fails is undefined.
fn call(builtin: &Builtin, function: BuiltinFcn, span: &Span, params: &[Ref<Expr>], args: &[Value]) -> Value {
    let mut left = BYTES_LEFT.get();
    if EXCEEDED.get().is_some() || !charge(builtin.cost, args, &mut left) {
        EXCEEDED.set(Some("builtin_bytes"));
        return Value::Undefined;
    }
    BYTES_LEFT.set(left);
    if !is_safe(builtin.cost, args) {
        return Value::Undefined;
    }
    function.0(span, params, args, false).unwrap_or(Value::Undefined)
}

fn charge(cost: Cost, args: &[Value], left: &mut usize) -> bool {
    let amount = match (cost, args) {
        (Cost::Free, _) => 0,
        (Cost::Shallow | Cost::Digits, _) => args.iter().map(size).fold(0, usize::saturating_add),
        (Cost::Product, _) => args.iter().map(size).fold(1, usize::saturating_mul),
        (Cost::Deep | Cost::Format, _) => return args.iter().all(|arg| take(arg, left)),
        (Cost::Join, [separator, texts]) => {
            if !take(texts, left) {
                return false;
            }
            count(texts).saturating_mul(size(separator))
        }
        (Cost::Replace, [Value::String(text), Value::String(old), Value::String(new)]) => {
            let found = if old.is_empty() { text.len().saturating_add(1) } else { text.matches(&**old).count() };
            text.len().saturating_add(found.saturating_mul(new.len()))
        }
        (Cost::Range, [first, last]) => match (first.as_i64(), last.as_i64()) {
            (Ok(first), Ok(last)) => {
                usize::try_from(first.abs_diff(last)).unwrap_or(usize::MAX).saturating_mul(VALUE_SIZE)
            }
            _ => 0,
        },
        (Cost::Join | Cost::Replace | Cost::Range, _) => 0,
    };
    match left.checked_sub(amount) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    }
}

/// Tells whether a built-in that panics on some arguments may have these.
fn is_safe(cost: Cost, args: &[Value]) -> bool {
    match (cost, args) {
        (Cost::Digits, [Value::String(text)]) => text.len() <= MAX_NUMBER_SIZE && !has_long_exponent(text),
        (Cost::Format, [Value::String(format), _]) => has_short_widths(format),
        (Cost::Range, [first, last]) => first.as_i64().is_ok() && last.as_i64().is_ok(),
        _ => true,
    }
}

fn has_long_exponent(text: &str) -> bool {
    text.split(['e', 'E']).nth(1).is_some_and(|exponent| exponent.trim_start_matches(['+', '-']).len() > 3)
}

fn has_short_widths(format: &str) -> bool {
    let mut digits: Option<u32> = None;
    for character in format.chars() {
        digits = match (character, digits) {
            ('%', None) => Some(0),
            ('.', Some(0)) => Some(0),
            (digit, Some(count)) if digit.is_ascii_digit() && count < MAX_WIDTH_SIZE => Some(count.saturating_add(1)),
            (numeric, Some(_)) if numeric.is_numeric() => return false,
            _ => None,
        };
    }
    true
}

/// Takes the size of a value with all it holds. It stops when nothing is left, as shared parts count each time.
fn take(value: &Value, left: &mut usize) -> bool {
    match left.checked_sub(size(value)) {
        Some(rest) => *left = rest,
        None => return false,
    }
    match value {
        Value::Array(items) => items.iter().all(|item| take(item, left)),
        Value::Set(items) => items.iter().all(|item| take(item, left)),
        Value::Object(members) => members.iter().all(|(key, item)| take(key, left) && take(item, left)),
        _ => true,
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len().saturating_add(VALUE_SIZE),
        _ => count(value).saturating_add(1).saturating_mul(VALUE_SIZE),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Set(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

/// Makes what a built-in wants for its error texts, which nobody reads.
fn no_place(arity: usize) -> Option<(Span, Vec<Ref<Expr>>)> {
    let source = Source::from_contents("built-in".to_owned(), "null".to_owned()).ok()?;
    let mut parser = Parser::new(&source).ok()?;
    let expression = Ref::new(parser.parse_expr().ok()?);
    Some((expression.span().clone(), vec![expression; arity]))
}
