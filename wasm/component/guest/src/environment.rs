//! What the host hands in.

/// Returns a variable, as it is at this moment: the standard library would remember those that there were at first.
pub(crate) fn variable(name: &str) -> Option<String> {
    let all = wasip2::cli::environment::get_environment();
    all.into_iter().find_map(|(known, value)| (known == name).then_some(value))
}
