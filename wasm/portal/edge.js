import { Failure, problem } from "./failure.js";

/**
 * Says who asks: a token, and proofs that whoever sends it holds its key (RFC 9449).
 *
 * @typedef {object} Credentials
 * @property {import("/sealwright/browser.js").Subject} subject what the policy sees of the person
 * @property {(renew?: boolean) => Promise<string>} token a token that holds for a while yet
 * @property {(method: string, url: string, token: string) => Promise<string>} prove
 * @property {boolean} [mayEnrol] whether the person may have the edge believe a new key
 */

/**
 * Is what an edge says of itself to everybody (core/spec/release.md, "Policy").
 *
 * @typedef {object} Configuration
 * @property {string} issuer
 * @property {string} audience
 * @property {string} client_id
 * @property {string[]} recipients
 * @property {string} policy_signer
 * @property {string[]} senders
 */

/**
 * Is a sealed document that the edge keeps.
 *
 * @typedef {object} StoredObject
 * @property {string} id
 * @property {import("/sealwright/browser.js").Label} label
 * @property {number} size
 */

/** Asks an edge, over the routes of core/spec/release.md. */
export class Edge {
  /**
   * @param {string} address
   * @param {() => Credentials | undefined} credentials
   */
  constructor(address, credentials) {
    this.address = address.replace(/\/$/, "");
    this.credentials = credentials;
  }

  /** @returns {Promise<Configuration>} */
  async configuration() {
    return (await answered(fetch(this.#url("/v1/configuration")))).json();
  }

  /** Returns the signed bundle, unread. */
  async policy() {
    return (await answered(fetch(this.#url("/v1/policy")))).arrayBuffer();
  }

  /**
   * Lists what the person may fetch.
   *
   * @returns {Promise<StoredObject[]>}
   */
  async objects() {
    /** @type {StoredObject[]} */
    const all = [];
    for (let cursor = ""; ; ) {
      const query = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const page = await (await this.#asked("GET", `/v1/objects${query}`)).json();
      all.push(...page.objects);
      if (!page.cursor) {
        return all;
      }
      cursor = page.cursor;
    }
  }

  /**
   * Fetches a document as it is read.
   *
   * @param {string} id
   * @param {AbortSignal} signal
   */
  async object(id, signal) {
    const { body, headers } = await this.#asked("GET", this.objectPath(id), { signal });
    return {
      stream: /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body),
      size: Number(headers.get("content-length")),
    };
  }

  /**
   * Has the edge believe what a key signs, for the person who is signed in.
   *
   * @param {string} verifier `name+hash+key`
   */
  async enrol(verifier) {
    const id = verifier.split("+").slice(0, 2).join("+");
    await this.#asked("PUT", `/v1/senders/${encodeURIComponent(id)}`, {
      body: verifier,
      headers: { "content-type": "text/plain" },
    });
  }

  /**
   * Begins to send a document in parts.
   *
   * @param {string} id
   * @param {Uint8Array<ArrayBuffer>} header
   * @param {number} size of the whole document, in bytes
   * @param {AbortSignal} signal
   * @returns {Promise<{ part_size: number, ticket: string }>}
   */
  async beginUpload(id, header, size, signal) {
    const headers = { "content-type": "application/octet-stream", "upload-length": String(size) };
    return (await this.#asked("POST", `${this.objectPath(id)}/uploads`, { body: header, headers, signal })).json();
  }

  /**
   * Completes a document all of whose parts were sent, and returns the edge's receipt.
   *
   * @param {string} id
   * @param {string} ticket
   * @param {Uint8Array} header
   * @param {string[]} receipts
   * @param {AbortSignal} signal
   */
  async completeUpload(id, ticket, header, receipts, signal) {
    const body = JSON.stringify({ header: btoa(String.fromCharCode(...header)), receipts });
    const headers = { "content-type": "application/json", "upload-ticket": ticket };
    return (await this.#asked("POST", `${this.objectPath(id)}/uploads/complete`, { body, headers, signal })).json();
  }

  /**
   * Gives up a document some of whose parts were sent.
   *
   * @param {string} id
   * @param {string} ticket
   */
  async abandonUpload(id, ticket) {
    await this.#asked("DELETE", `${this.objectPath(id)}/uploads`, { headers: { "upload-ticket": ticket } });
  }

  /** @param {string} id */
  objectPath(id) {
    return `/v1/objects/${encodeURIComponent(id)}`;
  }

  /**
   * @param {string} id
   * @param {number} number from 1
   */
  partPath(id, number) {
    return `${this.objectPath(id)}/uploads/${number}`;
  }

  /**
   * Makes a request with what it carries to be believed, and again with a fresh token where the edge no longer takes the one at hand.
   *
   * @template Answer
   * @param {string} method
   * @param {string} path
   * @param {(request: { url: string, headers: Record<string, string> }) => Promise<Answer>} send
   * @returns {Promise<Answer>}
   */
  async proved(method, path, send) {
    const attempt = async (/** @type {boolean} */ renew) => send(await this.proof(method, path, renew));
    return attempt(false).catch((failure) => (renewable(failure) ? attempt(true) : Promise.reject(failure)));
  }

  /**
   * Returns what a request carries to be believed. A proof is for one request.
   *
   * @param {string} method
   * @param {string} path
   * @param {boolean} [renew]
   */
  async proof(method, path, renew) {
    const credentials = this.credentials();
    if (credentials === undefined) {
      throw signedOut();
    }
    const url = this.#url(path);
    const token = await credentials.token(renew);
    const proof = await credentials.prove(method, url.split("?")[0] ?? url, token);
    return { url, headers: { authorization: `DPoP ${token}`, dpop: proof } };
  }

  /** @param {string} path */
  #url(path) {
    return `${this.address}${path}`;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestInit} [init]
   */
  async #asked(method, path, init = {}) {
    return this.proved(method, path, ({ url, headers }) =>
      answered(fetch(url, { ...init, method, headers: { ...init.headers, ...headers } })),
    );
  }
}

/**
 * Tells whether a fresh token may help.
 *
 * @param {unknown} failure
 */
export function renewable(failure) {
  return failure instanceof Failure && failure.status === 401;
}

export function signedOut() {
  return new Failure({ code: "signed_out", kind: "edge", message: "nobody is signed in" });
}

/** Returns why a server could not be asked. */
export function unreachable() {
  const code = navigator.onLine ? "edge_unreachable" : "offline";
  return new Failure({ code, kind: "edge", message: "the edge does not answer" });
}

/** @param {Promise<Response>} asked */
async function answered(asked) {
  const response = await asked.catch((failure) => {
    throw failure?.name === "AbortError" ? failure : unreachable();
  });
  if (!response.ok) {
    throw problem(response.status, await response.text());
  }
  return response;
}
