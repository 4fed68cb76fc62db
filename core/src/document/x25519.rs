//! The X25519 recipient: `spec/document.md`, "Derivations".

use x25519_dalek::{PublicKey as Point, StaticSecret};

use super::keys::{self, FileKey};
use super::stanza::Stanza;
use crate::encoding::base64;
use crate::error::Error;
use crate::rng::{self, Entropy};

/// Type of an X25519 stanza.
pub(super) const X25519_STANZA: &str = "X25519";

/// Is a public key, as it is written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct PublicKey(pub(super) [u8; 32]);

/// Is a secret key with its public half.
pub(super) struct SecretKey {
    secret: StaticSecret,
    public: [u8; 32],
}

impl PublicKey {
    /// Returns the stanza that carries `file_key`; nothing when the key agrees on no secret.
    pub(super) fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Option<Stanza>, Error> {
        let ephemeral = StaticSecret::from(rng::random(entropy)?);
        let share = Point::from(&ephemeral);
        let shared = ephemeral.diffie_hellman(&Point::from(self.0));
        if !shared.was_contributory() {
            return Ok(None);
        }
        let wrap_key = keys::x25519_wrap_key(shared.as_bytes(), share.as_bytes(), &self.0);
        let body = keys::wrap(&wrap_key, file_key)?;
        Ok(Some(Stanza::new(X25519_STANZA, &[&base64::encode(share.as_bytes())], body)))
    }
}

impl SecretKey {
    /// Takes any 32 bytes for a secret.
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        let secret = StaticSecret::from(bytes);
        let public = Point::from(&secret).to_bytes();
        Self { secret, public }
    }

    /// Lends the secret's bytes.
    pub(super) fn expose(&self) -> &[u8; 32] {
        self.secret.as_bytes()
    }

    /// Returns the public half.
    pub(super) fn public(&self) -> [u8; 32] {
        self.public
    }

    /// Returns the file key that a stanza of this type carries, if it is for this key.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        let [share] = stanza.args() else {
            return Err(malformed("an `X25519` stanza must have one argument"));
        };
        let share: [u8; 32] = base64::decode_array(share.as_bytes())
            .ok_or(malformed("the share of an `X25519` stanza is not canonical base64 of 32 bytes"))?;
        let wrapped =
            stanza.body().try_into().map_err(|_| malformed("the body of an `X25519` stanza must have 32 bytes"))?;
        let shared = self.secret.diffie_hellman(&Point::from(share));
        if !shared.was_contributory() {
            return Err(malformed("the share of an `X25519` stanza is a point of low order"));
        }
        Ok(keys::unwrap(&keys::x25519_wrap_key(shared.as_bytes(), &share, &self.public), wrapped))
    }
}

#[cfg(feature = "pq")]
/// Tells whether a point agrees on the same secret with everybody.
pub(super) fn is_of_low_order(point: &[u8; 32]) -> bool {
    // Zero clamped is 2^254: multiplied by a power of two, only a point whose order is one comes to nothing.
    !StaticSecret::from([0; 32]).diffie_hellman(&Point::from(*point)).was_contributory()
}
