//! Giving document keys to whom a policy admits. Normative: `spec/release.md`.
//!
//! A [`Releaser`] holds an identity and answers [requests](ReleaseRequest) with new headers. What it answers with makes a
//! [`Released`], which opens the one document that it was made for.

mod ask;
#[cfg(feature = "release")]
mod configuration;
#[cfg(feature = "release")]
mod evaluation;
#[cfg(feature = "release")]
mod object;
#[cfg(feature = "release")]
mod question;
#[cfg(feature = "release")]
mod releaser;
#[cfg(feature = "release")]
mod reply;
#[cfg(feature = "release")]
mod ticket;
#[cfg(feature = "release")]
mod upload;

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value;

use crate::document::Header;
use crate::encoding::base64;

pub use ask::{ReleaseRequest, ReleaseResult, Released};
#[cfg(feature = "release")]
pub use configuration::Configuration;
#[cfg(feature = "release")]
pub use object::{Admission, ObjectAction, Receiver};
#[cfg(feature = "release")]
pub use releaser::{Authenticated, Key, Releaser};
#[cfg(feature = "release")]
pub use reply::Reply;
#[cfg(feature = "release")]
pub use ticket::UploadKeys;
#[cfg(feature = "release")]
pub use upload::{MAX_COMPLETION_SIZE, Part, PartReceiver, Upload};

/// The most headers of one request.
pub const MAX_HEADERS: usize = 256;

/// The most bytes of one request.
pub const MAX_REQUEST_SIZE: usize = 1 << 20;

/// Writes a header as it crosses: in base64.
fn encoded(header: &Header) -> Value {
    let mut text = String::new();
    base64::encode_padded(header.as_bytes(), &mut text);
    Value::String(text)
}

/// Reads the bytes of a header as it crosses.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    base64::decode_padded(text.as_bytes(), &mut bytes).map(|()| bytes)
}
