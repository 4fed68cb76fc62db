// A permit seals once: it is used up, and cannot be copied.
use sealwright_core::gate::{SealPermit, Sealer};

fn attack(permit: SealPermit) {
    let copy = permit.clone();
    let _ = Sealer::new(permit, false, &mut getrandom::SysRng);
    let _ = Sealer::new(copy, false, &mut getrandom::SysRng);
}

fn main() {
    let _ = attack;
}
