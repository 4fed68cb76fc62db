//! `sprintf`, with the verbs and flags of Go, and `format_int`.

mod argument;

use alloc::string::String;
use alloc::vec::Vec;

use num_bigint::BigInt;

use super::text::work;
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::Value;
use argument::Argument;

/// The largest width, precision or index, as in Go.
const MAX_SIZE: usize = 1_000_000;

pub(super) fn format_int(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Number(number), Value::Number(base)] = args else { return Ok(None) };
    let base = match base.as_i64() {
        Some(2) => 2,
        Some(8) => 8,
        Some(10) => 10,
        Some(16) => 16,
        _ => return Ok(None),
    };
    fuel.step(number.weight())?;
    work(fuel, number.weight().saturating_mul(8).saturating_add(64))?;
    let integer: BigInt = number.truncate()?.to_integer().unwrap_or_default();
    done(Value::text(integer.to_str_radix(base)))
}

pub(super) fn sprintf(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(format), values @ Value::Array(items)] = args else { return Ok(None) };
    // Converted, a value is about as long as it weighs; digits are escaped to no more than six times.
    work(fuel, values.weight().saturating_mul(6).saturating_add(length(format.len())))?;
    let arguments = items.iter().map(Argument::of).collect();
    let mut printer = Printer { rest: format, out: String::new(), arguments, next: 0, is_indexed: false, fuel };
    printer.run()?;
    done(Value::text(printer.out))
}

/// Says how an argument is written.
#[derive(Default, Clone, Copy)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

struct Printer<'a> {
    rest: &'a str,
    out: String,
    arguments: Vec<Argument>,
    next: usize,
    is_indexed: bool,
    fuel: &'a mut Fuel,
}

impl Printer<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        while let Some((plain, rest)) = self.rest.split_once('%') {
            self.out.push_str(plain);
            self.rest = rest;
            self.verb()?;
        }
        self.out.push_str(self.rest);
        self.extra()
    }

    fn verb(&mut self) -> Result<(), Fault> {
        let mut flags = self.flags();
        let mut is_good = self.index();
        if self.skip('*') {
            flags.width = self.star(&mut flags.minus, "%!(BADWIDTH)");
        } else {
            flags.width = self.size();
        }
        if self.skip('.') {
            is_good &= self.index();
            flags.precision =
                if self.skip('*') { self.star(&mut false, "%!(BADPREC)") } else { Some(self.size().unwrap_or(0)) };
        }
        is_good &= self.index();
        let mut characters = self.rest.chars();
        let Some(verb) = characters.next() else {
            self.out.push_str("%!(NOVERB)");
            return Ok(());
        };
        self.rest = characters.as_str();
        let argument = self.arguments.get(self.next);
        match (verb, is_good, argument) {
            ('%', ..) => self.out.push('%'),
            (_, false, _) => self.bad(verb, "BADINDEX"),
            (_, true, None) => self.bad(verb, "MISSING"),
            (_, true, Some(argument)) => {
                let size = flags.width.unwrap_or(0).saturating_add(flags.precision.unwrap_or(0));
                // What Go writes into a field of a million bytes is paid for byte by byte, before it is made.
                self.fuel.allocate(length(size).saturating_mul(4))?;
                self.fuel.read(argument.weight().saturating_add(length(size)))?;
                self.fuel.allocate(argument.weight())?;
                argument.write(verb, &flags, &mut self.out);
                self.next = self.next.saturating_add(1);
            }
        }
        Ok(())
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.rest.chars().next() {
                Some('+') => flags.plus = true,
                Some('-') => flags.minus = true,
                Some('#') => flags.sharp = true,
                Some(' ') => flags.space = true,
                Some('0') => flags.zero = true,
                _ => return flags,
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }

    /// Reads `[n]`, which names the next argument, and tells whether it does.
    fn index(&mut self) -> bool {
        let Some((index, rest)) = self.rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            return !self.rest.starts_with('[');
        };
        self.rest = rest;
        self.is_indexed = true;
        let is_digits = index.bytes().all(|byte| byte.is_ascii_digit());
        let place: Option<usize> = index.parse().ok().filter(|_| is_digits);
        match place.and_then(|place| place.checked_sub(1)).filter(|place| *place < self.arguments.len()) {
            Some(place) => {
                self.next = place;
                true
            }
            None => false,
        }
    }

    /// Takes a width or a precision from the arguments.
    fn star(&mut self, is_left: &mut bool, otherwise: &str) -> Option<usize> {
        let size = match self.arguments.get(self.next) {
            Some(Argument::Integer(size)) => Some(*size),
            _ => None,
        };
        self.next = self.next.saturating_add(1);
        let magnitude =
            size.and_then(|size| usize::try_from(size.unsigned_abs()).ok()).filter(|size| *size <= MAX_SIZE);
        let is_negative = size.is_some_and(|size| size < 0);
        if magnitude.is_none() || is_negative && otherwise.contains("PREC") {
            self.out.push_str(otherwise);
            return None;
        }
        *is_left |= is_negative;
        magnitude
    }

    fn size(&mut self) -> Option<usize> {
        let end = self.rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        let size = digits.parse().ok().filter(|size| *size <= MAX_SIZE);
        if size.is_some() {
            self.rest = rest;
        }
        size
    }

    fn skip(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn bad(&mut self, verb: char, reason: &str) {
        self.out.push_str("%!");
        self.out.push(verb);
        self.out.push('(');
        self.out.push_str(reason);
        self.out.push(')');
    }

    /// Names the arguments that no verb took.
    fn extra(&mut self) -> Result<(), Fault> {
        let rest = self.arguments.get(self.next..).unwrap_or_default();
        if self.is_indexed || rest.is_empty() {
            return Ok(());
        }
        self.out.push_str("%!(EXTRA ");
        for (index, argument) in rest.iter().enumerate() {
            self.fuel.allocate(argument.weight().saturating_add(16))?;
            if index > 0 {
                self.out.push_str(", ");
            }
            self.out.push_str(argument.type_name());
            self.out.push('=');
            argument.write('v', &Flags::default(), &mut self.out);
        }
        self.out.push(')');
        Ok(())
    }
}
