import { Problem } from "./problem.js";
import type { Service } from "./service.js";

/** Names who issues tokens, and where its keys are: one of `keys` and `keys_url`. */
export interface IssuerOptions {
  issuer: string;
  /** What the edge is called in the tokens' `aud`. */
  audience: string;
  /** A JWK set. */
  keys?: { keys: object[] };
  /** Where the JWK set is; it is fetched when the first token comes. */
  keys_url?: string;
  /** By which id a portal signs its users in there; the edge only tells. */
  client_id?: string;
}

/** How long a set is believed before it is fetched again, so that keys which an issuer takes back are gone here too. */
const MAX_AGE_MS = 600_000;

/** How often at most an unknown key has the set fetched. */
const REFRESH_MS = 30_000;

/** How long nobody asks again after a failure. */
const RETRY_MS = 3_000;

const TIMEOUT_MS = 3_000;

/** More than a set of the largest keys. */
const SET_SIZE = 256 * 1024;

/** Keeps the issuers' keys. */
export class Issuers {
  readonly #remote: ReadonlyMap<string, Remote>;
  readonly #service: Service;
  readonly #fetch: typeof fetch;
  readonly #clock: () => Date;

  constructor(options: readonly IssuerOptions[], service: Service, fetcher: typeof fetch, clock: () => Date) {
    this.#remote = new Map(options.flatMap((one) => (one.keys_url === undefined ? [] : [[one.issuer, remote(one.keys_url)]])));
    this.#service = service;
    this.#fetch = fetcher;
    this.#clock = clock;
  }

  /** Sees to it that an issuer has keys, and that they are not old. */
  async prepare(issuer: string | undefined): Promise<void> {
    const remote = this.#remote.get(issuer ?? "");
    if (issuer === undefined || remote === undefined) {
      return;
    }
    const now = this.#clock().getTime();
    if (remote.fetched === undefined) {
      const failed = remote.failed !== undefined && now - remote.failed < RETRY_MS;
      if (failed || !(await this.#fetched(issuer, remote))) {
        throw new Problem(503, "issuer_unreachable", { headers: { "retry-after": "5" }, cause: remote.failure });
      }
    } else if (now - remote.fetched > MAX_AGE_MS && now - remote.asked > REFRESH_MS) {
      await this.#fetched(issuer, remote);
    }
  }

  /** Fetches an issuer's keys again for a token whose key is unknown, and tells whether it did. */
  async refresh(issuer: string | undefined): Promise<boolean> {
    const remote = this.#remote.get(issuer ?? "");
    if (issuer === undefined || remote === undefined || this.#clock().getTime() - remote.asked < REFRESH_MS) {
      return false;
    }
    return this.#fetched(issuer, remote);
  }

  // Requests do not wait for each other's fetches: workerd lets none use what another began.
  async #fetched(issuer: string, remote: Remote): Promise<boolean> {
    remote.asked = this.#clock().getTime();
    try {
      this.#service.setIssuerKeys(issuer, await this.#read(remote.url));
      remote.fetched = this.#clock().getTime();
      return true;
    } catch (failure) {
      remote.failed = this.#clock().getTime();
      remote.failure = failure;
      return false;
    }
  }

  async #read(url: string): Promise<string> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // Called by itself: in workerd `fetch` refuses another `this`.
    const fetcher = this.#fetch;
    const response = await fetcher(url, { headers: { accept: "application/json" }, redirect: "manual", signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`\`${url}\` answered ${response.status}`);
    }
    return boundedText(response);
  }
}

interface Remote {
  readonly url: string;
  asked: number;
  fetched?: number;
  failed?: number;
  failure?: unknown;
}

function remote(url: string): Remote {
  return { url, asked: Number.NEGATIVE_INFINITY };
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for await (const part of (response.body ?? new ReadableStream()) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true });
    if (text.length > SET_SIZE) {
      throw new Error("the set of keys is too large");
    }
  }
  return text + decoder.decode();
}

/**
 * Returns whose token somebody says to bring, to know which keys to fetch. Nothing is believed of it: the core reads the token
 * by itself.
 */
export function claimedIssuer(authorization: string | null): string | undefined {
  const claims = /^DPoP +[\w-]*\.([\w-]{1,8192})\./i.exec(authorization ?? "")?.[1];
  if (claims === undefined) {
    return undefined;
  }
  try {
    const bytes = Uint8Array.from(atob(claims.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const { iss } = JSON.parse(new TextDecoder().decode(bytes)) as { iss?: unknown };
    return typeof iss === "string" ? iss : undefined;
  } catch {
    return undefined;
  }
}
