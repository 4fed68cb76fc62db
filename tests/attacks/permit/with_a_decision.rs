// The honest way: request, decision, permit, bytes. It builds, so that the others fail for their own reason.
use sealwright_core::document::Recipient;
use sealwright_core::error::Error;
use sealwright_core::gate::{Caller, Outcome, Proposal, Scanner, SealRequest, Sealer};
use sealwright_core::label::LabelRecord;
use sealwright_core::policy::Policy;
use sealwright_core::rng::Entropy;

fn seal(policy: &Policy, caller: Caller, to: Recipient, text: &[u8], entropy: &mut dyn Entropy) -> Result<Vec<u8>, Error> {
    let mut scanner = Scanner::new();
    scanner.push(text);
    let proposal = Proposal::new(LabelRecord::default(), vec![to]);
    let request = SealRequest::new(caller, proposal, scanner.finish(), policy.reference().clone(), entropy)?;
    let decision = policy.decide(request.request())?;
    let Outcome::Allowed(permit) = request.permit(decision)? else { return Ok(Vec::new()) };
    let mut sealer = Sealer::new(permit, false, entropy)?;
    let mut document = sealer.push(text)?;
    document.append(&mut sealer.finish()?);
    Ok(document)
}

fn main() {
    let _ = seal;
}
