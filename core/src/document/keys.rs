//! Every key derivation of the document, with its label: `spec/document.md`, "Derivations".

use alloc::vec;
use alloc::vec::Vec;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sealwright_cipher::Aead;
pub(super) use sealwright_cipher::TAG_SIZE;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::Secret;

/// Is the symmetric key of one document.
pub type FileKey = Secret<FILE_KEY_SIZE>;

/// Size of a file key, in bytes.
pub(super) const FILE_KEY_SIZE: usize = 16;
/// Size of a wrapped file key, in bytes.
pub(super) const WRAPPED_KEY_SIZE: usize = 32;
/// Size of the payload's nonce, in bytes.
pub(super) const NONCE_SIZE: usize = 16;
/// Size of the private part's salt, in bytes.
pub(super) const SALT_SIZE: usize = 16;

const HEADER_INFO: &[u8] = b"header";
const PAYLOAD_INFO: &[u8] = b"payload";
const PRIVATE_INFO: &[u8] = b"sealwright.dev/v1/private";
const COMMITMENT_INFO: &[u8] = b"sealwright.dev/v1/commitment";
const X25519_INFO: &[u8] = b"age-encryption.org/v1/X25519";
#[cfg(feature = "pq")]
pub(super) const HYBRID_INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const SCRYPT_SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";

/// Is a key of 32 bytes on the stack, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Returns HKDF-SHA-256(ikm, salt, info).
pub(crate) fn derive(ikm: &[u8], salt: &[u8], info: &[u8]) -> Key {
    let mut key = Key::default();
    // One block is always within HKDF's length.
    let _ = Hkdf::<Sha256>::new(Some(salt), ikm).expand(info, key.as_mut_slice());
    key
}

/// Returns the MAC of a header up to and including its `---`, ready to verify or finish.
pub(super) fn header_mac(file_key: &FileKey, header: &[u8]) -> Hmac<Sha256> {
    let mut mac = mac(&derive(file_key.expose(), &[], HEADER_INFO));
    mac.update(header);
    mac
}

/// Returns HMAC-SHA-256 under `key`, before its first byte.
pub(crate) fn mac(key: &Key) -> Hmac<Sha256> {
    // A key shorter than the hash's block is padded with zeros (RFC 2104).
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key.iter()).for_each(|(padded, byte)| *padded = *byte);
    <Hmac<Sha256> as KeyInit>::new((&*block).into())
}

/// Returns the key of the payload's chunks.
pub(super) fn payload_key(file_key: &FileKey, nonce: &[u8; NONCE_SIZE]) -> Key {
    derive(file_key.expose(), nonce, PAYLOAD_INFO)
}

/// Returns the key of the private part, for a salt that is fresh whenever one is written.
pub(super) fn private_key(file_key: &FileKey, salt: &[u8; SALT_SIZE]) -> Key {
    derive(file_key.expose(), salt, PRIVATE_INFO)
}

/// Returns what names a file key without telling it, and no other file key.
pub(super) fn commitment(file_key: &FileKey) -> Key {
    derive(file_key.expose(), &[], COMMITMENT_INFO)
}

/// Returns the key that wraps the file key for one X25519 recipient.
pub(super) fn x25519_wrap_key(shared: &[u8; 32], share: &[u8; 32], recipient: &[u8; 32]) -> Key {
    let mut salt = [0; 64];
    let (first, second) = salt.split_at_mut(32);
    first.copy_from_slice(share);
    second.copy_from_slice(recipient);
    derive(shared, &salt, X25519_INFO)
}

/// Returns the key that wraps the file key under a passphrase, at a cost of `2^log_n`.
pub(super) fn scrypt_wrap_key(passphrase: &[u8], salt: &[u8; 16], log_n: u8) -> Result<Key, Error> {
    let invalid = Error::PassphraseInvalid { reason: "its work factor is out of range" };
    let parameters = scrypt::Params::new(log_n, 8, 1).map_err(|_| invalid.clone())?;
    let mut key = Key::default();
    scrypt::scrypt(passphrase, &[SCRYPT_SALT_LABEL, salt].concat(), &parameters, key.as_mut_slice())
        .map_err(|_| invalid)?;
    Ok(key)
}

/// Wraps a file key.
pub(super) fn wrap(wrap_key: &Key, file_key: &FileKey) -> Result<Vec<u8>, Error> {
    encrypt_once(wrap_key, &[], file_key.expose())
}

/// Unwraps a file key; nothing when the wrap key is not the one.
pub(super) fn unwrap(wrap_key: &Key, wrapped: &[u8; WRAPPED_KEY_SIZE]) -> Option<FileKey> {
    let mut key = decrypt_once(wrap_key, &[], wrapped)?;
    Some(FileKey::take(key.first_chunk_mut()?))
}

/// Encrypts a private part, bound to its label.
pub(super) fn encrypt_private(key: &Key, label: &[u8], private: &[u8]) -> Result<Vec<u8>, Error> {
    encrypt_once(key, label, private)
}

/// Decrypts a private part; nothing when key, label or bytes are not those it was made of.
pub(super) fn decrypt_private(key: &Key, label: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decrypt_once(key, label, sealed)
}

/// Encrypts under a key that is used once: ChaCha20-Poly1305 with a zero nonce.
fn encrypt_once(key: &Key, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let mut sealed = vec![0; plaintext.len()];
    let tag = Aead::new(key).seal(&[0; 12], aad, plaintext, &mut sealed).map_err(|_| Error::PayloadTooLarge)?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

fn decrypt_once(key: &Key, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (ciphertext, tag) = sealed.split_last_chunk::<TAG_SIZE>()?;
    let mut plaintext = Zeroizing::new(vec![0; ciphertext.len()]);
    Aead::new(key).open(&[0; 12], aad, ciphertext, tag, &mut plaintext).ok()?;
    Some(plaintext)
}
