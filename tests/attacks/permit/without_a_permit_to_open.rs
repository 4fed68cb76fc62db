// An opener cannot be made around the gate.
use sealwright_core::document::Reader;
use sealwright_core::gate::Opener;

fn attack(reader: &mut Reader) {
    let decryptor = reader.decryptor(&[]);
    let _ = Opener { decryptor, transformer: None };
}

fn main() {
    let _ = attack;
}
