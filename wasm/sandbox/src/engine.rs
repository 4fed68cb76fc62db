//! The policy of this instance and its one buffer.

use std::cell::RefCell;

use sealwright_core::encoding::json;
use sealwright_core::error::Error;
use sealwright_core::surface::Policy;
use serde_json::{Map, Value};

use crate::answer;

thread_local! {
    static POLICY: RefCell<Option<Policy>> = const { RefCell::new(None) };
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a question and returns its address.
pub(crate) fn reserve(size: usize) -> usize {
    BUFFER.with_borrow_mut(|buffer| {
        *buffer = vec![0; size];
        buffer.as_ptr().expose_provenance()
    })
}

/// Loads the policy in the buffer.
pub(crate) fn load() -> i64 {
    let loaded = question().and_then(|source| Policy::load(&source)).and_then(|policy| {
        let reference = policy.describe()?;
        POLICY.set(Some(policy));
        Ok(reference)
    });
    reply(loaded)
}

/// Has the policy answer what is in the buffer.
pub(crate) fn ask(work: impl FnOnce(&Policy, &str) -> Result<String, Error>) -> i64 {
    const NONE: Error = Error::CallOrder { reason: "no policy is loaded" };
    let asked =
        question().and_then(|question| POLICY.with_borrow(|policy| work(policy.as_ref().ok_or(NONE)?, &question)));
    reply(asked)
}

/// Decides each text of a list.
pub(crate) fn decide_all(policy: &Policy, requests: &str) -> Result<String, Error> {
    let answers = policy.decide_all(&texts(requests)?)?.into_iter().map(Value::String).collect();
    Ok(answer::text(json::canonical(&Value::Array(answers))))
}

/// Decides the first of two texts and tells of it, with what the second one adds.
pub(crate) fn log_entry(policy: &Policy, both: &str) -> Result<String, Error> {
    match texts(both)?.as_slice() {
        [request, context] => policy.log_entry(request, context),
        _ => Err(not_texts()),
    }
}

/// Explains a request in every form, since the instance may be another at the next call.
pub(crate) fn explain(policy: &Policy, request: &str, values: bool) -> Result<String, Error> {
    let explanation = policy.explain(request, values)?;
    let forms = [
        ("coloured", explanation.tree(true)),
        ("record", explanation.record()?),
        ("svg", explanation.svg()),
        ("tree", explanation.tree(false)),
    ];
    let forms: Map<String, Value> =
        forms.map(|(name, form)| (name.to_owned(), Value::String(form))).into_iter().collect();
    Ok(answer::text(json::canonical_object(&forms)))
}

fn texts(list: &str) -> Result<Vec<String>, Error> {
    let Value::Array(items) = json::parse("requests", list.as_bytes())? else { return Err(not_texts()) };
    let text = |item| match item {
        Value::String(text) => Ok(text),
        _ => Err(not_texts()),
    };
    items.into_iter().map(text).collect()
}

fn not_texts() -> Error {
    Error::JsonInvalid { what: "requests", reason: "expected a list of texts".to_owned() }
}

/// Takes what the host wrote.
fn question() -> Result<String, Error> {
    String::from_utf8(BUFFER.take()).map_err(|_| Error::NotText)
}

/// Keeps the answer for the host and returns where it is: its address in the lower half, its size in the upper, and the
/// whole complemented if it is a failure.
fn reply(answer: Result<String, Error>) -> i64 {
    let (failed, bytes) = match answer {
        Ok(text) => (false, text.into_bytes()),
        Err(error) => (true, answer::failure(&error)),
    };
    let (address, size) = (bytes.as_ptr().expose_provenance() as i64, bytes.len() as i64);
    BUFFER.set(bytes);
    let place = size << 32 | address;
    if failed { !place } else { place }
}
