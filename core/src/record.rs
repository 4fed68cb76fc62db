//! The sealed record: one value of a column, under the key of its collection. Normative: `spec/record.md`.
//!
//! A document costs a header and a key agreement; a record costs 45 bytes and about a microsecond. Values go in and come out
//! in [batches](Batch), in Arrow's layout, so that a column is one call.
//!
//! This layer knows no policy. The [gate](crate::gate) opens a collection where its label lets it.

mod batch;
mod collection;
mod keys;
mod token;

pub use batch::{Batch, OffsetSize};
pub use collection::{Collection, MAX_INDEX_SIZE, MIN_INDEX_SIZE};
pub use token::{MAX_COLUMN_SIZE, MAX_ID_SIZE, MAX_VALUE_SIZE, TOKEN_OVERHEAD};
