//! Documents that come in parts: `spec/release.md`, "Uploads in parts".

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use blake3::Hash;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::decoded;
use super::object::{Admission, ObjectAction};
use super::releaser::{Authenticated, Releaser};
use super::reply::Reply;
use super::ticket::{self, Begun, Receipt, Ticket, UploadKeys};
use crate::document::{Joiner, PartHasher};
use crate::encoding::members::{Members, map, object, text};
use crate::encoding::timestamp::Timestamp;
use crate::encoding::{hex, json};
use crate::error::Error;

/// The most bytes of what completes an upload.
pub const MAX_COMPLETION_SIZE: usize = 8 << 20;

/// Names an upload, as its caller does.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// The object's id.
    pub id: &'a str,
    /// What the caller was given when it began.
    pub ticket: &'a str,
}

/// Names a part that comes.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its number, from 1.
    pub number: u32,
    /// How many bytes it is said to have.
    pub length: u64,
}

/// Digests a part as it passes, and makes its receipt.
pub struct PartReceiver {
    keys: Arc<UploadKeys>,
    written: String,
    ticket: Ticket,
    number: u64,
    /// How many bytes of the document's header are still to come with this part.
    header: u64,
    front: Sha256,
    payload: PartHasher,
    left: u64,
    too_long: bool,
}

/// Is what a caller completes an upload with.
struct Completion {
    header: Vec<u8>,
    receipts: Vec<String>,
}

impl Releaser {
    /// Decides whether a caller may store an object that is to come in parts, and lets it begin. A body of status 200 has
    /// `decision_id`, `expires_at`, `part_size` and `ticket`. `upload` is the bucket's name for it, begun after [`Releaser::admit`].
    pub fn begin_upload(&self, caller: &Authenticated, object: Admission<'_>, upload: &str, now: &Timestamp) -> Reply {
        self.begun(caller, object, upload, now).unwrap_or_else(|reply| reply)
    }

    /// Returns which upload a ticket is for: JSON with `decision_id` and `upload`.
    ///
    /// # Errors
    /// `upload_gone`, `time_invalid`.
    pub fn upload(&self, caller: &Authenticated, upload: Upload<'_>, now: &Timestamp) -> Result<Vec<u8>, Error> {
        let (_, ticket) = self.ticket(caller, upload, now)?;
        Ok(json::canonical(&object(
            [("decision_id", text(&ticket.decision_id)), ("upload", text(&ticket.upload))].into(),
        )))
    }

    /// Begins to look at a part.
    ///
    /// # Errors
    /// `upload_gone`, `time_invalid`; `part_invalid` where the upload has no such part, or one of another length.
    pub fn part(
        &self,
        caller: &Authenticated,
        upload: Upload<'_>,
        part: Part,
        now: &Timestamp,
    ) -> Result<PartReceiver, Error> {
        let (keys, ticket) = self.ticket(caller, upload, now)?;
        let number = u64::from(part.number);
        let none = Error::PartInvalid { reason: "the upload has no part of that number" };
        let extent = ticket.extent(number).ok_or(none)?;
        if ticket.part_length(number) != Some(part.length) {
            return Err(Error::PartInvalid { reason: "its length is another" });
        }
        Ok(PartReceiver {
            keys: Arc::clone(keys),
            written: upload.ticket.into(),
            number,
            header: part.length.saturating_sub(extent.length()),
            front: Sha256::new(),
            payload: PartHasher::new(extent),
            left: part.length,
            too_long: false,
            ticket,
        })
    }

    /// Decides anew whether a caller may store an object, all of whose parts are there, as what its sender signed. A body of status
    /// 200 is that of [`Releaser::admit`] with `blake3`, `parts`, `size` and `upload`.
    pub fn complete_upload(&self, caller: &Authenticated, upload: Upload<'_>, body: &[u8], now: &Timestamp) -> Reply {
        self.completed(caller, upload, body, now).unwrap_or_else(|reply| reply)
    }

    fn begun(
        &self,
        caller: &Authenticated,
        object: Admission<'_>,
        upload: &str,
        now: &Timestamp,
    ) -> Result<Reply, Reply> {
        let keys = self.uploads.as_ref().ok_or_else(|| Reply::problem(404, "not_found", ""))?;
        let size = object.size.ok_or_else(|| Reply::invalid("an upload has a size"))?;
        let decision = self.admitted(caller, ObjectAction::Store, object, now)?.decision;
        let begun = Begun { caller, id: object.id, header: object.header, size, upload };
        let (ticket, expires_at) = now
            .to_seconds()
            .and_then(|seconds| Ticket::new(begun, decision.decision_id(), seconds))
            .and_then(|ticket| ticket.expires_at().map(|at| (ticket, at)))
            .ok_or_else(|| Reply::invalid("the size is that of no document with this header"))?;
        let members = [
            ("decision_id", text(decision.decision_id())),
            ("expires_at", text(expires_at.as_str())),
            ("part_size", Some(Value::from(ticket.part_size()))),
            ("ticket", text(&keys.write_ticket(&ticket))),
        ];
        Ok(Reply::ok(map(members.into())))
    }

    fn completed(
        &self,
        caller: &Authenticated,
        upload: Upload<'_>,
        body: &[u8],
        now: &Timestamp,
    ) -> Result<Reply, Reply> {
        let failed = |error: Error| Reply::failed(&error);
        let Completion { header, receipts } = Completion::from_bytes(body)?;
        let (keys, ticket) = self.ticket(caller, upload, now).map_err(failed)?;
        if ticket::digest(&header) != *ticket.header_digest() {
            return Err(failed(OTHER_HEADER));
        }
        let receipts = believed(keys, &ticket, upload.ticket, &receipts).map_err(failed)?;
        let digest = joined(&ticket, &receipts).ok_or_else(|| failed(NOT_ALL))?;
        let object = Admission { id: upload.id, header: &header, size: Some(ticket.size) };
        let admitted = self.admitted(caller, ObjectAction::Store, object, now)?;
        // Comparing with a `Hash` takes the same time for all.
        if admitted.payload.as_ref().is_some_and(|signed| digest != *signed.blake3()) {
            return Err(failed(Error::SenderSignature));
        }
        let members = [
            ("blake3", text(&hex::encode(digest.as_bytes()))),
            ("parts", Some(Value::Array(receipts.values().map(named).collect()))),
            ("size", Some(Value::from(ticket.size))),
            ("upload", text(&ticket.upload)),
        ];
        Ok(admitted.into_reply()?.with(map(members.into())))
    }

    fn ticket(
        &self,
        caller: &Authenticated,
        Upload { id, ticket }: Upload<'_>,
        now: &Timestamp,
    ) -> Result<(&Arc<UploadKeys>, Ticket), Error> {
        let keys = self.uploads.as_ref().ok_or(Error::UploadGone)?;
        let seconds = now.to_seconds().ok_or_else(|| Error::TimeInvalid { value: now.as_str().into() })?;
        Ok((keys, keys.ticket(ticket, caller, id, seconds)?))
    }
}

impl PartReceiver {
    /// Takes more of the part.
    pub fn push(&mut self, bytes: &[u8]) {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.too_long |= size > self.left;
        self.left = self.left.saturating_sub(size);
        let (header, payload) = bytes.split_at(usize::try_from(self.header.min(size)).unwrap_or_default());
        self.front.update(header);
        self.header = self.header.saturating_sub(size);
        self.payload.push(payload);
    }

    /// Ends the part, which must be whole and, if it is the first, begin with the header.
    ///
    /// # Errors
    /// `part_invalid`.
    pub fn finish(&self) -> Result<(), Error> {
        if self.left > 0 || self.too_long {
            return Err(Error::PartInvalid { reason: "its length is another" });
        }
        if self.number == 1 && <[u8; 32]>::from(self.front.clone().finalize()) != *self.ticket.header_digest() {
            return Err(OTHER_HEADER);
        }
        Ok(())
    }

    /// Returns the receipt of a part that ended, under the bucket's name for its bytes.
    ///
    /// # Errors
    /// `part_invalid`.
    pub fn receipt(&self, etag: &str) -> Result<String, Error> {
        self.finish()?;
        let digest = self.payload.finish().ok_or(Error::PartInvalid { reason: "its length is another" })?;
        let receipt = Receipt::new(self.number, etag, digest.clone());
        let receipt = receipt.ok_or(Error::PartInvalid { reason: "the bucket's name for it is none" })?;
        Ok(self.keys.write_receipt(&self.written, &receipt))
    }
}

impl Completion {
    fn from_bytes(body: &[u8]) -> Result<Self, Reply> {
        if body.len() > MAX_COMPLETION_SIZE {
            return Err(Reply::problem(413, "too_large", "what completes an upload has at most 8 MiB"));
        }
        let read = |value| {
            let mut members = Members::of(value)?;
            let header = decoded(&members.text("header")?).ok_or("`header` is not base64")?;
            let receipts = members.texts("receipts")?.ok_or("missing field `receipts`")?;
            members.end()?;
            Ok(Self { header, receipts })
        };
        let value = json::parse("request", body).map_err(|error| Reply::invalid(&alloc::format!("{error}")))?;
        read(value).map_err(|reason: String| Reply::invalid(&reason))
    }
}

const OTHER_HEADER: Error = Error::PartInvalid { reason: "the header is not the one that was begun with" };
const NOT_ALL: Error = Error::PartInvalid { reason: "expected one receipt of each part" };

/// Returns the receipts of an upload in the order of the parts, of which each has one.
fn believed(
    keys: &UploadKeys,
    ticket: &Ticket,
    written: &str,
    receipts: &[String],
) -> Result<BTreeMap<u64, Receipt>, Error> {
    if u64::try_from(receipts.len()) != Ok(ticket.parts()) {
        return Err(NOT_ALL);
    }
    let mut believed = BTreeMap::new();
    for receipt in receipts {
        let receipt = keys.receipt(written, receipt)?;
        if believed.insert(receipt.number, receipt).is_some() {
            return Err(NOT_ALL);
        }
    }
    Ok(believed)
}

/// Returns the payload's digest.
fn joined(ticket: &Ticket, receipts: &BTreeMap<u64, Receipt>) -> Option<Hash> {
    let mut joiner = Joiner::new(ticket.payload_length());
    for (number, receipt) in receipts {
        joiner.push(ticket.extent(*number)?, &receipt.digest)?;
    }
    joiner.finish()
}

/// Names a part to the bucket.
fn named(receipt: &Receipt) -> Value {
    object([("etag", text(&receipt.etag)), ("number", Some(Value::from(receipt.number)))].into())
}
