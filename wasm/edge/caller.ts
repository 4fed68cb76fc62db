import { utc } from "../clock.js";
import { SealwrightError } from "../error.js";
import type { Subject } from "../records.js";
import type { Context } from "./context.js";
import { claimedIssuer } from "./issuers.js";
import { Problem } from "./problem.js";

/** Is who was believed to ask. */
export interface Caller {
  /** As the core says it and takes it. */
  json: string;
  subject: Subject;
}

interface Authenticated {
  subject: Subject;
  replay: { id: string; until: string };
}

/** Believes token and proof, and takes the proof's replay id (`spec/release.md`, "Credentials"). */
export async function authenticated({ edge, request, url, entry }: Context): Promise<Caller> {
  const authorization = request.headers.get("authorization");
  const proof = request.headers.get("dpop");
  const issuer = claimedIssuer(authorization);
  await edge.issuers.prepare(issuer);
  // A proof is for the URL without its query.
  const target = url.origin + url.pathname;
  const ask = (): string =>
    edge.service.run((service) =>
      service.authenticate(authorization ?? undefined, proof ?? undefined, request.method, target, utc(edge.clock())),
    );
  let json: string;
  try {
    json = ask();
  } catch (failure) {
    const unknown = failure instanceof SealwrightError && failure.code === "token_key_unknown";
    if (!unknown || !(await edge.issuers.refresh(issuer))) {
      throw failure;
    }
    json = ask();
  }
  const { subject, replay } = JSON.parse(json) as Authenticated;
  await take(edge, replay);
  entry.subject = subject.id;
  return { json, subject };
}

async function take(edge: Context["edge"], { id, until }: Authenticated["replay"]): Promise<void> {
  let fresh: boolean;
  try {
    fresh = await edge.replay.add(id, new Date(until));
  } catch (cause) {
    throw new Problem(503, "replay_failed", { headers: { "retry-after": "5" }, cause });
  }
  if (!fresh) {
    throw new Problem(401, "proof_replayed", { detail: "the proof was used before" });
  }
}
