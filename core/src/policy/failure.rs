//! Reads the interpreter's error texts, so that nobody else has to.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use crate::error::Error;
#[cfg(feature = "rego-reference")]
use crate::policy::limits::Limits;

/// Turns an error text of loading into a failure that names the place in the module.
pub(super) fn at_load(text: &str, path: &str) -> Error {
    match located(text, path) {
        Some((row, column, message)) => {
            Error::PolicySyntax { file: path.to_owned(), row, column, reason: plain(message) }
        }
        None => Error::PolicyInvalid { reason: format!("the module `{path}` cannot be read") },
    }
}

/// Turns an error text of an evaluation into a failure. The text itself is dropped: it may quote the request.
#[cfg(feature = "rego-reference")]
pub(super) fn at_evaluation(text: &str, limits: &Limits) -> Error {
    const KNOWN: &[(&str, &str)] = &[
        ("multiple outputs", "a rule or function has two values"),
        ("conflicts with rule", "a rule has two values"),
        ("value for key", "an object has two values for one key"),
        ("is unsafe", "a variable has no value"),
        ("recursion", "a rule builds on itself"),
        ("number of arguments", "a function is called with the wrong number of arguments"),
    ];
    if text.contains("time limit") {
        return Error::PolicyLimit { limit: "kilosteps", most: limits.kilosteps.into() };
    }
    let known = KNOWN.iter().find(|(part, _)| text.contains(part));
    let reason = known.map_or("the evaluation failed", |(_, reason)| reason);
    Error::PolicyEvaluation { reason: reason.to_owned() }
}

/// Finds `path:row:column` in an error text, and what is said of it.
fn located<'a>(text: &'a str, path: &str) -> Option<(u32, u32, &'a str)> {
    let start = text.find(&format!("{path}:"))?;
    let rest = text.get(start.saturating_add(path.len()).saturating_add(1)..)?;
    let (row, rest) = rest.split_once(':')?;
    let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let message = rest.rsplit_once("error: ").map_or("it cannot be read", |(_, message)| message);
    Some((row.parse().ok()?, column.parse().ok()?, message))
}

/// Cuts a message down to what concerns the author of a policy.
fn plain(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let first = first.split(" (path ").next().unwrap_or_default().trim_end_matches(['.', ':']);
    if first.is_empty() || first.contains("serde") || first.contains("internal") {
        return "it cannot be read".to_owned();
    }
    first.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_parser_becomes_a_place_and_a_sentence() {
        let text = "\n--> a:b.rego:3:14\n  |\n3 | allow if {\n  |     ^\nerror: expecting `}` while parsing query";
        let error = at_load(text, "a:b.rego");
        assert_eq!(error.to_string(), "a:b.rego:3:14: expecting `}` while parsing query");
    }

    #[test]
    fn a_failed_evaluation_quotes_no_value() {
        let text = "--> a.rego:1:1\nerror: function produced multiple outputs Set({\"secret\"})";
        let error = at_evaluation(text, &Limits::default());
        assert_eq!(error.to_string(), "the policy could not be evaluated: a rule or function has two values");
    }
}
