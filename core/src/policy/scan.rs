//! Bounds what a parser will do with a module, in one linear pass over its text, before a parser sees it.
//!
//! Parsers of Rego by descent read what stands behind `[` and `{` twice, to tell collections from comprehensions, so that
//! their work doubles with every level; and they, like every evaluator, recurse as deep as expressions nest.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::iter::Peekable;
use core::str::Chars;

use super::limits::Limits;
use crate::error::Error;

/// The most characters of one number, and the most digits of its exponent.
const MAX_NUMBER_SIZE: usize = 24;
const MAX_EXPONENT_SIZE: usize = 3;

/// Words that end an expression when they do not stand behind a dot. `contains` is missing: it may be a name.
const KEYWORDS: &[&str] = &["as", "default", "else", "every", "if", "import", "not", "package", "some", "with"];

/// Scans a module and returns its parse work: the sum over its tokens of two to the number of open `[` and `{`.
///
/// # Errors
/// `policy_limit` for brackets or expressions that nest too deep; `policy_syntax` for a control character or a number
/// that is too long.
pub(crate) fn scan(file: &str, text: &str, limits: &Limits) -> Result<u64, Error> {
    let mut scan = Scan {
        file,
        limits,
        chars: text.chars().peekable(),
        row: 1,
        column: 0,
        levels: vec![Level::default()],
        last: Last::Start,
        work: 0,
    };
    scan.run()?;
    Ok(scan.work)
}

struct Scan<'a> {
    file: &'a str,
    limits: &'a Limits,
    chars: Peekable<Chars<'a>>,
    row: u32,
    column: u32,
    levels: Vec<Level>,
    last: Last,
    work: u64,
}

/// Counts what one bracket, or the module itself, holds.
#[derive(Default)]
struct Level {
    doubles: bool,
    /// Depth of the expression that is being read.
    depth: u32,
    /// The deepest expression that was read.
    deepest: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Start,
    Operand,
    Operator,
    /// `<`, `>`, `=`, `!`, `:`, which join into one operator.
    Comparison,
    Dot,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), Error> {
        while let Some(character) = self.next() {
            match character {
                ' ' | '\t' | '\r' | '\n' => continue,
                '#' => self.comment()?,
                '"' => self.string()?,
                '`' => self.raw_string()?,
                '[' | '{' | '(' => self.open(character)?,
                ']' | '}' | ')' => self.close()?,
                ',' | ';' => self.separate(Last::Start),
                '<' | '>' | '=' | '!' | ':' => self.comparison()?,
                '.' => self.operator(Last::Dot)?,
                first if first.is_ascii_alphabetic() || first == '_' => self.word(first)?,
                first if first.is_ascii_digit() => self.number()?,
                control if control.is_control() => return Err(self.syntax("unexpected control character")),
                _ => self.operator(Last::Operator)?,
            }
            self.charge();
        }
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let character = self.chars.next()?;
        if character == '\n' {
            self.row = self.row.saturating_add(1);
            self.column = 0;
        } else {
            self.column = self.column.saturating_add(1);
        }
        Some(character)
    }

    fn comment(&mut self) -> Result<(), Error> {
        while let Some(character) = self.chars.peek() {
            match character {
                '\n' => break,
                '\0' => return Err(self.syntax("unexpected control character")),
                _ => self.next(),
            };
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), Error> {
        while let Some(character) = self.next() {
            match character {
                '"' => return self.operand(),
                '\\' => {
                    self.next();
                }
                '\0' => return Err(self.syntax("unexpected control character")),
                _ => {}
            }
        }
        Err(self.syntax("the text is not closed"))
    }

    fn raw_string(&mut self) -> Result<(), Error> {
        while let Some(character) = self.next() {
            match character {
                '`' => return self.operand(),
                '\0' => return Err(self.syntax("unexpected control character")),
                _ => {}
            }
        }
        Err(self.syntax("the text is not closed"))
    }

    fn word(&mut self, first: char) -> Result<(), Error> {
        let mut word = String::from(first);
        while let Some(character) = self.chars.next_if(|next| next.is_ascii_alphanumeric() || *next == '_') {
            self.column = self.column.saturating_add(1);
            word.push(character);
        }
        match word.as_str() {
            _ if self.last == Last::Dot => self.operand(),
            "in" => self.operator(Last::Operator),
            keyword if KEYWORDS.contains(&keyword) => {
                self.separate(Last::Start);
                Ok(())
            }
            _ => self.operand(),
        }
    }

    /// A number of a few characters may stand for one that fills the memory.
    fn number(&mut self) -> Result<(), Error> {
        let mut size: usize = 1;
        let mut exponent = None;
        while let Some(next) = self.chars.next_if(|next| {
            next.is_ascii_alphanumeric()
                || matches!(next, '.' | '_')
                || (matches!(next, '+' | '-') && exponent == Some(0))
        }) {
            self.column = self.column.saturating_add(1);
            size = size.saturating_add(1);
            exponent = match next {
                'e' | 'E' => Some(0),
                '+' | '-' => exponent,
                _ => exponent.map(|digits: usize| digits.saturating_add(1)),
            };
            if size > MAX_NUMBER_SIZE || exponent.is_some_and(|digits| digits > MAX_EXPONENT_SIZE) {
                return Err(self.syntax("the number is too long"));
            }
        }
        self.operand()
    }

    /// Two operands side by side never belong to one expression.
    fn operand(&mut self) -> Result<(), Error> {
        if self.last == Last::Operand {
            self.separate(Last::Start);
        }
        self.last = Last::Operand;
        Ok(())
    }

    fn comparison(&mut self) -> Result<(), Error> {
        if self.last == Last::Comparison {
            return Ok(());
        }
        self.operator(Last::Comparison)
    }

    fn operator(&mut self, last: Last) -> Result<(), Error> {
        self.last = last;
        self.deepen(1)
    }

    fn separate(&mut self, last: Last) {
        self.last = last;
        if let Some(level) = self.levels.last_mut() {
            level.deepest = level.deepest.max(level.depth);
            level.depth = 0;
        }
    }

    fn open(&mut self, bracket: char) -> Result<(), Error> {
        if self.levels.len() > self.limits.nesting {
            return Err(Error::PolicyLimit { limit: "nesting", most: as_u64(self.limits.nesting) });
        }
        self.levels.push(Level { doubles: bracket != '(', ..Level::default() });
        self.last = Last::Start;
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        self.last = Last::Operand;
        if self.levels.len() < 2 {
            return Ok(());
        }
        let inner = self.levels.pop().map_or(0, |level| level.depth.max(level.deepest));
        self.deepen(inner.saturating_add(1))
    }

    fn deepen(&mut self, steps: u32) -> Result<(), Error> {
        let most = self.limits.expression;
        match self.levels.last_mut() {
            Some(level) => {
                level.depth = level.depth.saturating_add(steps);
                if level.depth > most {
                    return Err(Error::PolicyLimit { limit: "expression", most: most.into() });
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn charge(&mut self) {
        let doublings = self.levels.iter().filter(|level| level.doubles).count();
        let cost = 1_u64.checked_shl(u32::try_from(doublings).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
        self.work = self.work.saturating_add(cost);
    }

    fn syntax(&self, reason: &str) -> Error {
        Error::PolicySyntax {
            file: self.file.to_owned(),
            row: self.row,
            column: self.column.max(1),
            reason: reason.to_owned(),
        }
    }
}

fn as_u64(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn scan_of(text: &str) -> Result<u64, Error> {
        scan("a.rego", text, &Limits::default())
    }

    fn limit_of(text: &str) -> &'static str {
        match scan_of(text) {
            Err(Error::PolicyLimit { limit, .. }) => limit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nesting_is_capped_exactly() {
        let nested = |depth: usize| format!("x := {}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(scan_of(&nested(16)).is_ok());
        assert_eq!(limit_of(&nested(17)), "nesting");
    }

    #[test]
    fn chains_are_capped_wherever_they_stand() {
        let long = 200;
        for text in [
            format!("x := 1{}", " + 1".repeat(long)),
            format!("x := 1{}", "\n+ 1".repeat(long)),
            format!("x := {}1", "- ".repeat(long)),
            format!("x := {}1", "-".repeat(long)),
            format!("x := a{}", ".b".repeat(long)),
            format!("x := a{}", "[0]".repeat(long)),
            format!("x := contains{}", " + contains".repeat(long)),
            format!("x := a{}", ".not".repeat(long)),
            format!("x if {{ y := 1{} }}", " in [1]".repeat(long)),
            format!("x := {}1{}", "(".repeat(12), "+1+1+1+1+1+1+1+1+1)".repeat(12)),
        ] {
            assert_eq!(limit_of(&text), "expression", "{text}");
        }
    }

    #[test]
    fn long_lists_and_bodies_are_no_chains() {
        for text in [
            format!("x := [{}]", "{\"a\": 1, \"b\": f(x) + 1}, ".repeat(1000)),
            format!("x if {{\n{}}}", "input.a.b == data.c.d\n".repeat(1000)),
            "deny contains \"no\" if not _ok\n\n".repeat(1000),
            "f(x) := y if { y := x.a }\n".repeat(1000),
        ] {
            assert!(scan_of(&text).is_ok(), "{}", &text[..40]);
        }
    }

    #[test]
    fn brackets_in_texts_and_comments_do_not_count() {
        let many = "[".repeat(100);
        assert!(scan_of(&format!("x := \"{many}\\\"{many}\"\n# {many}\ny := `{many}\n{many}`")).is_ok());
    }

    #[test]
    fn numbers_that_fill_the_memory_are_refused() {
        for number in ["1e9999", "1E+2000000000", "1.5e-99999", "1111111111111111111111111"] {
            let Err(Error::PolicySyntax { row: 2, .. }) = scan_of(&format!("a := 1\nx := {number}")) else {
                panic!("{number}")
            };
        }
        assert!(scan_of("x := 1e308 + 1.5e-3 - 12345678901234567890").is_ok());
    }

    #[test]
    fn a_zero_byte_ends_no_module() {
        for text in ["a := 1\n\0", "# \0", "\"\0\"", "`\0`"] {
            assert_eq!(scan_of(text).unwrap_err().code(), "policy_syntax");
        }
    }

    #[test]
    fn work_doubles_with_every_bracket() {
        let work = |depth: usize| scan_of(&format!("{}1{}", "[".repeat(depth), "]".repeat(depth))).unwrap();
        assert!(work(12) > 60 * work(6));
    }
}
