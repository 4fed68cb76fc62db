// The reader's side: what the edge keeps, and opening it through the edge.
import { Bundle, Gate, Policy, ReleaseClient } from "/sealwright/browser.js";

import { DocumentCard } from "./document-card.js";
import { button, make } from "./elements.js";
import { announce } from "./page.js";
import { failureBox } from "./upload-shown.js";
import { listWords, purposeName, sentence } from "./words.js";

/** Shows the documents that the person may fetch, and opens them. */
export class Documents {
  #edge;
  #person;
  #list = make("ol", { class: "cards" });
  #state = make("div", { class: "quiet", role: "status" }, "Fetching the list …");
  #purpose = make("select", { id: "purpose" });
  #ready;
  element;

  /**
   * @param {import("./edge.js").Edge} edge
   * @param {import("./sign-in.js").Person} person
   * @param {string} signer the pinned verifier key of the policy
   */
  constructor(edge, person, signer) {
    this.#edge = edge;
    this.#person = person;
    this.#ready = this.#begun(signer);
    const head = make(
      "div",
      { class: "head" },
      make("h2", { id: "documents-title" }, "Documents"),
      button("Refresh", "plain", () => this.refresh()),
    );
    const purpose = make("div", { class: "inline" }, make("label", { for: "purpose" }, "Opened for"), this.#purpose);
    const bar = make("div", { class: "bar" }, purpose, this.#byId());
    this.element = make(
      "section",
      { class: "documents", "aria-labelledby": "documents-title" },
      head,
      bar,
      this.#state,
      this.#list,
    );
  }

  /** Fetches the list anew. */
  async refresh() {
    this.#state.replaceChildren("Fetching the list …");
    try {
      await this.#ready;
      const objects = await this.#edge.objects();
      objects.sort((a, b) => String(b.label.created_at).localeCompare(String(a.label.created_at)));
      this.#list.replaceChildren(...objects.map((object) => new DocumentCard(object, this).element));
      this.#state.replaceChildren(
        objects.length === 0
          ? "There is nothing that you may fetch."
          : `${objects.length === 1 ? "One document" : `${objects.length} documents`} that you may fetch`,
      );
    } catch (failure) {
      this.#state.replaceChildren(failureBox(failure));
    }
  }

  /** What a document is opened for. */
  get purpose() {
    return this.#purpose.value;
  }

  get subject() {
    return this.#person.subject;
  }

  /**
   * Opens a document: the edge releases its key for an identity of this one request.
   *
   * @param {string} id
   * @param {AbortSignal} signal
   * @param {(opened: import("/sealwright/browser.js").Opened) => void} onOpened
   */
  async open(id, signal, onOpened) {
    const { gate, client } = await this.#ready;
    const { stream, size } = await this.#edge.object(id, signal);
    return { size, stream: await gate().open(stream, { onOpened, release: client }) };
  }

  /** Offers to open a document that somebody was told the id of. */
  #byId() {
    const id = make("input", {
      id: "by-id",
      type: "text",
      required: true,
      pattern: "[A-Za-z0-9_\\-][A-Za-z0-9_.\\-]*",
      maxlength: 128,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
    });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const card =
        this.#cardOf(id.value) ??
        new DocumentCard({ id: id.value, label: { document_id: id.value }, size: 0 }, this).element;
      this.#list.prepend(card);
      id.value = "";
      card.querySelector("button")?.click();
    };
    return make(
      "form",
      { class: "inline", onsubmit: submit },
      make("label", { for: "by-id" }, "Document id"),
      id,
      make("button", {}, "Open"),
    );
  }

  /** @param {string} id */
  #cardOf(id) {
    return [...this.#list.querySelectorAll("li")].find(({ dataset }) => dataset.id === id);
  }

  /** @param {string} signer */
  async #begun(signer) {
    const [configuration, bundle] = await Promise.all([this.#edge.configuration(), this.#edge.policy()]);
    const read = await Bundle.open(bundle, { trustedSigners: [signer] });
    this.#offer(/** @type {any} */ (read.policy().data)?.sealwright?.config ?? {});
    const policy = await Policy.fromBundle(read);
    const client = new ReleaseClient(this.#edge.address, this.#person);
    const gate = () =>
      new Gate({ policy, subject: this.subject, purpose: this.purpose, trustedSenders: configuration.senders });
    return { gate, client };
  }

  /** @param {any} config */
  #offer(config) {
    const names = Object.keys(config.purposes ?? {});
    const roles = /** @type {string[]} */ (this.subject.properties?.roles ?? []);
    const usual = names.find((name) =>
      roles.some((role) => config.roles?.[role]?.purposes?.includes(name) && name !== "retrieve"),
    );
    this.#purpose.replaceChildren(
      ...names.map((name) => new Option(sentence(purposeName(name)), name, name === usual, name === usual)),
    );
    this.#purpose.addEventListener("change", () =>
      announce(`Documents are opened for ${listWords([purposeName(this.purpose)])}`),
    );
  }
}
