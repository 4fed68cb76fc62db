//! Finds personal data in text in one linear pass, and transforms it. Normative: `spec/privacy.md`.
//!
//! [`scan`] finds in one call, [`Scanner`] counts in a stream, [`Transformer`] changes a stream by [`Operators`].
//!
//! ```
//! use sealwright_core::privacy::{Operators, Transformer, scan};
//!
//! let text = "Tel. 030 23125 417, ana@acme.example";
//! let found = scan(text.as_bytes());
//! assert_eq!(found.findings.entities.get("PHONE_NUMBER"), Some(&1));
//! assert_eq!(found.spans.last().map(|span| (span.entity, span.start, span.end)), Some(("EMAIL_ADDRESS", 20, 36)));
//!
//! let operators = Operators::from_bytes(br#"{"DEFAULT":{"operator":"replace"}}"#)?;
//! let mut transformer = Transformer::new(operators);
//! let mut clean = transformer.push(text.as_bytes())?;
//! clean.extend(transformer.finish()?);
//! assert_eq!(clean, b"Tel. <PHONE_NUMBER>, <EMAIL_ADDRESS>");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod context;
mod cursor;
mod feed;
mod finding;
mod numeral;
mod operator;
mod overlap;
mod recognizer;
mod scanner;
mod search;
#[cfg(test)]
mod tests;
mod text;
mod transformer;

pub use finding::{Findings, Scan, Span};
pub use operator::{Operator, Operators};
pub use scanner::{Scanner, scan};
pub use transformer::Transformer;
