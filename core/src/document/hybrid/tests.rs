use hpke::kdf::HkdfSha256;
use serde_json::Value;

use super::*;
use crate::encoding::hex;
use crate::rng;

/// Gives out what a vector calls its randomness.
struct Fixed(Vec<u8>);

impl Entropy for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        let rest = self.0.split_off(bytes.len().min(self.0.len()));
        let drawn = std::mem::replace(&mut self.0, rest);
        if drawn.len() < bytes.len() {
            return Err(Error::EntropyUnavailable);
        }
        bytes.copy_from_slice(&drawn);
        Ok(())
    }
}

fn vectors(file: &str) -> Vec<Value> {
    let path = format!("{}/../tests/foreign/{file}", env!("CARGO_MANIFEST_DIR"));
    let vectors: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(!vectors.is_empty());
    vectors
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn private(seed: &Value) -> PrivateKey {
    PrivateKey::from_bytes(&bytes(seed)).unwrap()
}

fn encapsulated(bytes: &[u8]) -> <XWing as Kem>::EncappedKey {
    <XWing as Kem>::EncappedKey::from_bytes(bytes).unwrap()
}

fn secret_key() -> SecretKey {
    SecretKey::new(&[7; 32])
}

fn file_key() -> FileKey {
    FileKey::take(&mut [9; FILE_KEY_SIZE])
}

/// Holds keys, encapsulation and decapsulation to one vector.
fn check_kem(seed: &Value, randomness: &Value, public: &Value, ciphertext: &Value, shared: &Value) {
    let key = private(seed);
    assert_eq!(hex::encode(key.0.public().as_bytes()), public.as_str().unwrap());
    let decapsulated = MlKem768X25519::decap(&key, None, &encapsulated(&bytes(ciphertext))).unwrap();
    assert_eq!(hex::encode(&decapsulated.0), shared.as_str().unwrap());
    let mut fixed = Fixed(bytes(randomness));
    let mut lent = Lent { entropy: &mut fixed, failed: false };
    let public = PublicKey::new(&bytes(public)).unwrap();
    let (encapsulated_secret, encapsulated) = MlKem768X25519::encap_with_rng(&public, None, &mut lent).unwrap();
    assert_eq!(hex::encode(&encapsulated.to_bytes()), ciphertext.as_str().unwrap());
    assert_eq!(hex::encode(&encapsulated_secret.0), shared.as_str().unwrap());
    assert!(!lent.failed && fixed.0.is_empty());
}

#[test]
fn the_kem_is_that_of_the_x_wing_draft() {
    for vector in vectors("xwing.json") {
        check_kem(&vector["seed"], &vector["eseed"], &vector["pk"], &vector["ct"], &vector["ss"]);
    }
}

#[test]
fn the_kem_is_that_of_the_concrete_hybrid_kems_draft() {
    for vector in vectors("concrete_hybrid_kems.json") {
        let [seed, randomness, key] = ["seed", "randomness", "encapsulation_key"].map(|field| &vector[field]);
        check_kem(seed, randomness, key, &vector["ciphertext"], &vector["shared_secret"]);
    }
}

#[test]
fn the_suite_is_that_of_the_post_quantum_hpke_draft() {
    for vector in vectors("hpke_pq.json") {
        let [info, enc] = ["info", "enc"].map(|field| bytes(&vector[field]));
        let (derived, public) = MlKem768X25519::derive_keypair(&bytes(&vector["ikmR"]));
        assert_eq!(derived.to_bytes().as_slice(), bytes(&vector["skRm"]));
        assert_eq!(public.to_bytes().as_slice(), bytes(&vector["pkRm"]));
        let mut fixed = Fixed(bytes(&vector["ikmE"]));
        let mut lent = Lent { entropy: &mut fixed, failed: false };
        let (sent, mut sender) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, MlKem768X25519>(
            &OpModeS::Base,
            &public,
            &info,
            &mut lent,
        )
        .unwrap();
        assert_eq!(sent.to_bytes().as_slice(), enc);
        let mut receiver = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, MlKem768X25519>(
            &OpModeR::Base,
            &private(&vector["skRm"]),
            &encapsulated(&enc),
            &info,
        )
        .unwrap();
        let encryptions = vector["encryptions"].as_array().unwrap();
        assert!(!encryptions.is_empty());
        for encryption in encryptions {
            let [aad, plaintext, ciphertext] = ["aad", "pt", "ct"].map(|field| bytes(&encryption[field]));
            let mut buffer = plaintext.clone();
            let tag = sender.seal_inout_detached(buffer.as_mut_slice().into(), &aad).unwrap();
            assert_eq!([buffer.as_slice(), &tag.to_bytes()].concat(), ciphertext);
            receiver.open_inout_detached(buffer.as_mut_slice().into(), &aad, &tag).unwrap();
            assert_eq!(buffer, plaintext);
        }
    }
}

#[test]
fn decapsulation_is_that_of_the_library_for_broken_ciphertexts_too() {
    for round in 0..32 {
        let seed: [u8; 32] = rng::random(&mut getrandom::SysRng).unwrap();
        let (ours, theirs) = (SecretKey::new(&seed), <XWing as Kem>::PrivateKey::from_bytes(&seed).unwrap());
        assert_eq!(XWing::sk_to_pk(&theirs).to_bytes().as_slice(), ours.public().as_bytes());
        let mut lent = Lent { entropy: &mut getrandom::SysRng, failed: false };
        let (_, made) = MlKem768X25519::encap_with_rng(ours.public(), None, &mut lent).unwrap();
        let mut ciphertext = made.to_bytes();
        ciphertext[round * 35] ^= u8::from(round % 4 != 0);
        let ciphertext = encapsulated(&ciphertext);
        let expected = XWing::decap(&theirs, None, &ciphertext).unwrap();
        let found = MlKem768X25519::decap(&PrivateKey(ours.0), None, &ciphertext).unwrap();
        assert_eq!(found.0, expected.0);
    }
}

/// The points whose order divides 8, on the curve and its twist, in every encoding that X25519 takes for them.
const LOW_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn low_order_points() -> impl Iterator<Item = [u8; POINT_SIZE]> {
    LOW_ORDER.iter().flat_map(|text| {
        let point: [u8; POINT_SIZE] = bytes(&Value::from(*text)).try_into().unwrap();
        // X25519 masks the highest bit.
        let mut masked = point;
        masked[31] |= 0x80;
        [point, masked]
    })
}

#[test]
fn a_share_of_low_order_is_refused_though_the_library_takes_it() {
    let key = secret_key();
    let stanza = key.public().wrap(&file_key(), &mut getrandom::SysRng).unwrap().unwrap();
    let made: [u8; ENCAPSULATED_SIZE] = base64::decode_array(stanza.args()[0].as_bytes()).unwrap();
    for point in low_order_points() {
        let mut low = made;
        low[ENCAPSULATED_SIZE - POINT_SIZE..].copy_from_slice(&point);
        let stanza = Stanza::new(HYBRID_STANZA, &[&base64::encode(&low)], stanza.body().to_vec());
        assert_eq!(key.unwrap(&stanza).unwrap_err().code(), "header_malformed");
        let theirs = <XWing as Kem>::PrivateKey::from_bytes(key.expose()).unwrap();
        assert!(XWing::decap(&theirs, None, &encapsulated(&low)).is_ok());
    }
}

#[test]
fn a_public_key_of_low_order_is_none() {
    for point in low_order_points() {
        let mut key = secret_key().public().as_bytes().to_vec();
        assert!(PublicKey::new(&key).is_some());
        key[ML_KEM_KEY_SIZE..].copy_from_slice(&point);
        assert!(PublicKey::new(&key).is_none());
    }
}

#[test]
fn a_public_key_beyond_the_modulus_is_none() {
    let mut key = secret_key().public().as_bytes().to_vec();
    // The first coefficient, of 12 bits, becomes 4,095: ML-KEM's modulus is 3,329.
    key[0] = 0xff;
    key[1] |= 0x0f;
    assert!(PublicKey::new(&key).is_none());
}

#[test]
fn nothing_is_wrapped_when_randomness_fails() {
    for drawn in [0, 32, 63] {
        let outcome = secret_key().public().wrap(&file_key(), &mut Fixed(vec![1; drawn]));
        assert_eq!(outcome.unwrap_err(), Error::EntropyUnavailable);
    }
}

#[test]
fn a_stanza_out_of_its_form_is_refused_and_one_for_another_key_is_not_taken() {
    let key = secret_key();
    let stanza = key.public().wrap(&file_key(), &mut getrandom::SysRng).unwrap().unwrap();
    let (text, body) = (stanza.args()[0].as_str(), stanza.body());
    assert_eq!(key.unwrap(&stanza).unwrap(), Some(file_key()));
    assert_eq!(SecretKey::new(&[8; 32]).unwrap(&stanza).unwrap(), None);
    let malformed = [
        Stanza::new(HYBRID_STANZA, &[], body.to_vec()),
        Stanza::new(HYBRID_STANZA, &[text, "x"], body.to_vec()),
        Stanza::new(HYBRID_STANZA, &[&text[..text.len() - 2]], body.to_vec()),
        Stanza::new(HYBRID_STANZA, &[&format!("{text}AAAA")], body.to_vec()),
        Stanza::new(HYBRID_STANZA, &[text], body[..31].to_vec()),
        Stanza::new(HYBRID_STANZA, &[text], [body, &[0]].concat()),
    ];
    for stanza in malformed {
        assert_eq!(key.unwrap(&stanza).unwrap_err().code(), "header_malformed");
    }
}
