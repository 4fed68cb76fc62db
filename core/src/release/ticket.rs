//! What an upload in parts is known by: tickets and receipts, which the edge hands out, and believes by their MACs when they
//! come back. `spec/release.md`, "Uploads in parts".

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use blake3::hazmat::ChainingValue;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::releaser::Authenticated;
use crate::document::keys::{self, Key};
use crate::document::{Extent, Identity, PartDigest};
use crate::encoding::members::{Members, object, text};
use crate::encoding::timestamp::Timestamp;
use crate::encoding::{base64, hex, json};
use crate::error::Error;

const TICKET_INFO: &[u8] = b"sealwright.dev/v1/upload-ticket";
const RECEIPT_INFO: &[u8] = b"sealwright.dev/v1/upload-receipt";

const MAX_TICKET_SIZE: usize = 4 << 10;
const MAX_RECEIPT_SIZE: usize = 8 << 10;
const MAX_UPLOAD_SIZE: usize = 1024;
const MAX_ETAG_SIZE: usize = 256;

const LIFETIME_S: u64 = 86_400;

const LEAST_PART_SIZE: u64 = 8 << 20;
const PART_STEP: u64 = 1 << 20;

/// The most parts of one upload.
const MAX_PARTS: u64 = 1_000;

/// Holds what tickets and receipts are believed by.
pub struct UploadKeys {
    ticket: Key,
    receipt: Key,
}

/// Says which upload is under way, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket {
    caller: [u8; 32],
    /// Of the decision that let it begin.
    pub(super) decision_id: String,
    expires: u64,
    header: [u8; 32],
    pub(super) header_size: u64,
    id: String,
    /// How many bytes the document has.
    pub(super) size: u64,
    /// What the bucket calls it.
    pub(super) upload: String,
}

/// Names an upload that is to begin.
#[derive(Clone, Copy)]
pub(super) struct Begun<'a> {
    pub(super) caller: &'a Authenticated,
    pub(super) id: &'a str,
    pub(super) header: &'a [u8],
    pub(super) size: u64,
    pub(super) upload: &'a str,
}

/// Says what a part was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) number: u64,
    pub(super) etag: String,
    pub(super) digest: PartDigest,
}

impl UploadKeys {
    /// Derives them from the secrets of an edge's identities, so that all its instances agree; nothing where it has none: everybody
    /// would know keys that are made of no secret.
    pub fn of(identities: &[&Identity]) -> Option<Self> {
        if identities.is_empty() {
            return None;
        }
        let mut secrets = Zeroizing::new(Vec::with_capacity(identities.len().saturating_mul(32)));
        identities.iter().for_each(|identity| secrets.extend_from_slice(identity.secret()));
        let [ticket, receipt] = [TICKET_INFO, RECEIPT_INFO].map(|info| keys::derive(&secrets, &[], info));
        Some(Self { ticket, receipt })
    }

    pub(super) fn write_ticket(&self, ticket: &Ticket) -> String {
        authenticated(&self.ticket, "", &ticket.to_bytes())
    }

    /// Reads a ticket that a caller hands in for an object.
    pub(super) fn ticket(&self, written: &str, caller: &Authenticated, id: &str, now: u64) -> Result<Ticket, Error> {
        let members = verified(&self.ticket, "", written, MAX_TICKET_SIZE).ok_or(Error::UploadGone)?;
        let ticket = Ticket::from_bytes(&members).ok_or(Error::UploadGone)?;
        let holds = ticket.caller == named(caller) && ticket.id == id && now <= ticket.expires;
        if holds { Ok(ticket) } else { Err(Error::UploadGone) }
    }

    pub(super) fn write_receipt(&self, ticket: &str, receipt: &Receipt) -> String {
        authenticated(&self.receipt, &bound(ticket), &receipt.to_bytes())
    }

    /// Reads a receipt that was made under a ticket.
    pub(super) fn receipt(&self, ticket: &str, written: &str) -> Result<Receipt, Error> {
        let members = verified(&self.receipt, &bound(ticket), written, MAX_RECEIPT_SIZE);
        members
            .and_then(|members| Receipt::from_bytes(&members))
            .ok_or(Error::PartInvalid { reason: "a receipt is none of this upload" })
    }
}

impl Ticket {
    /// Makes the ticket of an upload that begins; nothing where the bucket's name for it is none, or the size too large.
    pub(super) fn new(begun: Begun<'_>, decision_id: &str, now: u64) -> Option<Self> {
        let ticket = Self {
            caller: named(begun.caller),
            decision_id: decision_id.into(),
            expires: now.saturating_add(LIFETIME_S),
            header: digest(begun.header),
            header_size: u64::try_from(begun.header.len()).ok()?,
            id: begun.id.into(),
            size: begun.size,
            upload: begun.upload.into(),
        };
        let fits = (1..=MAX_UPLOAD_SIZE).contains(&ticket.upload.len())
            && ticket.header_size <= ticket.size
            && ticket.size < 1 << 53;
        fits.then_some(ticket)
    }

    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        Timestamp::from_seconds(self.expires)
    }

    /// Returns how many bytes every part but the last has.
    pub(super) fn part_size(&self) -> u64 {
        let least = self.size.div_ceil(MAX_PARTS).div_ceil(PART_STEP).saturating_mul(PART_STEP);
        least.max(LEAST_PART_SIZE)
    }

    /// Returns how many parts there are.
    pub(super) fn parts(&self) -> u64 {
        self.size.div_ceil(self.part_size())
    }

    /// Returns how many bytes a part has, from 1 on; nothing where there is none of that number.
    pub(super) fn part_length(&self, number: u64) -> Option<u64> {
        let (start, end) = self.place(number)?;
        end.checked_sub(start)
    }

    /// Returns which part of the payload comes with a part of the document.
    pub(super) fn extent(&self, number: u64) -> Option<Extent> {
        let (start, end) = self.place(number)?;
        let payload = |place: u64| place.saturating_sub(self.header_size);
        Extent::new(payload(start), payload(end), payload(self.size))
    }

    pub(super) fn payload_length(&self) -> u64 {
        self.size.saturating_sub(self.header_size)
    }

    pub(super) fn header_digest(&self) -> &[u8; 32] {
        &self.header
    }

    fn place(&self, number: u64) -> Option<(u64, u64)> {
        let start = number.checked_sub(1)?.checked_mul(self.part_size())?;
        let end = start.checked_add(self.part_size())?.min(self.size);
        (start < end).then_some((start, end))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let members = [
            ("caller", text(&hex::encode(&self.caller))),
            ("decision_id", text(&self.decision_id)),
            ("expires", Some(Value::from(self.expires))),
            ("header", text(&hex::encode(&self.header))),
            ("header_size", Some(Value::from(self.header_size))),
            ("id", text(&self.id)),
            ("size", Some(Value::from(self.size))),
            ("upload", text(&self.upload)),
        ];
        json::canonical(&object(members.into()))
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut members = Members::of(json::parse("ticket", bytes).ok()?).ok()?;
        let ticket = Self {
            caller: hex::decode(&members.text("caller").ok()?)?,
            decision_id: members.text("decision_id").ok()?,
            expires: members.optional_count("expires").ok()??,
            header: hex::decode(&members.text("header").ok()?)?,
            header_size: members.optional_count("header_size").ok()??,
            id: members.text("id").ok()?,
            size: members.optional_count("size").ok()??,
            upload: members.text("upload").ok()?,
        };
        members.end().ok().map(|()| ticket)
    }
}

impl Receipt {
    /// Makes a receipt; nothing where the bucket's name for the part's bytes is none.
    pub(super) fn new(number: u64, etag: &str, digest: PartDigest) -> Option<Self> {
        (1..=MAX_ETAG_SIZE).contains(&etag.len()).then(|| Self { number, etag: etag.into(), digest })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let Self { number, etag, digest: PartDigest { before, subtrees, after } } = self;
        let members = [
            ("after", text(&base64::encode_url(after))),
            ("before", text(&base64::encode_url(before))),
            ("etag", text(etag)),
            ("number", Some(Value::from(*number))),
            ("subtrees", text(&base64::encode_url(subtrees.as_flattened()))),
        ];
        json::canonical(&object(members.into()))
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut members = Members::of(json::parse("receipt", bytes).ok()?).ok()?;
        let mut decoded = |name| base64::decode_url(members.text(name).ok()?.as_bytes());
        let (after, before, subtrees) = (decoded("after")?, decoded("before")?, decoded("subtrees")?);
        let (subtrees, rest) = subtrees.as_chunks::<{ size_of::<ChainingValue>() }>();
        let digest = PartDigest { before, subtrees: subtrees.to_vec(), after };
        let number = members.optional_count("number").ok()??;
        let receipt = Self { number, etag: members.text("etag").ok()?, digest };
        members.end().ok().filter(|()| rest.is_empty()).map(|()| receipt)
    }
}

/// Returns SHA-256 of what a ticket is bound to.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Names a caller: one whom another issuer knows by the same name is another.
fn named(caller: &Authenticated) -> [u8; 32] {
    let subject = &caller.subject;
    let property = |name: &str| subject.properties.get(name).cloned();
    let members = [
        ("id", text(&subject.id)),
        ("iss", property("iss")),
        ("issuer", property("issuer")),
        ("type", text(&subject.kind)),
    ];
    digest(&json::canonical(&object(members.into())))
}

/// Binds receipts to the ticket that they were made under.
fn bound(ticket: &str) -> String {
    format!("{ticket}.")
}

/// Writes members with their MAC behind them. `context` stands before them under the MAC.
fn authenticated(key: &Key, context: &str, members: &[u8]) -> String {
    let members = base64::encode_url(members);
    let tag = tagged(key, context, &members).finalize().into_bytes();
    format!("{members}.{}", base64::encode_url(&tag))
}

/// Returns the members, of at most so many bytes, if their MAC holds.
fn verified(key: &Key, context: &str, written: &str, limit: usize) -> Option<Vec<u8>> {
    // Base64url has four characters for three bytes, and the MAC has 43.
    if written.len() > limit.div_ceil(3).saturating_mul(4).saturating_add(44) {
        return None;
    }
    let (members, tag) = written.split_once('.')?;
    let tag = base64::decode_url(tag.as_bytes())?;
    tagged(key, context, members).verify_slice(&tag).ok()?;
    base64::decode_url(members.as_bytes())
}

fn tagged(key: &Key, context: &str, members: &str) -> Hmac<Sha256> {
    let mut mac = keys::mac(key);
    mac.update(context.as_bytes());
    mac.update(members.as_bytes());
    mac
}
