//! AuthZEN's evaluation and evaluations: decisions for somebody who enforces them elsewhere.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::MAX_REQUEST_SIZE;
use super::releaser::{Authenticated, Releaser};
use super::reply::{self, Reply, decided, told};
use crate::encoding::json;
use crate::encoding::members::{map, object};
use crate::encoding::timestamp::Timestamp;
use crate::error::Error;

/// The most evaluations of one request.
const MAX_EVALUATIONS: usize = 1000;

/// What a token's scope must hold for its holder to be believed about others.
const SCOPE: &str = "evaluate";

/// The members of an evaluation.
const MEMBERS: [&str; 4] = ["action", "context", "resource", "subject"];

/// When a batch ends before its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Releaser {
    /// Answers `POST /access/v1/evaluation`.
    pub fn evaluate(&self, caller: &Authenticated, body: &[u8], now: &Timestamp) -> Reply {
        self.evaluated(caller, body, now).unwrap_or_else(|reply| reply)
    }

    /// Answers `POST /access/v1/evaluations`.
    pub fn evaluate_all(&self, caller: &Authenticated, body: &[u8], now: &Timestamp) -> Reply {
        self.all_evaluated(caller, body, now).unwrap_or_else(|reply| reply)
    }

    fn evaluated(&self, caller: &Authenticated, body: &[u8], now: &Timestamp) -> Result<Reply, Reply> {
        self.single(members_of(caller, body)?, now)
    }

    fn single(&self, request: Map<String, Value>, now: &Timestamp) -> Result<Reply, Reply> {
        if let Some(unknown) = request.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(Reply::invalid(&alloc::format!("unknown field `{unknown}`")));
        }
        match self.answer(request, now) {
            Ok((_, answer)) => Ok(Reply::ok(answer)),
            Err(error @ Error::JsonInvalid { .. }) => Err(Reply::invalid(&told(&error).1)),
            Err(error) => Ok(Reply::ok(failed(&error))),
        }
    }

    fn all_evaluated(&self, caller: &Authenticated, body: &[u8], now: &Timestamp) -> Result<Reply, Reply> {
        let mut request = members_of(caller, body)?;
        let semantic = semantic(request.remove("options"))?;
        let evaluations = match request.remove("evaluations") {
            None => Vec::new(),
            Some(Value::Array(evaluations)) => evaluations,
            Some(_) => return Err(Reply::invalid("`evaluations` is no list")),
        };
        if evaluations.len() > MAX_EVALUATIONS {
            return Err(Reply::problem(413, "too_large", "at most 1,000 evaluations"));
        }
        if evaluations.is_empty() {
            return self.single(request, now);
        }
        let mut answers = Vec::with_capacity(evaluations.len());
        for evaluation in evaluations {
            let Value::Object(own) = evaluation else { return Err(Reply::invalid("an evaluation is no object")) };
            let mut merged = request.clone();
            merged.extend(own);
            let (decision, answer) = self.answer(merged, now).unwrap_or_else(|error| (false, failed(&error)));
            answers.push(Value::Object(answer));
            let ends = match semantic {
                Semantic::ExecuteAll => false,
                Semantic::DenyOnFirstDeny => !decision,
                Semantic::PermitOnFirstPermit => decision,
            };
            if ends {
                break;
            }
        }
        Ok(Reply::ok(map([("evaluations", Some(Value::Array(answers)))].into())))
    }

    fn answer(&self, mut request: Map<String, Value>, now: &Timestamp) -> Result<(bool, Map<String, Value>), Error> {
        let context = request.entry("context").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(context) = context {
            context.extend(self.configuration.context.clone());
            context.insert("time".to_owned(), Value::String(now.as_str().to_owned()));
        }
        let decision = self.policy.decide(&json::canonical_object(&request))?;
        let Value::Object(mut context) = decided(&decision)? else { return Ok((false, Map::new())) };
        context.remove("decision");
        let allowed = decision.is_allowed();
        let members = [("context", Some(Value::Object(context))), ("decision", Some(Value::Bool(allowed)))];
        Ok((allowed, map(members.into())))
    }
}

/// Reads a body of somebody who may ask.
fn members_of(caller: &Authenticated, body: &[u8]) -> Result<Map<String, Value>, Reply> {
    if !caller.scope.iter().any(|name| name == SCOPE) {
        return Err(Reply::problem(403, "scope_missing", "the token's scope does not hold `evaluate`"));
    }
    if body.len() > MAX_REQUEST_SIZE {
        return Err(Reply::problem(413, "too_large", "a request has at most 1 MiB"));
    }
    match json::parse("request", body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Reply::invalid("expected an object")),
        Err(error) => Err(Reply::invalid(&told(&error).1)),
    }
}

fn semantic(options: Option<Value>) -> Result<Semantic, Reply> {
    let named = options.as_ref().and_then(|options| options.get("evaluations_semantic"));
    match named.map(Value::as_str) {
        None | Some(Some("execute_all")) => Ok(Semantic::ExecuteAll),
        Some(Some("deny_on_first_deny")) => Ok(Semantic::DenyOnFirstDeny),
        Some(Some("permit_on_first_permit")) => Ok(Semantic::PermitOnFirstPermit),
        Some(_) => Err(Reply::invalid("`evaluations_semantic` is not one of AuthZEN's")),
    }
}

fn failed(error: &Error) -> Map<String, Value> {
    let context = object([("error", reply::error(error))].into());
    map([("context", Some(context)), ("decision", Some(Value::Bool(false)))].into())
}
