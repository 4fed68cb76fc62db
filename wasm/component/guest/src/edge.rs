//! The routes: who calls, and what the core answers.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use getrandom::SysRng;
use sealwright_core::document::parse_verifiers;
use sealwright_core::encoding::base64;
use sealwright_core::encoding::timestamp::Timestamp;
use sealwright_core::error::Error;
use sealwright_core::gate::Senders;
use sealwright_core::policy::Policy;
use sealwright_core::release::{Configuration, Releaser, Reply};
use serde_json::Value;

use crate::environment::variable;
use crate::exchange::{Answer, Request};
use crate::identities::Lent;

/// The routes, each with its method. This edge keeps no objects: whoever may call is told so.
const ROUTES: [(&str, &str); 4] = [
    ("/v1/release", "POST"),
    ("/v1/objects", "GET"),
    ("/access/v1/evaluation", "POST"),
    ("/access/v1/evaluations", "POST"),
];

/// What the settings make, read once: a host may do that before there are requests, and begin each instance with it.
static EDGE: OnceLock<Result<Edge, String>> = OnceLock::new();

struct Edge {
    origin: String,
    releaser: Mutex<Releaser>,
}

/// Answers a request.
///
/// # Errors
/// The answer too, where it is none of the core's.
pub(crate) fn answer(request: &Request) -> Result<Answer, Answer> {
    let route = ROUTES.iter().find(|(path, _)| *path == request.path);
    let (path, method) = route.ok_or_else(|| Answer::problem(404, "not_found", ""))?;
    if request.method != *method {
        let refused = Answer::problem(405, "method_not_allowed", "");
        return Err(Answer { headers: vec![("allow", (*method).to_owned())], ..refused });
    }
    let edge = EDGE.get_or_init(Edge::read).as_ref().map_err(|reason| internal(reason))?;
    let mut releaser = edge.releaser.lock().unwrap_or_else(PoisonError::into_inner);
    let now = now().ok_or_else(|| internal("the host has no time"))?;
    let url = [&*edge.origin, path].concat();
    let caller = releaser
        .authenticate(request.authorization.as_deref(), request.proof.as_deref(), (method, &url), &now)
        .map_err(|error| unauthorized(error.code(), &error.to_string()))?;
    let answer = if *method == "POST" && !request.is_json {
        Answer::problem(415, "media_type", "expected `application/json`")
    } else {
        match *path {
            "/v1/release" => answered(&releaser.release(&caller, &request.body, &now, &mut SysRng)),
            "/access/v1/evaluation" => answered(&releaser.evaluate(&caller, &request.body, &now)),
            "/access/v1/evaluations" => answered(&releaser.evaluate_all(&caller, &request.body, &now)),
            _ => Answer { status: 200, headers: Vec::new(), body: b"{\"objects\":[]}".to_vec() },
        }
    };
    let replay = caller.replay.map(|(id, until)| ("sealwright-replay", format!("{id} {until}")));
    let repeated = request.id.clone().map(|id| ("x-request-id", id));
    Ok(Answer { headers: answer.headers.into_iter().chain(replay).chain(repeated).collect(), ..answer })
}

fn answered(reply: &Reply) -> Answer {
    let challenge = (reply.code() == Some("scope_missing")).then(|| challenge(Some("insufficient_scope")));
    Answer { headers: challenge.into_iter().collect(), ..Answer::of(reply) }
}

impl Edge {
    fn read() -> Result<Self, String> {
        let settings = variable("SEALWRIGHT_EDGE").ok_or("the host gave no settings")?;
        let settings: Value = serde_json::from_str(&settings).map_err(|error| error.to_string())?;
        let origin = settings.get("origin").and_then(Value::as_str).unwrap_or_default().to_owned();
        let releaser = releaser(&settings).map_err(|error| error.to_string())?;
        Ok(Self { origin, releaser: Mutex::new(releaser) })
    }
}

fn releaser(settings: &Value) -> Result<Releaser, Error> {
    let text = |name: &str| settings.get(name).and_then(Value::as_str).unwrap_or_default();
    let program = variable("SEALWRIGHT_PROGRAM").unwrap_or_default();
    let policy = Policy::from_program(&base64::decode_url(program.as_bytes()).unwrap_or_default())?;
    let trusted = Senders::trusted(parse_verifiers(text("senders"))?);
    let allows_unsigned = settings.get("allow_unsigned").and_then(Value::as_bool) == Some(true);
    let senders = if allows_unsigned { trusted.or_unsigned() } else { trusted };
    let configuration = settings.get("configuration").map(Value::to_string).unwrap_or_default();
    let configuration = Configuration::from_bytes(configuration.as_bytes())?;
    Ok(Releaser::new(policy, vec![Arc::new(Lent::default())], senders, configuration))
}

fn now() -> Option<Timestamp> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Timestamp::from_seconds(since.as_secs())
}

fn unauthorized(code: &str, detail: &str) -> Answer {
    // Who sent no credentials is told no error (RFC 6750, section 3.1).
    let kind = match code {
        "token_missing" => None,
        _ if code.starts_with("proof") => Some("invalid_dpop_proof"),
        _ => Some("invalid_token"),
    };
    Answer { headers: vec![challenge(kind)], ..Answer::problem(401, code, detail) }
}

/// Returns the challenge of RFC 9449, section 7.1.
fn challenge(error: Option<&str>) -> (&'static str, String) {
    let error = error.map(|error| format!("error=\"{error}\", ")).unwrap_or_default();
    ("www-authenticate", format!("DPoP {error}algs=\"EdDSA ES256 RS256\""))
}

/// Says no more to the caller than that it is the edge's fault; the host's log has the rest.
fn internal(reason: &str) -> Answer {
    eprintln!("{reason}");
    Answer::problem(500, "internal", "")
}
