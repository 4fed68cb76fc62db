// The page: who is signed in, uploading for those who contribute, documents for those who read.
import "./upload.js";

import { Documents } from "./documents.js";
import { Edge } from "./edge.js";
import { button, make } from "./elements.js";
import { announce, byId } from "./page.js";
import { signIn, signedIn } from "./sign-in.js";
import { failureBox } from "./upload-shown.js";
import { listWords, sentence } from "./words.js";

/**
 * Is what whoever runs the portal fixes: where the edge is, and whose policy is believed.
 *
 * @typedef {{ edge: string, policy_signer: string }} Settings
 */

const main = byId("main", HTMLElement);
const who = byId("who", HTMLElement);

try {
  const response = await fetch("/settings.json");
  await begin(await response.json());
} catch (failure) {
  showFault(failure, () => location.reload());
}
document.body.dataset.ready = "";

/** @param {Settings} settings */
async function begin(settings) {
  const edge = new Edge(settings.edge, () => person);
  const provider = await edge.configuration();
  const person = await signedIn(provider).catch((failure) => void showFault(failure, () => signIn(provider)));
  if (person === undefined) {
    showWelcome(() => signIn(provider).catch((failure) => showFault(failure, () => location.reload())));
    return;
  }
  showPerson(person, provider);
  const roles = /** @type {string[]} */ (person.subject.properties?.roles ?? []);
  if (roles.includes("contributor")) {
    main.append(uploadOf(settings, person, provider));
    return;
  }
  const documents = new Documents(edge, person, settings.policy_signer);
  main.append(documents.element);
  await documents.refresh();
}

/**
 * @param {Settings} settings
 * @param {import("./sign-in.js").Person} person
 * @param {import("./sign-in.js").Provider} provider
 */
function uploadOf(settings, person, provider) {
  const upload = /** @type {import("./upload.js").SealwrightUpload} */ (document.createElement("sealwright-upload"));
  upload.setAttribute("edge", settings.edge);
  upload.setAttribute("policy-signer", settings.policy_signer);
  upload.setAttribute("classification", "confidential");
  upload.credentials = person;
  upload.addEventListener("signed-out", () => showAgain(provider));
  return upload;
}

/**
 * @param {import("./sign-in.js").Person} person
 * @param {import("./sign-in.js").Provider} provider
 */
function showPerson(person, provider) {
  const { id, properties } = person.subject;
  const roles = /** @type {string[]} */ (properties?.roles ?? []);
  const strong = /** @type {string[]} */ (properties?.amr ?? []).includes("mfa");
  const about = `${sentence(listWords(roles))} · ${properties?.tenant} · ${strong ? "with a second factor" : "password only"}`;
  const leave = async () => {
    await person.signOut();
    location.reload();
  };
  who.replaceChildren(make("div", {}, make("b", {}, id), make("small", {}, about)), button("Sign out", "", leave));
  who.dataset.issuer = provider.issuer;
}

/** @param {() => void} begin */
function showWelcome(begin) {
  const steps = [
    [
      "Checked",
      "Each file is read in this browser and searched for e-mail addresses, phone numbers, cards and bank accounts.",
    ],
    [
      "Decided",
      "The policy says whether it may be uploaded, for what, and what has to be masked. If it refuses, it says why.",
    ],
    [
      "Sealed",
      "The file is encrypted here. Storage never sees what is in it: keys are given only to whom the policy admits.",
    ],
  ];
  main.append(
    make(
      "section",
      { class: "welcome", "aria-labelledby": "welcome" },
      make("h2", { id: "welcome" }, "Sign in to upload files, or to open them"),
      make("p", {}, "Files are sealed before they leave this browser."),
      button("Sign in", "main large", begin),
    ),
    make("ol", { class: "steps" }, ...steps.map(([name = "", text = ""]) => make("li", {}, make("b", {}, name), text))),
  );
}

/** @param {import("./sign-in.js").Provider} provider */
function showAgain(provider) {
  announce("Your sign-in has ended");
  const box = make(
    "div",
    { class: "notice", role: "alert" },
    make(
      "div",
      {},
      make("b", {}, "Your sign-in has ended"),
      make("p", {}, "Sign in again, then add what was not uploaded yet."),
    ),
    button("Sign in again", "main", () => signIn(provider)),
  );
  byId("faults", HTMLElement).replaceChildren(box);
}

/**
 * @param {unknown} failure
 * @param {() => void} again
 */
function showFault(failure, again) {
  const box = failureBox(failure);
  box.append(make("div", { class: "actions" }, button("Try again", "", again)));
  byId("faults", HTMLElement).replaceChildren(box);
}
