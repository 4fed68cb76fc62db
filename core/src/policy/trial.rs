//! Evaluates any rule of any modules on either tier, for the tests that hold the tiers against other evaluators.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::compiled::{self, Machine, Program};
use super::fuel::{Fault, Fuel};
use super::interpreter::Interpreter;
use super::limits::Limits;
use super::parser;
use super::source::ModuleSource;
use super::stored::{self, Header};
use super::value::Value;
use crate::error::Error;

/// Holds modules and data, loaded without the checks of a policy, and offers no limits but fuel.
#[doc(hidden)]
pub struct Trial {
    modules: Vec<ModuleSource>,
    data: serde_json::Map<String, Json>,
    compiled: Result<Program, String>,
}

impl Trial {
    /// Parses and compiles modules.
    ///
    /// # Errors
    /// `policy_syntax`.
    pub fn new(modules: Vec<ModuleSource>, data: serde_json::Map<String, Json>) -> Result<Self, Error> {
        let trees = modules.iter().map(parser::parse).collect::<Result<Vec<_>, _>>()?;
        let base = from_json(&Json::Object(data.clone())).map_err(|_| invalid("the data nest too deep"))?;
        let compiled = compiled::compile(&trees, Some(base)).map_err(|left| left.to_string());
        Ok(Self { modules, data, compiled })
    }

    /// Says why the modules are left to the reference tier, if they are.
    pub fn left(&self) -> Option<&str> {
        self.compiled.as_ref().err().map(String::as_str)
    }

    /// Returns the same modules with a program that was written and read again, for a rule.
    ///
    /// # Errors
    /// Why there is none, or what keeps it from being read.
    pub fn through_program(&self, rule: &str) -> Result<Self, String> {
        let program = self.compiled.as_ref().map_err(Clone::clone)?;
        let text = |text: &str| text.to_string();
        let header =
            Header { name: text("trial"), revision: text("1"), entrypoint: text(rule), digest: "0".repeat(64) };
        let written = stored::write(&header, program);
        let (read_header, read) =
            stored::read(&written, &Limits::default()).map_err(|error| format!("{}: {error}", error.code()))?;
        if (&read_header, stored::write(&header, &read)) != (&header, written) {
            return Err(text("a program that was read is written otherwise"));
        }
        Ok(Self { modules: self.modules.clone(), data: self.data.clone(), compiled: Ok(read) })
    }

    /// Evaluates a rule on the compiled tier. Returns its value, normalized. Where it is strict, a built-in without a value
    /// ends it.
    ///
    /// # Errors
    /// What ended the evaluation.
    pub fn compiled(&self, rule: &str, input: Option<&Json>, is_strict: bool) -> Result<Option<String>, String> {
        self.measured(rule, input, is_strict).0
    }

    /// As [`Trial::compiled`], with the steps and bytes that are left.
    pub fn measured(
        &self,
        rule: &str,
        input: Option<&Json>,
        is_strict: bool,
    ) -> (Result<Option<String>, String>, [u64; 2]) {
        const FUEL: [u64; 2] = [2_000_000, 64 << 20];
        let fault = |fault: Fault| format!("{fault:?}");
        let (program, input) = match (&self.compiled, input.map(from_json).transpose()) {
            (Ok(program), Ok(input)) => (program, input),
            (Err(left), _) => return (Err(left.clone()), FUEL),
            (_, Err(error)) => return (Err(fault(error)), FUEL),
        };
        let Some(rules) = program.find(rule.split('.')) else { return (Ok(None), FUEL) };
        let [steps, bytes] = FUEL;
        let mut machine = Machine::new(program, input, Fuel::new(steps, bytes));
        if is_strict {
            machine.be_strict();
        }
        let value = machine.evaluate(rules);
        let left = [machine.fuel().steps_left(), machine.fuel().bytes_left()];
        let text = value.and_then(|value| value.map(|value| normal(&value).map(|value| value.to_rego())).transpose());
        (text.map_err(fault), left)
    }

    /// Evaluates a rule on the reference tier. Returns its value, normalized.
    ///
    /// # Errors
    /// What ended the evaluation.
    pub fn reference(&self, rule: &str, input: Option<&Json>, is_strict: bool) -> Result<Option<String>, String> {
        let failed = |error: Error| error.to_string();
        let modules: Vec<&ModuleSource> = self.modules.iter().collect();
        let mut interpreter = Interpreter::parse(&modules, &Limits::default()).map_err(failed)?;
        interpreter.set_strict(is_strict);
        interpreter.prepare(&self.data).map_err(failed)?;
        let text = interpreter.value_text(rule, input).map_err(failed)?;
        let json = text.map(|text| serde_json::from_str::<Json>(&text).map_err(|error| error.to_string()));
        json.transpose()?.map(|json| Self::normal(&json)).transpose()
    }

    /// Returns JSON in the form in which values are compared: numbers by value.
    ///
    /// # Errors
    /// What it cannot hold.
    pub fn normal(json: &Json) -> Result<String, String> {
        from_json(json).map(|value| value.to_rego()).map_err(|fault| format!("{fault:?}"))
    }
}

fn invalid(reason: &str) -> Error {
    Error::PolicyInvalid { reason: reason.to_string() }
}

fn from_json(json: &Json) -> Result<Value, Fault> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => super::number::Number::parse(&number.to_string())?.map_or(Value::Null, Value::Number),
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::array(items.iter().map(from_json).collect::<Result<_, _>>()?)?,
        Json::Object(members) => {
            let members = members.iter().map(|(key, value)| Ok((Value::text(key), from_json(value)?)));
            Value::object(members.collect::<Result<_, Fault>>()?)?
        }
    })
}

/// Turns sets into arrays and keys into texts, as OPA does when it writes JSON.
fn normal(value: &Value) -> Result<Value, Fault> {
    Ok(match value {
        Value::Array(items) => Value::array(items.iter().map(normal).collect::<Result<_, _>>()?)?,
        Value::Set(items) => Value::array(items.iter().map(normal).collect::<Result<_, _>>()?)?,
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let key = match key {
                    Value::Text(_) => key.clone(),
                    other => {
                        let json = normal(other)?.to_json().map(|json| json.to_string());
                        Value::text(json.unwrap_or_default())
                    }
                };
                Ok((key, normal(value)?))
            });
            Value::object_of_last(members.collect::<Result<_, Fault>>()?)?
        }
        other => other.clone(),
    })
}
