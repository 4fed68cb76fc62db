//! What a host calls. No export takes or follows a pointer: the instance has one buffer, the host writes what it asks where
//! [`reserve`] says, and reads the answer where the call says.
#![expect(unsafe_code, reason = "the name of an export is an `unsafe` attribute; nothing here is an unsafe operation")]

use crate::engine;

/// Makes room for a question of `size` bytes and returns its address.
#[unsafe(no_mangle)]
extern "C" fn reserve(size: usize) -> usize {
    engine::reserve(size)
}

/// Loads a policy, given as the JSON of a `PolicySource`, in place of any other. Answers with its reference.
#[unsafe(no_mangle)]
extern "C" fn load() -> i64 {
    engine::load()
}

/// Answers a request.
#[unsafe(no_mangle)]
extern "C" fn decide() -> i64 {
    engine::ask(|policy, request| policy.decide(request))
}

/// Answers a list of requests, each a text, with a list of texts.
#[unsafe(no_mangle)]
extern "C" fn decide_all() -> i64 {
    engine::ask(engine::decide_all)
}

/// Answers a list of two texts, a request and what the host adds, with the entry for a decision log.
#[unsafe(no_mangle)]
extern "C" fn log_entry() -> i64 {
    engine::ask(engine::log_entry)
}

/// Explains a request, with the values that were read of it unless `values` is 0. Answers with the texts of all forms.
#[unsafe(no_mangle)]
extern "C" fn explain(values: i32) -> i64 {
    engine::ask(|policy, request| engine::explain(policy, request, values != 0))
}

/// Answers a question with a filter.
#[unsafe(no_mangle)]
extern "C" fn filter() -> i64 {
    engine::ask(|policy, question| Ok(policy.filter(question)?.describe()))
}
