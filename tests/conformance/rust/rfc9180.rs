//! RFC 9180 on the HPKE library that hybrid recipients are made with.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use sealwright_tests::{repository, unhex};
use serde_json::Value;

/// Gives out what a vector calls the ephemeral key's material.
struct Fixed(Vec<u8>);

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("keys are drawn whole")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("keys are drawn whole")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0.split_off(0));
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

#[test]
fn base_mode_is_that_of_the_rfc() {
    let file = std::fs::read(repository("tests/foreign/rfc9180.json")).unwrap();
    let vectors: Vec<Value> = serde_json::from_slice(&file).unwrap();
    assert_eq!(vectors.len(), 1);
    for vector in vectors {
        let field = |name: &str| unhex(vector[name].as_str().unwrap());
        let (key, public) = X25519HkdfSha256::derive_keypair(&field("ikmR"));
        assert_eq!(public.to_bytes().to_vec(), field("pkRm"));
        // The vector's secret is not clamped, the library's is: as keys they are one.
        assert!(key == <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&field("skRm")).unwrap());
        let (enc, mut sender) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            &field("info"),
            &mut Fixed(field("ikmE")),
        )
        .unwrap();
        assert_eq!(enc.to_bytes().to_vec(), field("enc"));
        let mut receiver = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &key,
            &<X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&field("enc")).unwrap(),
            &field("info"),
        )
        .unwrap();
        let printed = vector["encryptions"].as_array().unwrap();
        let plaintext = unhex(printed[0]["pt"].as_str().unwrap());
        let mut met = 0;
        for sequence in 0..=256 {
            let aad = format!("Count-{sequence}");
            let ciphertext = sender.seal(&plaintext, aad.as_bytes()).unwrap();
            let expected = printed.iter().find(|one| unhex(one["aad"].as_str().unwrap()) == aad.as_bytes());
            if let Some(expected) = expected {
                assert_eq!(ciphertext, unhex(expected["ct"].as_str().unwrap()), "{aad}");
                met += 1;
            }
            assert_eq!(receiver.open(&ciphertext, aad.as_bytes()).unwrap(), plaintext, "{aad}");
        }
        assert_eq!((met, printed.len()), (6, 6));
        for export in vector["exports"].as_array().unwrap() {
            let mut exported = vec![0; usize::try_from(export["L"].as_u64().unwrap()).unwrap()];
            receiver.export(&unhex(export["exporter_context"].as_str().unwrap()), &mut exported).unwrap();
            assert_eq!(exported, unhex(export["exported_value"].as_str().unwrap()));
        }
    }
}
