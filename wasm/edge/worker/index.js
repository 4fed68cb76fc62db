// An edge as a Cloudflare Worker: this file and `wrangler.toml` are all that a project of its own needs.
import { ReplayGuard, createWorker } from "sealwright/edge/worker";

// The signed bundle: `sealwright policy build policies --signer FILE --output policy.tar.gz`.
import policy from "./policy.tar.gz";

export { ReplayGuard };

export default createWorker(policy);
