//! The configuration: the same file as the other hosts', but for what this one does not do.

use std::path::Path;

use sealwright_core::document::parse_identities;
use sealwright_core::encoding::base64;
use sealwright_core::surface::Bundle;
use serde_json::{Map, Value, json};
use wasmtime::error::Context as _;
use wasmtime::{Result, bail, format_err};
use zeroize::Zeroizing;

/// What an instance is given, and what this host needs itself.
pub(crate) struct Settings {
    pub(crate) origin: Option<String>,
    pub(crate) port: u16,
    /// The policy, compiled, in base64url.
    pub(crate) program: String,
    pub(crate) identities: Zeroizing<String>,
    record: Map<String, Value>,
}

/// What the core's configuration of a releaser has.
const OF_RELEASER: [&str; 4] = ["claims", "context", "delegates", "skew_s"];

impl Settings {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
        let Value::Object(mut given) = serde_json::from_str(&text).with_context(|| format!("`{shown}` is not JSON"))?
        else {
            bail!("`{shown}` is no object");
        };
        let beside = |name: &str| path.parent().unwrap_or(Path::new(".")).join(name);
        let policy = given.remove("policy").context("it lacks `policy`")?;
        let identities = Zeroizing::new(match std::env::var("SEALWRIGHT_IDENTITIES") {
            Ok(text) => text,
            Err(_) => {
                let named = given.get("identities").and_then(Value::as_str).context("it lacks `identities`, a path")?;
                std::fs::read_to_string(beside(named)).context("cannot read the identities")?
            }
        });
        parse_identities(&identities).map_err(|error| format_err!("{error}"))?;
        given.remove("identities");
        let senders = given.remove("senders").context("it lacks `senders`")?;
        let senders: Vec<&str> = senders.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut releaser = Map::from_iter([("issuers".to_owned(), issuers(given.remove("issuers"))?)]);
        releaser.extend(OF_RELEASER.iter().filter_map(|name| Some(((*name).to_owned(), given.remove(*name)?))));
        let origin = given.remove("origin").and_then(|origin| origin.as_str().map(str::to_owned));
        let port = given.remove("port").and_then(|port| port.as_u64()).unwrap_or(8490);
        let record = json!({
            "allow_unsigned": given.remove("allow_unsigned").unwrap_or_default(),
            "configuration": releaser,
            "senders": senders.join("\n"),
        });
        let elsewhere = ["bucket", "cors_origins", "host", "max_object_size"];
        if let Some(name) = given.keys().find(|name| !elsewhere.contains(&name.as_str())) {
            bail!("it has `{name}`, which nothing reads");
        }
        let Value::Object(record) = record else { bail!("it cannot be handed on") };
        let port = u16::try_from(port).context("`port` is from 0 to 65535")?;
        Ok(Self { origin, port, program: program(&policy, &beside)?, identities, record })
    }

    /// Returns what an instance is told, but for what is secret.
    pub(crate) fn record(&self, origin: &str) -> String {
        let mut record = self.record.clone();
        record.insert("origin".to_owned(), Value::String(origin.to_owned()));
        Value::Object(record).to_string()
    }
}

/// Takes an issuer as the core does: its keys stand in the configuration.
fn issuers(given: Option<Value>) -> Result<Value> {
    let Some(Value::Array(issuers)) = given else { bail!("it lacks `issuers`") };
    let read = |issuer: Value| {
        let Value::Object(mut issuer) = issuer else { bail!("an issuer is no object") };
        issuer.remove("client_id");
        if issuer.contains_key("keys_url") {
            bail!("this host fetches no keys: put them into the configuration as `keys`");
        }
        Ok(Value::Object(issuer))
    };
    issuers.into_iter().map(read).collect::<Result<Vec<_>>>().map(Value::Array)
}

/// Verifies the bundle and returns its policy compiled, for every instance to come: as the bundle holds it, if nothing is named otherwise.
fn program(policy: &Value, beside: &dyn Fn(&str) -> std::path::PathBuf) -> Result<String> {
    let bundle = policy.get("bundle").and_then(Value::as_str).context("`policy` lacks `bundle`")?;
    let bytes = std::fs::read(beside(bundle)).context("cannot read the bundle")?;
    let signers = policy.get("signers").filter(|signers| signers.is_array()).context("`policy` lacks `signers`")?;
    let trust = json!({"trust": {"signers": signers}}).to_string();
    let failed = |error: sealwright_core::error::Error| format_err!("{error}");
    let bundle = Bundle::open(&bytes, &trust).map_err(failed)?;
    let named = |name: &&str| Some(((*name).to_owned(), policy.get(*name)?.clone()));
    let names: Map<String, Value> = ["entrypoint", "name", "revision"].iter().filter_map(named).collect();
    let program = match bundle.program().filter(|_| names.is_empty()) {
        Some(program) => program,
        None => {
            let policy = bundle.policy(&Value::Object(names).to_string()).map_err(failed)?;
            policy.to_program().map_err(failed)?
        }
    };
    Ok(base64::encode_url(&program))
}
