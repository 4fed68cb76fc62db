import { Keys } from "./key-form.js";
import { setUpLabel } from "./label-form.js";
import { OpenCard } from "./open-card.js";
import { announce, byId, textElement } from "./page.js";
import { people } from "./people.js";
import { SealCard } from "./seal-card.js";
import { Session } from "./session.js";
import { failureWords, purposeName, sentence } from "./words.js";

const personForm = byId("person", HTMLFormElement);
const purpose = byId("purpose", HTMLSelectElement);
const input = byId("files-input", HTMLInputElement);
const list = byId("cards", HTMLOListElement);
const sealAll = byId("seal-all", HTMLButtonElement);
const saveAll = byId("save-all", HTMLButtonElement);

/** @type {Set<SealCard | OpenCard>} */
const cards = new Set();

/** One file is checked at a time, in the order in which they came. */
let queue = Promise.resolve();

try {
  const session = await Session.start();
  const keys = await Keys.setUp(refresh);
  setUpLabel(session.config, refresh);
  setUpPerson(session);
  setUpAll();
  setUpFiles((files) => files.forEach((file) => add(file, session, keys)));
  const { name, revision, digest } = session.policy.reference;
  const exact = Object.assign(textElement("code", digest.slice(0, 12)), { title: digest });
  byId("policy", HTMLElement).replaceChildren(`${name}, revision ${revision}, `, exact);
  document.body.dataset.ready = "";
} catch (failure) {
  const { what, next, code } = failureWords(failure);
  const fault = byId("fault", HTMLElement);
  fault.replaceChildren(textElement("b", what), ` ${next} `, textElement("code", code));
  fault.hidden = false;
}

/** Has every card ask the policy again. */
function refresh() {
  cards.forEach((card) => card.refresh());
}

/** @param {Session} session */
function setUpPerson(session) {
  purpose.append(...Object.keys(session.config.purposes).map((name) => new Option(sentence(purposeName(name)), name)));
  const act = () => {
    session.person = people[String(new FormData(personForm).get("person"))] ?? session.person;
    session.purpose = purpose.value = session.person.purpose;
    const { id, properties } = session.person.subject;
    byId("claims", HTMLElement).textContent = `Signed in as ${id}, organisation ${properties?.tenant}`;
  };
  act();
  personForm.addEventListener("change", (event) => {
    event.target === purpose ? (session.purpose = purpose.value) : act();
    refresh();
  });
  personForm.addEventListener("submit", (event) => event.preventDefault());
}

/** Offers to seal and to save everything at once, where there is more than one file to seal or save. */
function setUpAll() {
  list.addEventListener("card-changed", showAll);
  sealAll.addEventListener("click", async () => {
    for (const card of chosen((card) => card.sealable)) {
      await card.seal();
    }
  });
  saveAll.addEventListener("click", () => chosen((card) => card.unsaved).forEach((card) => card.save()));
}

function showAll() {
  const [sealable, unsaved] = [chosen((card) => card.sealable).length, chosen((card) => card.unsaved).length];
  sealAll.textContent = `Seal ${sealable} files`;
  sealAll.hidden = sealable < 2;
  saveAll.textContent = `Save ${unsaved} sealed files`;
  saveAll.hidden = unsaved < 2;
}

/** @param {(card: SealCard) => boolean} wanted */
function chosen(wanted) {
  return [...cards].filter((card) => card instanceof SealCard).filter(wanted);
}

/** @param {(files: File[]) => void} take */
function setUpFiles(take) {
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = "";
  });
  const over = (/** @type {boolean} */ is) => document.body.classList.toggle("dropping", is);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

/**
 * @param {File} file
 * @param {Session} session
 * @param {Keys} keys
 */
function add(file, session, keys) {
  const card = /\.age$/i.test(file.name) ? new OpenCard(file, session, keys) : new SealCard(file, session, keys);
  cards.add(card);
  list.prepend(card.element);
  byId("steps", HTMLElement).hidden = true;
  card.element.addEventListener("card-removed", () => remove(card));
  card.element.addEventListener("card-opens", (event) => {
    add(/** @type {CustomEvent<File>} */ (event).detail, session, keys);
    announce("Added the sealed file to the list. Choose who opens it.");
  });
  queue = queue.then(() => (cards.has(card) ? card.check() : undefined));
}

/** @param {SealCard | OpenCard} card */
function remove(card) {
  cards.delete(card);
  byId("steps", HTMLElement).hidden = cards.size > 0;
  showAll();
  input.focus();
}
