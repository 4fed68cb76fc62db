//! One policy in one WebAssembly instance: bytes in, bytes out, no import (`core/spec/policy.md`, "Sandbox").

mod answer;
mod engine;
mod exports;
