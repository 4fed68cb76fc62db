// The one page on which people sign in.
import { readFile } from "node:fs/promises";

import { PASSWORD, people } from "./people.js";

const style = new URL("sign-in.css", import.meta.url);

/** The most bytes of a form. */
const LARGEST_FORM = 4096;

/**
 * Returns what answers the page's own paths, and tells whether it did.
 *
 * @param {import("oidc-provider").Provider} provider
 * @param {string} portal the origin to which signing in leads back
 * @returns {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => Promise<boolean>}
 */
export function signInPage(provider, portal) {
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/sign-in.css") {
      response.writeHead(200, { "content-type": "text/css; charset=utf-8" }).end(await readFile(style));
      return true;
    }
    if (!pathname.startsWith("/sign-in/")) {
      return false;
    }
    if (request.method === "POST") {
      await signIn(provider, portal, request, response);
    } else {
      await provider.interactionDetails(request, response).then(
        () => show(response, portal, 200),
        () => show(response, portal, 400, "This sign-in is over. Go back to the portal and begin again."),
      );
    }
    return true;
  };
}

/**
 * @param {import("oidc-provider").Provider} provider
 * @param {string} portal
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function signIn(provider, portal, request, response) {
  const form = new URLSearchParams(await body(request));
  const name = form.get("person") ?? "";
  const person = Object.hasOwn(people, name) ? people[name] : undefined;
  if (person === undefined || form.get("password") !== PASSWORD) {
    show(response, portal, 403, "That is not the password. It is written below the field.");
    return;
  }
  const strong = form.get("second") === "yes" && person.secondFactor;
  const login = {
    accountId: person.id,
    amr: strong ? ["pwd", "mfa"] : ["pwd"],
    acr: strong ? "aal2" : "aal1",
    remember: false,
  };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

/** @param {import("node:http").IncomingMessage} request */
async function body(request) {
  let text = "";
  for await (const piece of request) {
    text += piece;
    if (text.length > LARGEST_FORM) {
      throw new RangeError("the form is too large");
    }
  }
  return text;
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {string} portal
 * @param {number} status
 * @param {string} [fault]
 */
function show(response, portal, status, fault) {
  const security = `default-src 'none'; style-src 'self'; form-action 'self' ${portal}; frame-ancestors 'none'; base-uri 'none'`;
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": security,
  });
  response.end(page(fault));
}

/** @param {string | undefined} fault */
function page(fault) {
  const choices = Object.entries(people).map(
    ([account, { name, about }], at) =>
      `<label><input type="radio" name="person" value="${account}"${at === 0 ? " checked" : ""}><span><b>${name}</b><small>${about}</small></span></label>`,
  );
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Sign in to Acme</title>
  <link rel="stylesheet" href="/sign-in.css">
  <main>
    <h1>Sign in to Acme</h1>
    <p class="quiet">The demo’s identity provider. It knows these people.</p>
    ${fault === undefined ? "" : `<p class="fault" role="alert">${fault}</p>`}
    <form method="post" autocomplete="off">
      <fieldset><legend>Who you are</legend>${choices.join("")}</fieldset>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" required autocomplete="off" aria-describedby="hint"${fault === undefined ? "" : " autofocus"}>
      <p id="hint" class="quiet">Everybody’s password is <kbd>${PASSWORD}</kbd></p>
      <label class="check"><input type="checkbox" name="second" value="yes" checked><span>Show my second factor<small>For those who have one</small></span></label>
      <button>Sign in</button>
    </form>
  </main>
</html>
`;
}
