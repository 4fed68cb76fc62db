//! Finds personal data in text in one linear pass, and transforms it.

mod finding;
mod operator;

pub use finding::Findings;
pub use operator::{Operator, Operators};
