//! ChaCha20-Poly1305 (RFC 8439) for WebAssembly with `simd128`.
//!
//! ChaCha20 makes four blocks at once, a vector holding one word of each. Poly1305 stays scalar, and its blocks stand
//! between ChaCha20's rounds: the processor works on both at the same time, and the tag costs a fifth instead of half.
//! Nothing branches on a secret or takes an address from one. What is never inlined is so for size.

mod poly1305;

use core::arch::wasm32::{
    u8x16_shuffle, u16x8_shuffle, u32x4, u32x4_add, u32x4_shl, u32x4_shr, u32x4_shuffle, u32x4_splat,
    u64x2_extract_lane, u64x2_shuffle, v128, v128_or, v128_xor,
};

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use self::poly1305::Poly1305;
use crate::{Failed, TAG_SIZE};

/// Bytes of the four blocks that are made at once.
const BATCH: usize = 256;

const DOUBLE_ROUNDS: usize = 10;

/// Which word of ChaCha20's state counts the blocks.
const COUNTER: usize = 12;

/// The words that open ChaCha20's state: RFC 8439, section 2.3.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Encrypts and authenticates messages under one key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Aead([u32; 8]);

impl Aead {
    /// Takes the key.
    pub fn new(key: &[u8; 32]) -> Self {
        let mut words = [0; 8];
        read(key, &mut words);
        Self(words)
    }

    /// Encrypts `plaintext` into `ciphertext` and returns the tag.
    ///
    /// # Errors
    /// For buffers that differ in size.
    pub fn seal(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        plaintext: &[u8],
        ciphertext: &mut [u8],
    ) -> Result<[u8; TAG_SIZE], Failed> {
        if plaintext.len() != ciphertext.len() {
            return Err(Failed);
        }
        let mut message = Message::new(&self.0, nonce);
        message.tag.absorb(aad);
        let mut before: &[u8] = &[];
        for (piece, out) in plaintext.chunks(BATCH).zip(ciphertext.chunks_mut(BATCH)) {
            message.advance(before);
            message.apply(piece, out);
            before = out;
        }
        message.tag.absorb(before);
        Ok(message.finish(aad.len(), ciphertext.len()))
    }

    /// Decrypts `ciphertext` into `plaintext`; on a failure that is all zeros.
    ///
    /// # Errors
    /// For a tag that is not the message's, and for buffers that differ in size.
    pub fn open(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; TAG_SIZE],
        plaintext: &mut [u8],
    ) -> Result<(), Failed> {
        if ciphertext.len() != plaintext.len() {
            plaintext.fill(0);
            return Err(Failed);
        }
        let mut message = Message::new(&self.0, nonce);
        message.tag.absorb(aad);
        for (piece, out) in ciphertext.chunks(BATCH).zip(plaintext.chunks_mut(BATCH)) {
            let (whole, rest) = piece.as_chunks::<BATCH>();
            message.advance(whole.as_flattened());
            message.tag.absorb(rest);
            message.apply(piece, out);
        }
        // INVARIANT: nothing of `plaintext` can be read before this line, for it is borrowed until then.
        if message.finish(aad.len(), ciphertext.len()).ct_eq(tag).into() {
            return Ok(());
        }
        plaintext.fill(0);
        Err(Failed)
    }
}

/// Is one message on its way.
struct Message {
    input: [u32; 16],
    keystream: [Block; 4],
    tag: Poly1305,
}

/// Is one block of the keystream, in four rows.
type Block = [[u8; 16]; 4];

/// Is the state of four blocks: each vector holds the same word of all of them.
type State = [[v128; 4]; 4];

impl Message {
    /// Makes the tag's one-time key: RFC 8439, section 2.6.
    #[inline(never)]
    fn new(key: &[u32; 8], nonce: &[u8; 12]) -> Self {
        let mut message = Self { input: [0; 16], keystream: Default::default(), tag: Poly1305::default() };
        let (constants, rest) = message.input.split_at_mut(4);
        constants.copy_from_slice(&CONSTANTS);
        let (keys, rest) = rest.split_at_mut(8);
        keys.copy_from_slice(key);
        let (_counter, nonces) = rest.split_at_mut(1);
        read(nonce, nonces);
        message.advance(&[]);
        let [[first, second, ..], ..] = &message.keystream;
        message.tag = Poly1305::new(first, second);
        message.input[COUNTER] = 1;
        message
    }

    /// Makes the next four blocks of the keystream, and takes `absorbed`, a batch or nothing, into the tag.
    #[inline(never)]
    #[target_feature(enable = "simd128")]
    fn advance(&mut self, absorbed: &[u8]) {
        let mut blocks = absorbed.as_chunks().0.iter();
        let start = self.state();
        let mut state = start;
        let mut sum = self.tag.sum;
        for _ in 0..DOUBLE_ROUNDS {
            round(&mut state);
            if let Some(block) = blocks.next() {
                sum = self.tag.added(sum, block);
            }
            turn(&mut state);
            round(&mut state);
            turn_back(&mut state);
            if let Some(block) = blocks.next() {
                sum = self.tag.added(sum, block);
            }
        }
        self.tag.sum = sum;
        self.keep(&state, &start);
        self.input[COUNTER] = self.input[COUNTER].wrapping_add(4);
    }

    /// Sets out the next four blocks, which differ in their counter.
    #[target_feature(enable = "simd128")]
    fn state(&self) -> State {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.input.map(|word| u32x4_splat(word));
        let m = u32x4_add(m, u32x4(0, 1, 2, 3));
        [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]]
    }

    /// Adds the start to what the rounds made of it, and sorts the words by block.
    #[target_feature(enable = "simd128")]
    fn keep(&mut self, state: &State, start: &State) {
        let [first, second, third, fourth] = &mut self.keystream;
        let rows = first.iter_mut().zip(second).zip(third).zip(fourth);
        for ((words, start), (((first, second), third), fourth)) in state.iter().zip(start).zip(rows) {
            let [a, b, c, d] = *words;
            let [i, j, k, l] = *start;
            let (a, b, c, d) = (u32x4_add(a, i), u32x4_add(b, j), u32x4_add(c, k), u32x4_add(d, l));
            let (ab, cd) = (u32x4_shuffle::<0, 4, 1, 5>(a, b), u32x4_shuffle::<0, 4, 1, 5>(c, d));
            *first = bytes(u64x2_shuffle::<0, 2>(ab, cd));
            *second = bytes(u64x2_shuffle::<1, 3>(ab, cd));
            let (ab, cd) = (u32x4_shuffle::<2, 6, 3, 7>(a, b), u32x4_shuffle::<2, 6, 3, 7>(c, d));
            *third = bytes(u64x2_shuffle::<0, 2>(ab, cd));
            *fourth = bytes(u64x2_shuffle::<1, 3>(ab, cd));
        }
    }

    /// Takes the sizes and returns the tag: RFC 8439, section 2.8.
    fn finish(&mut self, aad: usize, ciphertext: usize) -> [u8; TAG_SIZE] {
        let mut sizes = [0; 16];
        for (bytes, size) in sizes.as_chunks_mut::<8>().0.iter_mut().zip([aad, ciphertext]) {
            *bytes = u64::try_from(size).unwrap_or_default().to_le_bytes();
        }
        self.tag.absorb(&sizes);
        self.tag.finish()
    }

    /// Encrypts or decrypts up to a batch.
    #[inline(never)]
    fn apply(&self, input: &[u8], output: &mut [u8]) {
        let keys = self.keystream.as_flattened();
        let (rows, rest) = input.as_chunks::<16>();
        let (out_rows, out_rest) = output.as_chunks_mut::<16>();
        // By words: where a module is linked for size, no loop over bytes becomes one over vectors.
        for ((out, row), key) in out_rows.iter_mut().zip(rows).zip(keys) {
            *out = (u128::from_ne_bytes(*row) ^ u128::from_ne_bytes(*key)).to_ne_bytes();
        }
        let last = keys.get(rows.len()).into_iter().flatten();
        for ((out, byte), key) in out_rest.iter_mut().zip(rest).zip(last) {
            *out = byte ^ key;
        }
    }
}

impl Drop for Message {
    #[inline(never)]
    fn drop(&mut self) {
        self.input.zeroize();
        self.keystream.as_flattened_mut().as_flattened_mut().zeroize();
        self.tag.zeroize();
    }
}

/// Does the four quarter rounds of the columns: RFC 8439, section 2.1.
#[target_feature(enable = "simd128")]
fn round([a, b, c, d]: &mut State) {
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        *a = u32x4_add(*a, *b);
        *d = v128_xor(*d, *a);
        *d = u16x8_shuffle::<1, 0, 3, 2, 5, 4, 7, 6>(*d, *d);
        *c = u32x4_add(*c, *d);
        *b = v128_xor(*b, *c);
        *b = v128_or(u32x4_shl(*b, 12), u32x4_shr(*b, 20));
        *a = u32x4_add(*a, *b);
        *d = v128_xor(*d, *a);
        *d = u8x16_shuffle::<3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14>(*d, *d);
        *c = u32x4_add(*c, *d);
        *b = v128_xor(*b, *c);
        *b = v128_or(u32x4_shl(*b, 7), u32x4_shr(*b, 25));
    }
}

/// Makes columns of the diagonals.
fn turn([_, b, c, d]: &mut State) {
    *b = [b[1], b[2], b[3], b[0]];
    *c = [c[2], c[3], c[0], c[1]];
    *d = [d[3], d[0], d[1], d[2]];
}

/// Makes diagonals of the columns.
fn turn_back([_, b, c, d]: &mut State) {
    *b = [b[3], b[0], b[1], b[2]];
    *c = [c[2], c[3], c[0], c[1]];
    *d = [d[1], d[2], d[3], d[0]];
}

#[target_feature(enable = "simd128")]
fn bytes(vector: v128) -> [u8; 16] {
    let mut bytes = [0; 16];
    let (low, high) = bytes.split_at_mut(8);
    low.copy_from_slice(&u64x2_extract_lane::<0>(vector).to_le_bytes());
    high.copy_from_slice(&u64x2_extract_lane::<1>(vector).to_le_bytes());
    bytes
}

/// Reads little-endian words.
fn read(bytes: &[u8], words: &mut [u32]) {
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
}
