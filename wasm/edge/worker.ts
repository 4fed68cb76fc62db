import type { Edge } from "./edge.js";
import { R2Bucket } from "./r2.js";
import type { R2 } from "./r2.js";
import { GuardReplayStore } from "./replay-guard.js";
import type { Guards } from "./replay-guard.js";
import { createEdge } from "./runtime-workerd.js";
import { edgeOptions, readSettings } from "./settings.js";

export { ReplayGuard } from "./replay-guard.js";

/** Names what `wrangler.toml` binds. */
export interface Environment {
  /** The settings, as JSON. */
  EDGE: string;
  /** The text of an age identity file, as a secret. */
  IDENTITIES: string;
  /** Where sealed documents are kept; left out, the edge knows no objects. */
  BUCKET?: R2;
  /** The class `ReplayGuard`; left out, each instance of the Worker remembers proofs for itself. */
  REPLAY?: Guards;
}

/** Makes a Worker that serves an edge, from the bytes of its policy's signed bundle. */
export function createWorker(bundle: ArrayBuffer): { fetch(request: Request, environment: Environment): Promise<Response> } {
  let edge: Edge | undefined;
  return {
    async fetch(request, environment) {
      edge ??= await started(bundle, environment);
      return edge(request);
    },
  };
}

async function started(bundle: ArrayBuffer, { EDGE, IDENTITIES, BUCKET, REPLAY }: Environment): Promise<Edge> {
  const settings = readSettings(EDGE);
  return createEdge({
    ...edgeOptions(settings),
    policy: { ...settings.policy, bundle: new Uint8Array(bundle) },
    identities: [IDENTITIES],
    ...(BUCKET && { bucket: new R2Bucket(BUCKET) }),
    ...(REPLAY && { replay: new GuardReplayStore(REPLAY) }),
  });
}
