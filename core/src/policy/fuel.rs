//! What an evaluation may still do, counted without a clock. `spec/policy.md`, "Fuel".

use super::value::Value;

/// How many bytes of values are read or compared in the time of one step.
const BYTES_PER_STEP: u64 = 64;

/// Ends an evaluation. None of these is an answer: each denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Something grew beyond the limit of this name.
    Limit(&'static str),
    /// Something has two values; the text says what.
    Conflict(&'static str),
}

/// Holds the steps and bytes that are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fuel {
    steps: u64,
    bytes: u64,
}

impl Fuel {
    /// Starts with so many steps and so many bytes to allocate.
    pub(crate) const fn new(steps: u64, bytes: u64) -> Self {
        Self { steps, bytes }
    }

    /// Takes steps.
    pub(crate) fn step(&mut self, count: u64) -> Result<(), Fault> {
        take(&mut self.steps, count, Fault::Limit("steps"))
    }

    /// Takes bytes, before they are allocated.
    pub(crate) fn allocate(&mut self, bytes: u64) -> Result<(), Fault> {
        take(&mut self.bytes, bytes, Fault::Limit("bytes"))
    }

    /// Takes the steps of reading so many bytes once: one for the first [`BYTES_PER_STEP`], and so on.
    pub(crate) fn read(&mut self, bytes: u64) -> Result<(), Fault> {
        self.step(bytes / BYTES_PER_STEP)
    }

    /// Takes the steps of comparing two values. Parts that are shared are compared each time, and cost each time.
    pub(crate) fn compare(&mut self, one: &Value, other: &Value) -> Result<(), Fault> {
        self.read(one.weight().min(other.weight()))
    }

    /// Takes the steps of looking for a value of that weight among `count` in order.
    pub(crate) fn find(&mut self, weight: u64, count: usize) -> Result<(), Fault> {
        self.read(weight.saturating_mul(rounds(count)))
    }

    /// Takes the steps of putting `count` values in order that weigh `weight` together.
    pub(crate) fn sort(&mut self, count: usize, weight: u64) -> Result<(), Fault> {
        self.step(length(count))?;
        self.read(weight.saturating_mul(rounds(count)))
    }

    /// Returns the steps that are left.
    #[cfg(any(test, fuzzing, feature = "policy-test"))]
    pub(crate) const fn steps_left(&self) -> u64 {
        self.steps
    }

    /// Returns the bytes that are left.
    #[cfg(any(test, fuzzing, feature = "policy-test"))]
    pub(crate) const fn bytes_left(&self) -> u64 {
        self.bytes
    }
}

/// Returns how often halving leaves something of so many.
fn rounds(count: usize) -> u64 {
    u64::from(count.max(1).ilog2()).saturating_add(1)
}

/// Counts in what fuel is counted in.
pub(crate) fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// What does not suffice is gone: nothing cheaper runs afterwards.
fn take(left: &mut u64, amount: u64, fault: Fault) -> Result<(), Fault> {
    let rest = left.checked_sub(amount);
    *left = rest.unwrap_or(0);
    rest.map(|_| ()).ok_or(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_suffice_is_gone() {
        let mut fuel = Fuel::new(10, 20);
        assert_eq!((fuel.step(4), fuel.allocate(20)), (Ok(()), Ok(())));
        assert_eq!((fuel.steps_left(), fuel.bytes_left()), (6, 0));
        assert_eq!((fuel.step(u64::MAX), fuel.allocate(1)), (Err(Fault::Limit("steps")), Err(Fault::Limit("bytes"))));
        assert_eq!((fuel.step(1), fuel.step(0)), (Err(Fault::Limit("steps")), Ok(())));
    }
}
