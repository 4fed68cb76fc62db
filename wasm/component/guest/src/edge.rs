//! The routes: who calls, and what the core answers.

use std::env;
use std::sync::Arc;

use getrandom::SysRng;
use sealwright_core::document::{parse_identities, parse_verifiers};
use sealwright_core::encoding::base64;
use sealwright_core::encoding::timestamp::Timestamp;
use sealwright_core::error::Error;
use sealwright_core::gate::Senders;
use sealwright_core::policy::Policy;
use sealwright_core::release::{Configuration, Releaser, Reply};
use serde_json::Value;

use crate::exchange::{Answer, Request};

/// Answers a request.
///
/// # Errors
/// The answer too, where it is none of the core's.
pub(crate) fn answer(request: &Request) -> Result<Answer, Answer> {
    let is_route = ["/v1/release", "/access/v1/evaluation", "/access/v1/evaluations"].contains(&request.path.as_str());
    if !is_route {
        return Err(Answer::problem(404, "Not Found", "not_found", ""));
    }
    if request.method != "POST" {
        let refused = Answer::problem(405, "Method Not Allowed", "method_not_allowed", "");
        return Err(Answer { headers: vec![("allow", "POST".to_owned())], ..refused });
    }
    if !request.is_json {
        return Err(Answer::problem(415, "Unsupported Media Type", "media_type", "expected `application/json`"));
    }
    let settings = settings().ok_or_else(|| internal("the host gave no settings"))?;
    let releaser = releaser(&settings).map_err(|error| internal(&error.to_string()))?;
    let origin = settings.get("origin").and_then(Value::as_str).unwrap_or_default();
    let now = now().ok_or_else(|| internal("the host has no time"))?;
    let url = [origin, &request.path].concat();
    let caller = releaser
        .authenticate(request.authorization.as_deref(), request.proof.as_deref(), (&request.method, &url), &now)
        .map_err(|error| unauthorized(&error))?;
    let reply = match request.path.as_str() {
        "/v1/release" => releaser.release(&caller, &request.body, &now, &mut SysRng),
        "/access/v1/evaluation" => releaser.evaluate(&caller, &request.body, &now),
        _ => releaser.evaluate_all(&caller, &request.body, &now),
    };
    let replay = caller.replay.map(|(id, until)| ("sealwright-replay", format!("{id} {until}")));
    Ok(Answer { headers: replay.into_iter().collect(), ..answered(&reply) })
}

fn answered(reply: &Reply) -> Answer {
    Answer { status: reply.status(), headers: Vec::new(), body: reply.body() }
}

fn settings() -> Option<Value> {
    serde_json::from_str(&env::var("SEALWRIGHT_EDGE").ok()?).ok()
}

fn releaser(settings: &Value) -> Result<Releaser, Error> {
    let text = |name: &str| settings.get(name).and_then(Value::as_str).unwrap_or_default();
    let program = env::var("SEALWRIGHT_PROGRAM").unwrap_or_default();
    let program = base64::decode_url(program.as_bytes()).unwrap_or_default();
    let policy = Policy::from_program(&program)?;
    let identities = parse_identities(text("identities"))?.into_iter().map(Arc::new).collect();
    let trusted = Senders::trusted(parse_verifiers(text("senders"))?);
    let allows_unsigned = settings.get("allow_unsigned").and_then(Value::as_bool) == Some(true);
    let senders = if allows_unsigned { trusted.or_unsigned() } else { trusted };
    let configuration = settings.get("configuration").map(Value::to_string).unwrap_or_default();
    Ok(Releaser::new(policy, identities, senders, Configuration::from_bytes(configuration.as_bytes())?))
}

fn now() -> Option<Timestamp> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Timestamp::from_seconds(since.as_secs())
}

fn unauthorized(error: &Error) -> Answer {
    let problem = Answer::problem(401, "Unauthorized", error.code(), &error.to_string());
    let kind = if error.code().starts_with("proof") { "invalid_dpop_proof" } else { "invalid_token" };
    let challenge = format!("DPoP error=\"{kind}\", algs=\"EdDSA ES256 RS256\"");
    Answer { headers: vec![("www-authenticate", challenge)], ..problem }
}

/// Says no more to the caller than that it is the edge's fault; the host's log has the rest.
fn internal(reason: &str) -> Answer {
    eprintln!("{reason}");
    Answer::problem(500, "Internal Server Error", "internal", "")
}
