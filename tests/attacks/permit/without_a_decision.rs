// A permit cannot be written down: its fields are private and nothing else makes one.
use sealwright_core::gate::{SealPermit, Sealer};

fn main() {
    let permit = SealPermit {};
    let _ = Sealer::new(permit, false, &mut getrandom::SysRng);
}
