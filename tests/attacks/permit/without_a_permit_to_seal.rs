// The request alone does not seal.
use sealwright_core::gate::{SealRequest, Sealer};

fn attack(request: SealRequest) {
    let _ = Sealer::new(request, false, &mut getrandom::SysRng);
}

fn main() {
    let _ = attack;
}
