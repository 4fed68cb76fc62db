// An opener cannot be made around the gate.
use sealwright_core::document::Decryptor;
use sealwright_core::gate::Opener;

fn attack(decryptor: Decryptor) {
    let _ = Opener { decryptor, private: None, transformer: None };
}

fn main() {
    let _ = attack;
}
