// An OpenID Connect provider for the demo: a real one, with accounts that everybody knows and keys that live as long as it.
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

import { notebooks, people, claimsOf } from "./people.js";
import { signInPage } from "./sign-in-page.js";

/** What the edge takes of a caller besides documents: keys of contributors. */
export const ENROL = "enrol";

/** How long an access token holds, in seconds. */
const TOKEN_SECONDS = 10 * 60;

/**
 * Is where everything is.
 *
 * @typedef {object} Addresses
 * @property {string} issuer
 * @property {string} portal the portal's origin
 * @property {string} edge the edge's origin, which is its audience
 */

/**
 * Starts the provider at the issuer's port.
 *
 * @param {Addresses} addresses
 */
export async function startProvider(addresses) {
  const secrets = Object.fromEntries(
    notebooks.map((name) => [`notebook-${name}`, randomBytes(24).toString("base64url")]),
  );
  const provider = new Provider(addresses.issuer, configuration(addresses, secrets));
  const answer = provider.callback();
  const page = signInPage(provider, addresses.portal);
  const server = createServer((request, response) => {
    const answered = async () => (await page(request, response)) || (await answer(request, response));
    answered().catch(() => response.destroy());
  });
  const { hostname, port } = new URL(addresses.issuer);
  await new Promise((resolve, reject) =>
    server.once("error", reject).listen(Number(port), hostname, () => resolve(undefined)),
  );
  return { server, secrets };
}

/**
 * @param {Addresses} addresses
 * @param {Record<string, string>} secrets
 */
function configuration({ portal, edge }, secrets) {
  return {
    clients: [portalClient(portal), ...Object.entries(secrets).map(notebookClient)],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clientBasedCORS: (/** @type {unknown} */ _, /** @type {string} */ origin) => origin === portal,
    cookies: { keys: [randomBytes(32).toString("hex")] },
    jwks: { keys: [signingKey()] },
    acrValues: ["aal1", "aal2"],
    scopes: ["openid", "offline_access"],
    pkce: { required: () => true },
    responseTypes: ["code"],
    ttl: {
      Interaction: 600,
      IdToken: TOKEN_SECONDS,
      Session: 3600,
      Grant: 3600,
      AccessToken: TOKEN_SECONDS,
      ClientCredentials: TOKEN_SECONDS,
      RefreshToken: 3600,
    },
    issueRefreshToken: () => true,
    interactions: { url: (/** @type {unknown} */ _, /** @type {{ uid: string }} */ { uid }) => `/sign-in/${uid}` },
    findAccount: (/** @type {unknown} */ _, /** @type {string} */ id) => account(id),
    loadExistingGrant: (/** @type {Context} */ context) => grant(context, edge),
    extraTokenClaims: claims,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: resources(edge),
    },
  };
}

/** @param {string} edge */
function resources(edge) {
  const server = {
    audience: edge,
    scope: ENROL,
    accessTokenFormat: "jwt",
    accessTokenTTL: TOKEN_SECONDS,
    jwt: { sign: { alg: "ES256" } },
  };
  return {
    enabled: true,
    defaultResource: () => edge,
    useGrantedResource: () => true,
    getResourceServerInfo: (
      /** @type {unknown} */ _,
      /** @type {string} */ resource,
      /** @type {{ clientId: string }} */ { clientId },
    ) => {
      if (resource !== edge) {
        throw Object.assign(new Error("invalid_target"), { error: "invalid_target", status: 400, expose: true });
      }
      // Keys are enrolled by contributors alone; of those who sign in on the page, the grant says who is one.
      return ["portal", "notebook-ines"].includes(clientId) ? server : { ...server, scope: "" };
    },
  };
}

/** @param {string} portal */
function portalClient(portal) {
  return {
    client_id: "portal",
    redirect_uris: [`${portal}/`],
    post_logout_redirect_uris: [`${portal}/`],
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    dpop_bound_access_tokens: true,
  };
}

/** @param {[string, string]} credentials */
function notebookClient([client_id, client_secret]) {
  return {
    client_id,
    client_secret,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    dpop_bound_access_tokens: true,
  };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "ES256", use: "sig" };
}

/** @param {string} id */
async function account(id) {
  const person = Object.values(people).find((person) => person.id === id);
  return person && { accountId: id, claims: () => ({ sub: id }) };
}

/**
 * Grants without asking, because portal and edge belong to those who run the provider. Keys are enrolled by contributors
 * alone, who showed their second factor.
 *
 * @param {Context} context
 * @param {string} edge
 */
async function grant({ oidc }, edge) {
  const { client, session, provider } = oidc;
  const granted = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  granted.addOIDCScope("openid offline_access");
  const person = Object.values(people).find(({ id }) => id === session.accountId);
  if (person?.roles.includes("contributor") && session.amr?.includes("mfa")) {
    granted.addResourceScope(edge, ENROL);
  } else {
    granted.rejectResourceScope(edge, ENROL);
  }
  await granted.save();
  return granted;
}

/**
 * @param {Context} context
 * @param {{ kind: string, clientId: string, accountId?: string }} token
 */
function claims({ oidc }, token) {
  if (token.kind === "ClientCredentials") {
    const person = people[token.clientId.replace("notebook-", "")];
    return person && claimsOf(person, person.secondFactor);
  }
  const person = Object.values(people).find(({ id }) => id === token.accountId);
  const proven = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken;
  return person && claimsOf(person, proven?.amr?.includes("mfa") ?? false);
}

/** @typedef {{ oidc: any }} Context */
