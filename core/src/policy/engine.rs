//! Evaluates Rego with the interpreter of `regorus`.
