//! The AEAD of sealed documents, the STREAM chunks of their payload (`core/spec/document.md`, "Payload") and the records of a
//! collection.
//!
//! A crate of its own, because the ciphers are generic and so compiled where they are used: the WebAssembly modules compile
//! everything else for size.
//!
//! # Which implementation, and why
//!
//! One core of a server of 2025 (3.75 GHz, AVX-512), chunks of 64 KiB that stay in its second cache, MB/s:
//!
//! | | seals | builds with | |
//! |---|--:|---|---|
//! | this crate's AVX-512 kernel | 4,540 | Rust | 200 lines, held to the others by tests; 4,610 to open |
//! | OpenSSL 3.0 | 3,920 | C, Perl | assembly; megabytes to link |
//! | `chacha20poly1305` 0.11, AVX-512 | 2,600 | Rust | needs `--cfg chacha20_avx512`, as in `.cargo/config.toml` |
//! | `aws-lc-rs` 1.19 | 2,470 | C | assembly for AVX2 |
//! | `ring` 0.17 | 2,470 | C | assembly for AVX2 |
//! | `graviola` 0.4 | 1,360 | Rust | |
//! | `chacha20poly1305` 0.11, AVX2 | 1,340 | Rust | |
//!
//! So the kernel serves where a processor has AVX-512 with IFMA (Intel's servers since Ice Lake, AMD since Zen 4), and
//! `chacha20poly1305` everywhere else: it is Rust throughout, erases its keys, was audited in an earlier version, and runs where
//! nothing is known of the target. On AVX2 alone `ring` and `aws-lc-rs` make 1.8 times as much. That is left to them: a second
//! foreign implementation, in C and assembly that does not erase keys, would be one more thing to trust on every target. A
//! kernel for AVX2 in the manner of the one for AVX-512 gained a quarter, and is not worth its lines.
//! In WebAssembly with `simd128` there is a kernel of its own.
//!
//! Every implementation takes Wycheproof's cases, and is compared with `chacha20poly1305` for any message.

#![no_std]

#[cfg(target_arch = "x86_64")]
extern crate std;

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(not(all(target_arch = "wasm32", feature = "simd128")))]
mod native;
#[cfg(not(all(target_arch = "wasm32", feature = "simd128")))]
mod portable;
mod record;
#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
mod simd128;

#[cfg(not(all(target_arch = "wasm32", feature = "simd128")))]
pub use native::Aead;
#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
pub use simd128::Aead;

pub use record::{RECORD_NONCE_SIZE, RecordCipher};

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_SIZE: usize = 64 * 1024;

/// Bytes that a chunk grows by.
pub const TAG_SIZE: usize = 16;

/// Says that a message is too long to encrypt, that it does not authenticate, or that a buffer has not its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

/// Encrypts and decrypts the chunks of one payload.
pub struct ChunkCipher(Aead);

impl ChunkCipher {
    /// Takes the payload key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Aead::new(key))
    }

    /// Encrypts `chunk` into `sealed`, which is [`TAG_SIZE`] bytes longer.
    ///
    /// # Errors
    /// For a chunk longer than the cipher's 256 GiB, and a buffer of another size.
    pub fn encrypt(&self, index: u64, last: bool, chunk: &[u8], sealed: &mut [u8]) -> Result<(), Failed> {
        let (ciphertext, tag) = sealed.split_last_chunk_mut::<TAG_SIZE>().ok_or(Failed)?;
        *tag = self.0.seal(&chunk_nonce(index, last), &[], chunk, ciphertext)?;
        Ok(())
    }

    /// Decrypts `sealed` into `chunk`, which is [`TAG_SIZE`] bytes shorter, and all zeros when that does not authenticate.
    ///
    /// # Errors
    /// For a chunk that is not the one of this place and key, and a buffer of another size.
    pub fn decrypt(&self, index: u64, last: bool, sealed: &[u8], chunk: &mut [u8]) -> Result<(), Failed> {
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_SIZE>().ok_or(Failed)?;
        // Only the first chunk may be empty, and then it is the last: an empty document has one form.
        if ciphertext.is_empty() && index > 0 {
            return Err(Failed);
        }
        self.0.open(&chunk_nonce(index, last), &[], ciphertext, tag, chunk)
    }
}

/// Returns the nonce of chunk `index`.
///
/// It never repeats: the payload key is fresh for every document, and the counter and the last-chunk flag differ for
/// every chunk.
fn chunk_nonce(index: u64, last: bool) -> [u8; 12] {
    let [a, b, c, d, e, f, g, h] = index.to_be_bytes();
    [0, 0, 0, a, b, c, d, e, f, g, h, u8::from(last)]
}
