import { DeniedError, SealwrightError } from "./error.js";
import type { Kind } from "./error.js";
import { gateInstance } from "./instance.js";
import type { GateInstance } from "./instance.js";
import type { Decision } from "./records.js";
import type { Exports } from "./wasm/gate.js";

/** Says who calls an edge. */
export interface ReleaseOptions {
  /** Returns an access token that is bound to the key of `prove`. It is asked once more, to renew it, when one has expired. */
  token: (renew: boolean) => string | Promise<string>;
  /** Proves a request, as `Prover.prove` does. */
  prove: (method: string, url: string, token: string) => string | Promise<string>;
}

/** Says what keys are asked for. */
export interface ReleasePurpose {
  purpose?: string;
  /** `release` if absent. */
  action?: string;
  signal?: AbortSignal;
}

/** Is what an edge says of one document. */
export interface ReleaseResult {
  /** The decision of the edge's policy, where it came to one. */
  decision?: Decision;
  /** What to put in front of the document's payload, so that the identity of the release opens it. */
  header?: Uint8Array<ArrayBuffer>;
  error?: { code: string; message: string };
}

/** Is what an edge says of several documents. */
export interface Release {
  /** The secret text of the identity that the keys were released to, made for this one request. */
  identity: string;
  results: ReleaseResult[];
}

/**
 * Asks an edge for the keys of documents: `spec/release.md`.
 *
 * A gate opens by it: `gate.open(document, { release: client })`.
 */
export class ReleaseClient {
  readonly #edge: URL;
  readonly #options: ReleaseOptions;

  constructor(edge: URL | string, options: ReleaseOptions) {
    this.#edge = new URL(edge, globalThis.location?.href);
    this.#options = options;
  }

  /** Asks for the keys of documents with these headers (`detach` gives them), in their order. */
  async release(headers: Uint8Array[], purpose: ReleasePurpose = {}): Promise<Release> {
    const instance = await gateInstance();
    const request = asking(instance, headers);
    try {
      const results = await this.#answered(instance, request, purpose);
      return { identity: instance.run(() => request.reveal()), results: results.map(read) };
    } finally {
      instance.free(request);
    }
  }

  /** Makes a request to the edge, proved and with a token. A path is relative to the edge. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.#sent(path, init, false);
    if (response.status !== 401 || init.body instanceof ReadableStream) {
      return response;
    }
    const { code } = (await problemOf(response.clone())) ?? {};
    return code === "token_expired" || code === "token_key_unknown" ? this.#sent(path, init, true) : response;
  }

  /**
   * Has a request to open a document admitted by the key that the edge releases for its header.
   *
   * @internal
   */
  async admit(
    instance: GateInstance,
    request: Exports.OpenRequest,
    header: Uint8Array,
    purpose: ReleasePurpose,
  ): Promise<void> {
    const asked = asking(instance, [header]);
    try {
      const [text] = await this.#answered(instance, asked, purpose);
      const { decision, error } = JSON.parse(text ?? "{}") as ReleaseResult;
      if (error !== undefined) {
        throw new SealwrightError(error.code, error.code === "no_key" ? "no_key" : "integrity", `the edge: ${error.message}`);
      }
      if (decision !== undefined && !decision.decision) {
        throw new DeniedError(decision);
      }
      instance.run(() => request.byRelease(asked, 0));
    } finally {
      instance.free(asked);
    }
  }

  async #answered(
    instance: GateInstance,
    request: Exports.ReleaseRequest,
    { purpose, action, signal }: ReleasePurpose,
  ): Promise<string[]> {
    const body = instance.run(() => request.body(purpose, action));
    const headers = { "content-type": "application/json" };
    const response = await this.fetch("v1/release", { method: "POST", headers, body, signal: signal ?? null });
    const answer = await response.text().catch((cause: unknown) => this.#broken(cause, signal));
    const { results, code, detail } = (parsed(answer) ?? {}) as Problem & { results?: unknown };
    if (results === undefined) {
      throw refused(response.status, code, detail);
    }
    return instance.run(() => request.answer(answer));
  }

  async #sent(path: string, init: RequestInit, renew: boolean): Promise<Response> {
    const url = new URL(path, this.#edge.href.endsWith("/") ? this.#edge : `${this.#edge}/`);
    const method = init.method ?? "GET";
    const token = await this.#options.token(renew);
    const headers = new Headers(init.headers);
    headers.set("authorization", `DPoP ${token}`);
    headers.set("dpop", await this.#options.prove(method, `${url.origin}${url.pathname}`, token));
    return fetch(url, { ...init, headers }).catch((cause: unknown) => this.#broken(cause, init.signal));
  }

  #broken(cause: unknown, signal?: AbortSignal | null): never {
    if (signal?.aborted) {
      throw cause;
    }
    const failure = new SealwrightError("http_failed", "environment", `\`${this.#edge.origin}\` cannot be reached`);
    failure.cause = cause;
    throw failure;
  }
}

interface Problem {
  code?: string;
  detail?: string;
}

function asking(instance: GateInstance, headers: Uint8Array[]): Exports.ReleaseRequest {
  const all = new Uint8Array(headers.reduce((size, header) => size + header.length, 0));
  let offset = 0;
  for (const header of headers) {
    all.set(header, offset);
    offset += header.length;
  }
  return instance.run((core) => new core.ReleaseRequest(all, Uint32Array.from(headers, (header) => header.length)));
}

function read(text: string): ReleaseResult {
  const { header, ...result } = JSON.parse(text) as Omit<ReleaseResult, "header"> & { header?: string };
  return header === undefined ? result : { ...result, header: Uint8Array.from(atob(header), (one) => one.charCodeAt(0)) };
}

async function problemOf(response: Response): Promise<Problem | undefined> {
  return parsed(await response.text().catch(() => "")) as Problem | undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function refused(status: number, code: string | undefined, detail: string | undefined): SealwrightError {
  if (code === undefined) {
    return new SealwrightError("http_status", "environment", `the edge answers ${status}`);
  }
  const kind: Kind = status < 500 ? "usage" : "environment";
  return new SealwrightError(code, kind, `the edge answers ${status}: ${detail ?? code}`);
}
