//! The one failure type, with stable codes.
//!
//! A refusal by policy is not a failure: it is a [`Decision`](crate::policy::Decision). Every caller treats a failure to
//! evaluate as a refusal.

use alloc::string::String;

/// What opening says for a wrong key, a broken header and a broken payload alike, so that its text is no oracle.
const CANNOT_OPEN: &str = "the document cannot be opened: no identity given matches it, or it was altered or cut short";

/// What opening a record says for a wrong key, an altered token and a moved one alike.
#[cfg(feature = "gate")]
const CANNOT_OPEN_RECORD: &str = "cannot be opened: no key at hand matches it, or it was altered, cut short or moved";

/// Is everything that can go wrong in the core.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input does not begin with the age version line.
    #[error("expected an age v1 file: the first line is not `age-encryption.org/v1`")]
    NotAge,
    /// The header breaks the grammar of `spec/document.md`.
    #[error("the document's header is malformed: {reason}")]
    HeaderMalformed {
        /// The rule that the header breaks.
        reason: &'static str,
    },
    /// The header does not end within the cap.
    #[error("the document's header is larger than {limit} bytes")]
    HeaderTooLarge {
        /// The cap, in bytes.
        limit: usize,
    },
    /// The header has more stanzas than the cap.
    #[error("the document's header has more than {limit} stanzas")]
    TooManyStanzas {
        /// The cap.
        limit: usize,
    },
    /// The armor breaks the grammar of `spec/document.md`.
    #[error("the document's armor is malformed: {reason}")]
    ArmorMalformed {
        /// The rule that the armor breaks.
        reason: &'static str,
    },
    /// The label is not a record of `spec/label.md`.
    #[error("the label is malformed: {reason}")]
    LabelMalformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The label is larger than the cap.
    #[error("the label has {size} bytes, the most is {limit}")]
    LabelTooLarge {
        /// Its size in bytes.
        size: usize,
        /// The cap, in bytes.
        limit: usize,
    },
    /// The private part is not a record of `spec/label.md`.
    #[error("the private part is malformed: {reason}")]
    PrivateMalformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The private part is larger than the cap.
    #[error("the private part has {size} bytes, the most is {limit}")]
    PrivateTooLarge {
        /// Its size in bytes.
        size: usize,
        /// The cap, in bytes.
        limit: usize,
    },
    /// The document does not carry exactly one label as its first stanza.
    #[error("expected exactly one label, as the first stanza; found {found}")]
    LabelCount {
        /// How many the header has, in any place.
        found: usize,
    },
    /// The second reading of a source differs from the one that was scanned.
    #[cfg(feature = "gate")]
    #[error("the source changed between the scan and the sealing")]
    SourceChanged,
    /// The document carries no signature, and unsigned ones are not allowed.
    #[cfg(feature = "gate")]
    #[error("the document is not signed")]
    SenderMissing,
    /// The document is signed by somebody who is not trusted.
    #[cfg(feature = "gate")]
    #[error("the document's sender `{key_id}` is not trusted")]
    SenderUntrusted {
        /// Whom it names.
        key_id: String,
    },
    /// The signature does not hold for this label, file key and payload.
    #[error("the sender's signature does not hold: the document was altered, cut short or put together from others")]
    SenderSignature,
    /// No identity given unwraps the file key.
    #[error("{CANNOT_OPEN}")]
    NoIdentity,
    /// The header's MAC does not hold.
    #[error("{CANNOT_OPEN}")]
    HeaderMac,
    /// The payload was altered, reordered or cut short.
    #[error("{CANNOT_OPEN}")]
    PayloadCorrupt,
    /// A collection's document has a payload.
    #[cfg(feature = "gate")]
    #[error("expected a collection: the document's payload is not empty")]
    CollectionPayload,
    /// A collection is not a generation of the other.
    #[cfg(feature = "gate")]
    #[error("the collections are not generations of one: their labels name `{newer}` and `{older}`")]
    CollectionMismatch {
        /// The id of the one that seals.
        newer: String,
        /// The id of the one that was to be added.
        older: String,
    },
    /// No generation at hand has the key that a record names.
    #[cfg(feature = "gate")]
    #[error("record {index} {CANNOT_OPEN_RECORD}")]
    RecordKeyUnknown {
        /// Its place in the batch, from 0.
        index: usize,
    },
    /// A record was altered, cut short, or belongs to another place.
    #[cfg(feature = "gate")]
    #[error("record {index} {CANNOT_OPEN_RECORD}")]
    RecordCorrupt {
        /// Its place in the batch, from 0.
        index: usize,
    },
    /// A column's name, a record's id or a value is beyond its limits.
    #[cfg(feature = "gate")]
    #[error("the {what} has {size} bytes, expected {least} to {most}")]
    RecordLimit {
        /// Which of them.
        what: &'static str,
        /// Its place in the batch, from 0; a column has none.
        index: Option<usize>,
        /// Its size in bytes.
        size: usize,
        /// The least that it may have.
        least: usize,
        /// The most that it may have.
        most: usize,
    },
    /// The offsets of a batch do not cut its bytes, or two batches do not fit each other.
    #[cfg(feature = "gate")]
    #[error("the batch is not usable: {reason}")]
    BatchInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A recipient's text is not one.
    #[error("`{value:.100}` is not a recipient: {reason}")]
    RecipientInvalid {
        /// The caller's value.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An identity's text is not one. The text is a secret, so it is not repeated.
    #[error("not an identity: {reason}")]
    IdentityInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A signer's text or name is not one. The text is a secret, so it is not repeated.
    #[error("not a signer: {reason}")]
    SignerInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A verifier key's text is not one.
    #[error("`{value}` is not a verifier key: {reason}")]
    VerifierInvalid {
        /// The caller's value.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No stanza is known to be for a recipient that is to be removed.
    #[error("no stanza can be told to be for a recipient that is to be removed")]
    RecipientUnknown,
    /// There is nobody to encrypt to.
    #[error("expected at least one recipient")]
    NoRecipients,
    /// There are more recipients than a header may hold.
    #[error("{count} recipients are more than the {limit} that one header holds")]
    TooManyRecipients {
        /// How many were given.
        count: usize,
        /// The cap.
        limit: usize,
    },
    /// There are hybrid recipients beside others, which a quantum computer would break instead.
    #[error(
        "post-quantum recipients cannot be mixed with others: the document would be no safer than with those alone"
    )]
    RecipientsMixed,
    /// A passphrase or its work factor cannot be used.
    #[error("the passphrase cannot be used: {reason}")]
    PassphraseInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A text is not the JSON that was expected.
    #[error("the {what} is not valid: {reason}")]
    JsonInvalid {
        /// Which input it is.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A time is not in the one form that compares as text.
    #[error("`{value}` is not a time of the form `2026-01-31T23:59:59Z`")]
    TimeInvalid {
        /// The caller's value.
        value: String,
    },
    /// The caller set a label field that only the gate sets.
    #[cfg(feature = "gate")]
    #[error("the label's field `{field}` is set by the gate, not by the caller")]
    LabelFieldReserved {
        /// The field's name.
        field: &'static str,
    },
    /// The input to scan or transform is not UTF-8, or holds a NUL.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("expected text in UTF-8 without NUL")]
    NotText,
    /// A range lies outside the document.
    #[error("the range {start}..{end} lies outside the document's {size} bytes")]
    RangeInvalid {
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
        /// Size of the plaintext.
        size: u64,
    },
    /// A document cannot be read by ranges.
    #[error("the document cannot be read by ranges: {reason}")]
    RangeUnavailable {
        /// What stands against it.
        reason: &'static str,
    },
    /// A payload is beyond what the format's counters hold.
    #[error("the payload is larger than the format allows")]
    PayloadTooLarge,
    /// A call came in an order that the handle does not allow.
    #[error("wrong order of calls: {reason}")]
    CallOrder {
        /// What was expected.
        reason: &'static str,
    },
    /// A policy module does not parse or load.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("{file}:{row}:{column}: {reason}")]
    PolicySyntax {
        /// The module's path.
        file: String,
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
        /// What is wrong there.
        reason: String,
    },
    /// A module calls what is neither a function of the policy nor a built-in that decisions may use.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error(
        "{file}:{row}:{column}: `{name}` is neither a function of this policy nor a built-in that decisions may use"
    )]
    PolicyBuiltin {
        /// The module's path.
        file: String,
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
        /// The name that is called.
        name: String,
    },
    /// A rule or function builds on itself.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("{file}:{row}:{column}: `{rule}` builds on itself")]
    PolicyRecursion {
        /// The module's path.
        file: String,
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
        /// The rule's path, without `data.`.
        rule: String,
    },
    /// The policy's parts do not fit together: no module, an entrypoint that is no rule, data that collide.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the policy cannot be loaded: {reason}")]
    PolicyInvalid {
        /// What is wrong.
        reason: String,
    },
    /// A policy needs the reference tier, which this build does not have.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the policy needs the reference tier, which this build does not have: {reason}")]
    PolicyTier {
        /// What the compiled tier does not take.
        reason: String,
        /// Where that stands, if it stands in one place.
        place: Option<Location>,
    },
    /// A policy, its data or a request is larger or deeper than its limit.
    #[cfg(any(feature = "bundle", feature = "gate", feature = "policy-program"))]
    #[error("the policy's limit `{limit}` of {most} is exceeded")]
    PolicyLimit {
        /// Which limit.
        limit: &'static str,
        /// Its value.
        most: u64,
    },
    /// The evaluation failed. The answer is a refusal.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the policy could not be evaluated: {reason}")]
    PolicyEvaluation {
        /// What failed.
        reason: String,
    },
    /// The policy asks for what a filter, or a store, cannot say exactly. Whoever searches is refused.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the filter cannot be said exactly: {reason}")]
    FilterUnsupported {
        /// What it asks for.
        reason: String,
        /// Where, if it stands in the policy.
        place: Option<Location>,
    },
    /// The entrypoint's value is not a decision of `spec/decision.md`.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the policy's answer is not a decision: {reason}")]
    DecisionInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// The decision answers another request or comes from another policy.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the decision does not belong to this request and policy")]
    DecisionMismatch,
    /// The bytes are not a program of `spec/program.md`.
    #[cfg(any(feature = "bundle", feature = "policy-program"))]
    #[error("the program is malformed: {reason}")]
    ProgramMalformed {
        /// The rule that it breaks.
        reason: String,
    },
    /// A program is not what its sources compile to.
    #[cfg(any(feature = "bundle", feature = "policy-program"))]
    #[error("the program is not that of its sources: {reason}")]
    ProgramMismatch {
        /// What differs.
        reason: String,
    },
    /// The bytes are not a bundle of `spec/bundle.md`.
    #[cfg(feature = "bundle")]
    #[error("the bundle is malformed: {reason}")]
    BundleMalformed {
        /// The rule that it breaks.
        reason: String,
    },
    /// A bundle holds what this engine does not evaluate or verify.
    #[cfg(feature = "bundle")]
    #[error("the bundle cannot be used here: {reason}")]
    BundleUnsupported {
        /// What it holds.
        reason: String,
    },
    /// A bundle's roots overlap, or something lies outside them.
    #[cfg(feature = "bundle")]
    #[error("the bundle's roots do not hold: {reason}")]
    BundleRoots {
        /// What lies where.
        reason: String,
    },
    /// A bundle that must be verified carries no signature.
    #[cfg(feature = "bundle")]
    #[error("the bundle is not signed")]
    BundleUnsigned,
    /// A bundle is signed by somebody who is not trusted.
    #[cfg(feature = "bundle")]
    #[error("the bundle's signer `{key_id}` is not trusted")]
    BundleUntrusted {
        /// Whom it names.
        key_id: String,
    },
    /// A bundle's signature does not hold.
    #[cfg(feature = "bundle")]
    #[error("the bundle's signature does not hold: {reason}")]
    BundleSignature {
        /// What differs.
        reason: String,
    },
    /// A key to verify bundles by is not usable. It may be a secret, so it is not repeated.
    #[cfg(feature = "bundle")]
    #[error("not a key to verify bundles by: {reason}")]
    BundleKeyInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An operator's parameters are not usable.
    #[cfg(any(feature = "gate", feature = "policy-program"))]
    #[error("the operator for `{entity}` is not valid: {reason}")]
    OperatorInvalid {
        /// The entity that it is for.
        entity: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A call that needs an access token came without one.
    #[cfg(feature = "release")]
    #[error("the request carries no access token: expected `Authorization: DPoP <token>`")]
    TokenMissing,
    /// An access token is not one of `spec/release.md`, or not for this edge.
    #[cfg(feature = "release")]
    #[error("the access token is not valid: {reason}")]
    TokenInvalid {
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// An access token names a key that its issuer is not known to have.
    #[cfg(feature = "release")]
    #[error("the access token's key is not among its issuer's")]
    TokenKeyUnknown {
        /// Whose keys may have changed.
        issuer: String,
    },
    /// An access token's time is over, or has not come.
    #[cfg(feature = "release")]
    #[error("the access token does not hold at this time")]
    TokenExpired,
    /// A call came without a proof that the caller holds the token's key.
    #[cfg(feature = "release")]
    #[error("the request carries no proof of possession: expected one header `DPoP`")]
    ProofMissing,
    /// A proof of possession is not one of `spec/release.md`, or not for this request.
    #[cfg(feature = "release")]
    #[error("the proof of possession is not valid: {reason}")]
    ProofInvalid {
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// A ticket is none of an upload that is under way: forged, somebody else's, of another object, or too old.
    #[cfg(feature = "release")]
    #[error("no upload is under way under this ticket: begin again")]
    UploadGone,
    /// A part of an upload, its receipt or the header does not belong to the upload.
    #[cfg(feature = "release")]
    #[error("the part does not belong to the upload: {reason}")]
    PartInvalid {
        /// What does not fit.
        reason: &'static str,
    },
    /// What an edge answered is not an answer to the request.
    #[cfg(feature = "gate")]
    #[error("the release cannot be used: {reason}")]
    ReleaseInvalid {
        /// What does not fit.
        reason: &'static str,
    },
    /// The host has no randomness to give.
    #[error("the source of randomness failed")]
    EntropyUnavailable,
}

/// Groups the codes by what a caller can do about them.
///
/// It is exhaustive on purpose: bindings match it without a wildcard, so that a new kind fails their build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The caller's arguments are wrong.
    Usage,
    /// The bytes are not a document that this format allows.
    Malformed,
    /// The document was altered or cut short.
    Integrity,
    /// No key at hand opens it.
    NoKey,
    /// The policy cannot be loaded or evaluated; whoever asked is refused.
    Policy,
    /// The host failed.
    Environment,
}

impl Kind {
    /// Returns its name, as WebAssembly's hosts know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Malformed => "malformed",
            Self::Integrity => "integrity",
            Self::NoKey => "no_key",
            Self::Policy => "policy",
            Self::Environment => "environment",
        }
    }
}

/// Names a place in a policy module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The module's path.
    pub file: String,
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Error {
    /// Returns the stable code: documented in `spec/errors.md`, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAge => "not_age",
            Self::HeaderMalformed { .. } => "header_malformed",
            Self::HeaderTooLarge { .. } => "header_too_large",
            Self::TooManyStanzas { .. } => "too_many_stanzas",
            Self::ArmorMalformed { .. } => "armor_malformed",
            Self::LabelMalformed { .. } => "label_malformed",
            Self::LabelTooLarge { .. } => "label_too_large",
            Self::PrivateMalformed { .. } => "private_malformed",
            Self::PrivateTooLarge { .. } => "private_too_large",
            Self::LabelCount { .. } => "label_count",
            #[cfg(feature = "gate")]
            Self::SourceChanged => "source_changed",
            #[cfg(feature = "gate")]
            Self::SenderMissing => "sender_missing",
            #[cfg(feature = "gate")]
            Self::SenderUntrusted { .. } => "sender_untrusted",
            Self::SenderSignature => "sender_signature",
            Self::NoIdentity => "no_identity",
            Self::HeaderMac => "header_mac",
            Self::PayloadCorrupt => "payload_corrupt",
            #[cfg(feature = "gate")]
            Self::CollectionPayload => "collection_payload",
            #[cfg(feature = "gate")]
            Self::CollectionMismatch { .. } => "collection_mismatch",
            #[cfg(feature = "gate")]
            Self::RecordKeyUnknown { .. } => "record_key_unknown",
            #[cfg(feature = "gate")]
            Self::RecordCorrupt { .. } => "record_corrupt",
            #[cfg(feature = "gate")]
            Self::RecordLimit { .. } => "record_limit",
            #[cfg(feature = "gate")]
            Self::BatchInvalid { .. } => "batch_invalid",
            Self::RecipientInvalid { .. } => "recipient_invalid",
            Self::IdentityInvalid { .. } => "identity_invalid",
            Self::SignerInvalid { .. } => "signer_invalid",
            Self::VerifierInvalid { .. } => "verifier_invalid",
            Self::RecipientUnknown => "recipient_unknown",
            Self::NoRecipients => "no_recipients",
            Self::TooManyRecipients { .. } => "too_many_recipients",
            Self::RecipientsMixed => "recipients_mixed",
            Self::PassphraseInvalid { .. } => "passphrase_invalid",
            Self::JsonInvalid { .. } => "json_invalid",
            Self::TimeInvalid { .. } => "time_invalid",
            #[cfg(feature = "gate")]
            Self::LabelFieldReserved { .. } => "label_field_reserved",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::NotText => "not_text",
            Self::RangeInvalid { .. } => "range_invalid",
            Self::RangeUnavailable { .. } => "range_unavailable",
            Self::PayloadTooLarge => "payload_too_large",
            Self::CallOrder { .. } => "call_order",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicySyntax { .. } => "policy_syntax",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicyBuiltin { .. } => "policy_builtin",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicyRecursion { .. } => "policy_recursion",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicyInvalid { .. } => "policy_invalid",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicyTier { .. } => "policy_tier",
            #[cfg(any(feature = "bundle", feature = "gate", feature = "policy-program"))]
            Self::PolicyLimit { .. } => "policy_limit",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicyEvaluation { .. } => "policy_evaluation",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::FilterUnsupported { .. } => "filter_unsupported",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::DecisionInvalid { .. } => "decision_invalid",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::DecisionMismatch => "decision_mismatch",
            #[cfg(any(feature = "bundle", feature = "policy-program"))]
            Self::ProgramMalformed { .. } => "program_malformed",
            #[cfg(any(feature = "bundle", feature = "policy-program"))]
            Self::ProgramMismatch { .. } => "program_mismatch",
            #[cfg(feature = "bundle")]
            Self::BundleMalformed { .. } => "bundle_malformed",
            #[cfg(feature = "bundle")]
            Self::BundleUnsupported { .. } => "bundle_unsupported",
            #[cfg(feature = "bundle")]
            Self::BundleRoots { .. } => "bundle_roots",
            #[cfg(feature = "bundle")]
            Self::BundleUnsigned => "bundle_unsigned",
            #[cfg(feature = "bundle")]
            Self::BundleUntrusted { .. } => "bundle_untrusted",
            #[cfg(feature = "bundle")]
            Self::BundleSignature { .. } => "bundle_signature",
            #[cfg(feature = "bundle")]
            Self::BundleKeyInvalid { .. } => "bundle_key_invalid",
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::OperatorInvalid { .. } => "operator_invalid",
            #[cfg(feature = "release")]
            Self::TokenMissing => "token_missing",
            #[cfg(feature = "release")]
            Self::TokenInvalid { .. } => "token_invalid",
            #[cfg(feature = "release")]
            Self::TokenKeyUnknown { .. } => "token_key_unknown",
            #[cfg(feature = "release")]
            Self::TokenExpired => "token_expired",
            #[cfg(feature = "release")]
            Self::ProofMissing => "proof_missing",
            #[cfg(feature = "release")]
            Self::ProofInvalid { .. } => "proof_invalid",
            #[cfg(feature = "release")]
            Self::UploadGone => "upload_gone",
            #[cfg(feature = "release")]
            Self::PartInvalid { .. } => "part_invalid",
            #[cfg(feature = "gate")]
            Self::ReleaseInvalid { .. } => "release_invalid",
            Self::EntropyUnavailable => "entropy_unavailable",
        }
    }

    /// Returns the group that the code belongs to.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NotAge
            | Self::HeaderMalformed { .. }
            | Self::HeaderTooLarge { .. }
            | Self::TooManyStanzas { .. }
            | Self::ArmorMalformed { .. }
            | Self::LabelMalformed { .. }
            | Self::LabelTooLarge { .. }
            | Self::PrivateMalformed { .. }
            | Self::PrivateTooLarge { .. }
            | Self::LabelCount { .. } => Kind::Malformed,
            Self::NoIdentity => Kind::NoKey,
            Self::HeaderMac | Self::PayloadCorrupt | Self::SenderSignature => Kind::Integrity,
            Self::RecipientInvalid { .. }
            | Self::IdentityInvalid { .. }
            | Self::SignerInvalid { .. }
            | Self::VerifierInvalid { .. }
            | Self::RecipientUnknown
            | Self::NoRecipients
            | Self::TooManyRecipients { .. }
            | Self::RecipientsMixed
            | Self::PassphraseInvalid { .. }
            | Self::JsonInvalid { .. }
            | Self::TimeInvalid { .. }
            | Self::RangeInvalid { .. }
            | Self::RangeUnavailable { .. }
            | Self::PayloadTooLarge
            | Self::CallOrder { .. } => Kind::Usage,
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicySyntax { .. }
            | Self::PolicyBuiltin { .. }
            | Self::PolicyRecursion { .. }
            | Self::PolicyInvalid { .. }
            | Self::PolicyTier { .. }
            | Self::PolicyEvaluation { .. }
            | Self::FilterUnsupported { .. }
            | Self::DecisionInvalid { .. }
            | Self::DecisionMismatch
            | Self::OperatorInvalid { .. } => Kind::Policy,
            #[cfg(any(feature = "bundle", feature = "gate", feature = "policy-program"))]
            Self::PolicyLimit { .. } => Kind::Policy,
            #[cfg(any(feature = "bundle", feature = "policy-program"))]
            Self::ProgramMalformed { .. } => Kind::Policy,
            #[cfg(any(feature = "bundle", feature = "policy-program"))]
            Self::ProgramMismatch { .. } => Kind::Integrity,
            #[cfg(feature = "bundle")]
            Self::BundleMalformed { .. } | Self::BundleUnsupported { .. } | Self::BundleRoots { .. } => Kind::Policy,
            #[cfg(feature = "bundle")]
            Self::BundleUnsigned | Self::BundleUntrusted { .. } | Self::BundleSignature { .. } => Kind::Integrity,
            #[cfg(feature = "bundle")]
            Self::BundleKeyInvalid { .. } => Kind::Usage,
            Self::EntropyUnavailable => Kind::Environment,
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::NotText => Kind::Malformed,
            #[cfg(feature = "gate")]
            Self::SourceChanged | Self::CollectionPayload => Kind::Malformed,
            #[cfg(feature = "gate")]
            Self::RecordKeyUnknown { .. } => Kind::NoKey,
            #[cfg(feature = "gate")]
            Self::SenderMissing
            | Self::SenderUntrusted { .. }
            | Self::RecordCorrupt { .. }
            | Self::ReleaseInvalid { .. } => Kind::Integrity,
            #[cfg(feature = "release")]
            Self::UploadGone | Self::PartInvalid { .. } => Kind::Integrity,
            #[cfg(feature = "release")]
            Self::TokenMissing
            | Self::TokenInvalid { .. }
            | Self::TokenKeyUnknown { .. }
            | Self::TokenExpired
            | Self::ProofMissing
            | Self::ProofInvalid { .. } => Kind::Usage,
            #[cfg(feature = "gate")]
            Self::CollectionMismatch { .. }
            | Self::RecordLimit { .. }
            | Self::BatchInvalid { .. }
            | Self::LabelFieldReserved { .. } => Kind::Usage,
        }
    }

    /// Returns the place in a batch, from 0, of the record that the failure is about.
    pub fn index(&self) -> Option<usize> {
        match self {
            #[cfg(feature = "gate")]
            Self::RecordKeyUnknown { index } | Self::RecordCorrupt { index } => Some(*index),
            #[cfg(feature = "gate")]
            Self::RecordLimit { index, .. } => *index,
            _ => None,
        }
    }

    /// Returns the place in a policy module that the failure points at.
    pub fn location(&self) -> Option<Location> {
        match self {
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::PolicySyntax { file, row, column, .. }
            | Self::PolicyBuiltin { file, row, column, .. }
            | Self::PolicyRecursion { file, row, column, .. } => {
                Some(Location { file: file.clone(), row: *row, column: *column })
            }
            #[cfg(any(feature = "gate", feature = "policy-program"))]
            Self::FilterUnsupported { place, .. } | Self::PolicyTier { place, .. } => place.clone(),
            _ => None,
        }
    }
}
