import type { IdentityInput } from "../identity.js";
import type { JsonObject, Subject } from "../records.js";
import type { VerifierInput } from "../sender.js";
import type { Bucket } from "./bucket.js";
import type { Context, Parts } from "./context.js";
import { Cors } from "./cors.js";
import { Incoming } from "./incoming.js";
import { Issuers } from "./issuers.js";
import type { IssuerOptions } from "./issuers.js";
import { described, logToConsole } from "./log.js";
import type { LogEntry, LogLine } from "./log.js";
import { Problem, problemOf } from "./problem.js";
import { MemoryReplayStore } from "./replay.js";
import type { ReplayStore } from "./replay.js";
import { routeOf } from "./routes.js";
import type { Routed } from "./routes.js";
import { Service } from "./service.js";

/** Answers requests (`spec/release.md`). */
export type Edge = (request: Request) => Promise<Response>;

/** Is the signed bundle by which the edge decides, and which it hands out. */
export interface PolicyOptions {
  bundle: Uint8Array;
  /** One of them must have signed it. */
  signers: Iterable<VerifierInput>;
  /** Go before what the bundle says of itself. */
  name?: string;
  revision?: string;
  entrypoint?: string;
}

/** Says what an edge knows and may do. */
export interface EdgeOptions {
  policy: PolicyOptions;
  /** The edge's own: documents that it is to release are sealed to their recipients. */
  identities: Iterable<IdentityInput>;
  issuers: readonly IssuerOptions[];
  /** Whose documents are believed, as verifier keys, each by itself or as many as the text of a file holds. */
  senders: Iterable<VerifierInput>;
  /** Keeps a key that a contributor brings, to believe it the next time too; without it the edge takes none. */
  enrol?: (verifier: string, subject: Subject) => Promise<void>;
  /** Whether documents may be stored and released that nobody signed who is believed: see `spec/release.md`, "Security considerations". */
  allowUnsigned?: boolean;
  /** Where sealed documents are kept; without it the edge knows no objects. */
  bucket?: Bucket;
  /** Where proofs are remembered; in this process alone if absent, which is enough for one instance. */
  replay?: ReplayStore;
  /** As which origin callers reach the edge, where its host is told another: `https://edge.example`. */
  origin?: string;
  /** Which origins' pages may call; none if absent. */
  corsOrigins?: Iterable<string>;
  /** In bytes; 5 GiB if absent. */
  maxObjectSize?: number;
  /** Which claims the policy sees, by the property's name; all that say who the caller is if absent. */
  claims?: Readonly<Record<string, string>>;
  /** What the policy sees in every request's context, such as the region. */
  context?: JsonObject;
  /** Which obligations are left to callers. */
  delegates?: readonly "transform"[];
  /** By how many seconds clocks may differ; 60 if absent. */
  skewSeconds?: number;
  /** Is told of every request; writes a line of JSON to the console if absent. */
  log?: (line: LogLine) => void;
  clock?: () => Date;
  /** Fetches issuers' keys. */
  fetch?: typeof fetch;
}

/** What one `put` of R2 takes. */
const MAX_OBJECT_SIZE = 5 * 2 ** 30;

/** Makes an edge; throws what is wrong with its options. */
export async function createEdge(options: EdgeOptions): Promise<Edge> {
  const { origin, log = logToConsole } = options;
  const base = origin === undefined ? undefined : new URL(origin);
  const parts = await partsOf(options);
  return async (request) => {
    const started = performance.now();
    const entry: LogEntry = {};
    const response = finished(parts, request, await answered(parts, request, base, entry));
    log({
      time: parts.clock().toISOString(),
      method: request.method,
      ...entry,
      status: response.status,
      duration_ms: Math.round(1000 * (performance.now() - started)) / 1000,
    });
    return response;
  };
}

async function partsOf(options: EdgeOptions): Promise<Parts> {
  const { policy, claims, context, delegates, skewSeconds, clock = () => new Date() } = options;
  const { bundle, signers, ...names } = policy;
  const trusted = Array.from(signers, String);
  const senders = Array.from(options.senders, String);
  const issuers = options.issuers.map(({ issuer, audience, keys }) => ({ issuer, audience, ...(keys && { keys }) }));
  const service = await Service.create({
    bundle,
    signers: trusted,
    names,
    identities: Array.from(options.identities, (one) => (typeof one === "string" ? one : one.reveal())),
    senders,
    allowUnsigned: options.allowUnsigned ?? false,
    configuration: { issuers, claims, context, delegates, skew_s: skewSeconds } as unknown as JsonObject,
  });
  const [first] = options.issuers;
  const configuration = (): string => {
    const { recipients, senders } = service.description;
    return JSON.stringify({ ...told, policy_signer: trusted[0], recipients, senders });
  };
  const told = { audience: first?.audience, client_id: first?.client_id, issuer: first?.issuer };
  return {
    service,
    issuers: new Issuers(options.issuers, service, options.fetch ?? fetch, clock),
    replay: options.replay ?? new MemoryReplayStore({ clock }),
    bucket: options.bucket,
    maxObjectSize: options.maxObjectSize ?? MAX_OBJECT_SIZE,
    cors: new Cors(options.corsOrigins ?? []),
    enrol: options.enrol,
    policy: { bundle: bundle.slice(), etag: `"${service.description.bundleDigest}"` },
    configuration,
    clock,
  };
}

async function answered(parts: Parts, request: Request, base: URL | undefined, entry: LogEntry): Promise<Response> {
  try {
    const url = new URL(request.url);
    const { route, id, part } = routed(url, entry);
    if (request.method === "OPTIONS") {
      return parts.cors.preflight(request, Object.keys(route.methods));
    }
    const answer = route.methods[request.method];
    if (answer === undefined) {
      throw new Problem(405, "method_not_allowed", { headers: { allow: [...Object.keys(route.methods), "OPTIONS"].join(", ") } });
    }
    const context: Context = { edge: parts, request, url: reached(url, base), id, part, entry };
    return await answer(context);
  } catch (failure) {
    const problem = problemOf(failure);
    entry.code = problem.code;
    if (problem.status >= 500) {
      entry.error = described(problem.cause);
    }
    if (request.body?.locked === false) {
      await new Incoming(request).cancel();
    }
    return problem.response();
  }
}

function routed(url: URL, entry: LogEntry): Routed {
  const found = routeOf(url.pathname);
  if (found === undefined) {
    throw new Problem(404, "not_found");
  }
  entry.route = found.route.path;
  return found;
}

/** Returns the URL that the caller's proof is for. */
function reached(url: URL, base: URL | undefined): URL {
  return base === undefined ? url : new URL(url.pathname + url.search, base);
}

function finished(parts: Parts, request: Request, response: Response): Response {
  const { headers } = response;
  if (!headers.has("cache-control")) {
    headers.set("cache-control", "no-store");
  }
  headers.set("x-content-type-options", "nosniff");
  const id = request.headers.get("x-request-id") ?? "";
  if (/^[!-~]{1,128}$/.test(id)) {
    headers.set("x-request-id", id);
  }
  parts.cors.apply(request, headers);
  return response;
}
