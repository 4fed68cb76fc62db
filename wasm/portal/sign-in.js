// Signing in at an OpenID Connect provider: authorization code, PKCE, and tokens bound to a key of this browser (RFC 9449).
import * as oauth from "/oauth4webapi.js";
import { Prover } from "/sealwright/browser.js";

import { Failure } from "./failure.js";
import { signedOut } from "./edge.js";
import { forget, keep, kept } from "./stored.js";

/** A token that ends sooner than this is renewed first, in milliseconds. */
const MARGIN = 30_000;

/** What the provider is asked for besides signing in. */
const SCOPE = "openid enrol";

/**
 * Is where to sign in, and for what.
 *
 * @typedef {object} Provider
 * @property {string} issuer
 * @property {string} client_id
 * @property {string} audience
 */

/**
 * Is what is kept of a person who signed in.
 *
 * @typedef {{ access_token: string, refresh_token?: string, ends: number }} Tokens
 */

/** Is a person at this browser: the credentials that `Edge` and `<sealwright-upload>` ask for. */
export class Person {
  #provider;
  #server;
  #prover;
  #tokens;
  /** @type {Promise<string> | undefined} */
  #renewing;

  /**
   * @param {Provider} provider
   * @param {oauth.AuthorizationServer} server
   * @param {Prover} prover
   * @param {Tokens} tokens
   */
  constructor(provider, server, prover, tokens) {
    this.#provider = provider;
    this.#server = server;
    this.#prover = prover;
    this.#tokens = tokens;
  }

  /** What the policy sees of the person: the edge looks at the same claims, and verifies them. */
  get subject() {
    const { sub, aud: _a, exp: _e, nbf: _n, iat: _i, jti: _j, cnf: _c, ...properties } = this.#claims;
    return { type: "user", id: String(sub), properties };
  }

  /** Tells whether the person may have the edge believe a new key. */
  get mayEnrol() {
    return String(this.#claims.scope ?? "")
      .split(" ")
      .includes("enrol");
  }

  /** @param {boolean} [renew] */
  async token(renew = false) {
    if (!renew && this.#tokens.ends - Date.now() > MARGIN) {
      return this.#tokens.access_token;
    }
    this.#renewing ??= this.#renewed().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {string} token
   */
  prove(method, url, token) {
    return this.#prover.prove(method, url, token);
  }

  async signOut() {
    await Promise.all([forget("tokens"), forget("proof-key")]);
    const { refresh_token } = this.#tokens;
    if (refresh_token !== undefined) {
      const asked = oauth.revocationRequest(
        this.#server,
        clientOf(this.#provider),
        oauth.None(),
        refresh_token,
        insecure(this.#provider),
      );
      await asked.catch(() => undefined);
    }
  }

  /** @returns {Record<string, any>} */
  get #claims() {
    const [, claims = ""] = this.#tokens.access_token.split(".");
    return JSON.parse(
      new TextDecoder().decode(
        Uint8Array.from(atob(claims.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0)),
      ),
    );
  }

  async #renewed() {
    const { refresh_token } = this.#tokens;
    if (refresh_token === undefined) {
      throw signedOut();
    }
    const client = clientOf(this.#provider);
    const options = { DPoP: oauth.DPoP(client, this.#prover.keys), ...insecure(this.#provider) };
    const asked = oauth.refreshTokenGrantRequest(this.#server, client, oauth.None(), refresh_token, options);
    const response = await asked.catch(() => Promise.reject(providerUnreachable()));
    try {
      const answer = await oauth.processRefreshTokenResponse(this.#server, client, response);
      this.#tokens = await keptTokens({ refresh_token, ...answer });
    } catch {
      await forget("tokens");
      throw signedOut();
    }
    return this.#tokens.access_token;
  }
}

/**
 * Returns who is signed in, be it since now or an earlier visit.
 *
 * @param {Provider} provider
 * @returns {Promise<Person | undefined>}
 */
export async function signedIn(provider) {
  const server = await discovered(provider);
  const here = new URL(location.href);
  const returned = here.searchParams.has("code") || here.searchParams.has("error");
  const keys = await kept("proof-key");
  const tokens = returned ? await exchanged(provider, server, keys, here) : await kept("tokens");
  return tokens === undefined || keys === undefined
    ? undefined
    : new Person(provider, server, await Prover.from(keys), tokens);
}

/**
 * Leaves the page for the provider's.
 *
 * @param {Provider} provider
 */
export async function signIn(provider) {
  const server = await discovered(provider);
  const client = clientOf(provider);
  const prover = await Prover.generate();
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ];
  await keep("proof-key", prover.keys);
  sessionStorage.setItem("sign-in", JSON.stringify({ verifier, state, nonce }));
  const address = new URL(server.authorization_endpoint ?? "");
  const asked = {
    client_id: client.client_id,
    redirect_uri: home(),
    response_type: "code",
    scope: SCOPE,
    resource: provider.audience,
    prompt: "login",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    dpop_jkt: prover.thumbprint,
  };
  Object.entries(asked).forEach(([name, value]) => address.searchParams.set(name, value));
  location.assign(address);
}

/**
 * Changes the code that the provider sent back into tokens.
 *
 * @param {Provider} provider
 * @param {oauth.AuthorizationServer} server
 * @param {CryptoKeyPair} keys
 * @param {URL} here
 */
async function exchanged(provider, server, keys, here) {
  history.replaceState(null, "", home());
  const begun = sessionStorage.getItem("sign-in");
  sessionStorage.removeItem("sign-in");
  if (begun === null || keys === undefined) {
    return kept("tokens");
  }
  const { verifier, state, nonce } = JSON.parse(begun);
  const client = clientOf(provider);
  try {
    const code = oauth.validateAuthResponse(server, client, here, state);
    const options = { DPoP: oauth.DPoP(client, keys), ...insecure(provider) };
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      code,
      home(),
      verifier,
      options,
    );
    return await keptTokens(
      await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce }),
    );
  } catch (failure) {
    throw new Failure({ code: "sign_in_failed", kind: "environment", message: String(failure) });
  }
}

/**
 * @param {oauth.TokenEndpointResponse} answer
 * @returns {Promise<Tokens>}
 */
async function keptTokens({ access_token, refresh_token, expires_in = 60 }) {
  const tokens = {
    access_token,
    ...(refresh_token === undefined ? {} : { refresh_token }),
    ends: Date.now() + expires_in * 1000,
  };
  await keep("tokens", tokens);
  return tokens;
}

/** @param {Provider} provider */
async function discovered(provider) {
  const issuer = new URL(provider.issuer);
  const asked = oauth.discoveryRequest(issuer, insecure(provider));
  return oauth.processDiscoveryResponse(issuer, await asked.catch(() => Promise.reject(providerUnreachable())));
}

/**
 * @param {Provider} provider
 * @returns {oauth.Client}
 */
function clientOf({ client_id }) {
  return { client_id, id_token_signed_response_alg: "ES256" };
}

/**
 * Lets a provider on this machine do without TLS.
 *
 * @param {Provider} provider
 */
function insecure({ issuer }) {
  return { [oauth.allowInsecureRequests]: ["127.0.0.1", "localhost"].includes(new URL(issuer).hostname) };
}

function home() {
  return `${location.origin}/`;
}

function providerUnreachable() {
  const code = navigator.onLine ? "provider_unreachable" : "offline";
  return new Failure({ code, kind: "environment", message: "the identity provider does not answer" });
}
