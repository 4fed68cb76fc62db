// <sealwright-upload>: people drop files, which are checked, decided about, masked, sealed in the browser and sent to an edge.
import { Edge, signedOut } from "./edge.js";
import { button, icon, make } from "./elements.js";
import { Engine } from "./engine.js";
import { failureBox } from "./upload-shown.js";
import { filesOf } from "./dropped.js";
import { LabelForm } from "./upload-label.js";
import { UploadCard } from "./upload-card.js";

/** The most files that are taken at once. */
const MOST_FILES = 1000;

/**
 * Seals files for an edge and uploads them.
 *
 * Attributes: `edge`, its address; `policy-signer`, the verifier key that must have signed its policy; and, for new files,
 * `classification`, `purposes` (divided by spaces) and `tenant`, which is the person's own if absent.
 *
 * Its property `credentials` says who acts (`Credentials` of edge.js); without one, the element is signed out.
 *
 * Events, each with the file's `name` in `detail`: `sealed` with `id` and `size`; `uploaded` with `receipt`; `refused` with
 * `reasons`; `failed` with `code`. `signed-out` asks the page to have somebody sign in. They bubble and leave the shadow.
 */
export class SealwrightUpload extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #edge = new Edge("", () => this.#credentials);
  /** @type {import("./edge.js").Credentials | undefined} */
  #credentials;
  /** @type {Engine | undefined} */
  #engine;
  /** @type {LabelForm | undefined} */
  #label;
  /** @type {any} */
  #config = {};
  #enrolled = false;
  #verifier = "";
  /** @type {Set<UploadCard>} */
  #cards = new Set();
  /** One file is checked, and one is sent, at a time. */
  #checking = Promise.resolve();
  #sending = Promise.resolve();
  #notice = make("div", { class: "notices" });
  #list = make("ol", { class: "cards", "aria-label": "Files" });
  #all = make("div", { class: "actions all" });
  #live = make("p", { class: "unseen", role: "status" });
  #aside = make("aside", { class: "rail" });
  #ending = new AbortController();

  connectedCallback() {
    this.#ending = new AbortController();
    const style = make("link", { rel: "stylesheet", href: new URL("./upload.css", import.meta.url).href });
    const work = make(
      "section",
      { class: "work", "aria-label": "Files to upload" },
      this.#notice,
      this.#dropZone(),
      this.#all,
      this.#list,
    );
    const columns = make("div", { class: "columns", hidden: true }, work, this.#aside);
    style.addEventListener("load", () => (columns.hidden = false));
    this.#root.replaceChildren(style, columns, this.#live);
    const { signal } = this.#ending;
    window.addEventListener("online", () => this.#cards.forEach((card) => card.resume()), { signal });
    window.addEventListener("beforeunload", (event) => this.#busy && event.preventDefault(), { signal });
    this.#edge = new Edge(this.getAttribute("edge") ?? "", () => this.#credentials);
    this.#start();
  }

  disconnectedCallback() {
    this.#ending.abort();
    this.#cards.forEach((card) => card.remove());
    this.#engine?.close();
  }

  /** Says who acts. */
  set credentials(credentials) {
    this.#credentials = credentials;
    if (this.isConnected) {
      this.#start();
    }
  }

  get credentials() {
    return this.#credentials;
  }

  /**
   * Takes files as if they had been dropped.
   *
   * @param {Iterable<File>} files
   */
  add(files) {
    const taken = [...files].slice(0, MOST_FILES);
    if (this.#label === undefined || this.#credentials === undefined) {
      this.#tell("Sign in first.");
      return;
    }
    taken.forEach((file) => this.#add(file));
    this.#tell(taken.length === 1 ? `Added ${taken[0]?.name}` : `Added ${taken.length} files`);
  }

  /** Fetches policy and recipients, and makes ready to seal: whatever comes is believed only if it was signed. */
  async #start() {
    const credentials = this.#credentials;
    if (credentials === undefined) {
      this.#state("signed-out");
      return;
    }
    this.#state("starting");
    try {
      const [configuration, bundle] = await Promise.all([this.#edge.configuration(), this.#edge.policy()]);
      this.#engine ??= new Engine();
      const signer = this.getAttribute("policy-signer") ?? "";
      const { reference, config } = await this.#engine.run("start", {
        bundle,
        signer,
        recipients: configuration.recipients,
      });
      this.#verifier = await this.#engine.run("signer", { name: credentials.subject.id });
      this.#enrolled = configuration.senders.includes(this.#verifier);
      this.#config = config;
      this.#showLabel(reference);
      this.#state("idle");
    } catch (failure) {
      this.#state("failed", failure);
    }
  }

  /** @param {{ name: string, revision: string, digest: string }} reference */
  #showLabel(reference) {
    const [classification, purposes] = [this.getAttribute("classification") ?? "", this.getAttribute("purposes") ?? ""];
    const tenant = this.getAttribute("tenant") ?? String(this.#credentials?.subject.properties?.tenant ?? "");
    this.#label = new LabelForm(this.#config, { classification, purposes, tenant }, () =>
      this.#cards.forEach((card) => card.decide()),
    );
    this.#aside.replaceChildren(this.#label.element, policyCard(reference));
  }

  /**
   * @param {"signed-out" | "starting" | "idle" | "failed"} state
   * @param {unknown} [failure]
   */
  #state(state, failure) {
    this.dataset.state = state;
    this.#notice.replaceChildren(...(failure === undefined ? this.#enrolment() : [this.#fault(failure)]));
    const off = state !== "idle";
    this.#root.querySelectorAll(".drop input, .folder button").forEach((one) => one.toggleAttribute("disabled", off));
    this.#root.querySelector(".drop")?.toggleAttribute("data-off", off);
    this.#cards.forEach((card) => card.decide());
    this.#showAll();
  }

  /** @param {unknown} failure */
  #fault(failure) {
    const box = failureBox(failure);
    box.append(
      make(
        "div",
        { class: "actions" },
        button("Try again", "", () => this.#start()),
      ),
    );
    return make("div", { role: "alert" }, box);
  }

  /** Offers to enrol this browser's key, without which the edge takes nothing that it signed. */
  #enrolment() {
    if (this.#credentials === undefined || this.#label === undefined || this.#enrolled) {
      return [];
    }
    const mayEnrol = this.#credentials.mayEnrol ?? true;
    const act = button("Trust this browser", "main", () => this.#enrol());
    const text = mayEnrol
      ? "Your files are signed, so that readers know they come from you. The signing key was made here and never leaves this browser; the edge has to know it once."
      : "Your files are signed, and the edge does not know this browser’s key yet. Only contributors who signed in with a second factor can have it trusted.";
    return [
      make(
        "div",
        { class: "notice" },
        icon("key"),
        make(
          "div",
          {},
          make("b", {}, "This browser is not trusted yet"),
          make("p", {}, text),
          make("code", {}, this.#verifier),
        ),
        mayEnrol ? act : undefined,
      ),
    ];
  }

  async #enrol() {
    try {
      await this.#edge.enrol(this.#verifier);
      this.#enrolled = true;
      this.#state("idle");
      this.#tell("This browser is trusted now.");
      this.#root.querySelector("input")?.focus();
    } catch (failure) {
      this.#state("idle");
      this.#notice.prepend(this.#fault(failure));
    }
  }

  #dropZone() {
    const choose = make("input", {
      type: "file",
      multiple: true,
      "aria-describedby": "hint",
      onchange: () => this.#chosen(choose),
    });
    const folder = make("input", {
      type: "file",
      webkitdirectory: true,
      hidden: true,
      "aria-hidden": "true",
      tabindex: "-1",
      onchange: () => this.#chosen(folder),
    });
    const zone = make(
      "label",
      { class: "drop" },
      choose,
      icon("upload"),
      make(
        "span",
        {},
        make("b", {}, "Drop files here, or ", make("u", {}, "choose files")),
        make("span", { id: "hint" }, "Checked and sealed in this browser before anything is sent."),
      ),
    );
    const { signal } = this.#ending;
    const over = (/** @type {boolean} */ is) => zone.toggleAttribute("data-over", is);
    document.addEventListener("dragover", (event) => (event.preventDefault(), over(true)), { signal });
    document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false), { signal });
    document.addEventListener("drop", (event) => (event.preventDefault(), over(false), this.#dropped(event)), {
      signal,
    });
    const whole = make(
      "p",
      { class: "folder" },
      folder,
      button("Choose a whole folder", "plain", () => folder.click()),
    );
    const both = document.createDocumentFragment();
    both.append(zone, whole);
    return both;
  }

  /** @param {HTMLInputElement} input */
  #chosen(input) {
    this.add(input.files ?? []);
    input.value = "";
  }

  /** @param {DragEvent} event */
  async #dropped(event) {
    this.add(await filesOf(event.dataTransfer, MOST_FILES));
  }

  /** @param {File} file */
  #add(file) {
    const card = new UploadCard(file, {
      engine: /** @type {Engine} */ (this.#engine),
      edge: this.#edge,
      config: () => this.#config,
      subject: () => this.#subject(),
      label: (id) => this.#label?.label(file, id, this.#subject().id) ?? {},
      sender: () => this.#sender(),
      ready: () => this.#enrolled && this.dataset.state === "idle",
      queue: (work) => (this.#sending = this.#sending.then(work)),
      changed: () => this.#showAll(),
      removed: () => this.#removed(card),
      tell: (text) => this.#tell(text),
      emit: (name, detail) => this.#emit(name, detail),
    });
    this.#cards.add(card);
    this.#list.append(card.element);
    this.#checking = this.#checking.then(() => (this.#cards.has(card) ? card.check() : undefined));
    this.#showAll();
  }

  #subject() {
    if (this.#credentials === undefined) {
      throw signedOut();
    }
    return this.#credentials.subject;
  }

  #sender() {
    const [name = "", id = ""] = this.#verifier.split("+");
    return { name, key_id: `${name}+${id}` };
  }

  /** @param {UploadCard} card */
  #removed(card) {
    this.#cards.delete(card);
    this.#showAll();
    /** @type {HTMLElement | null} */ (this.#root.querySelector(".drop input"))?.focus();
  }

  get #busy() {
    return [...this.#cards].some(({ busy }) => busy);
  }

  /** Offers to send everything at once, where there is more than one file to send. */
  #showAll() {
    const ready = [...this.#cards].filter((card) => card.sendable);
    const done = [...this.#cards].filter((card) => card.done).length;
    const send = button(`Seal and upload ${ready.length} files`, "main", () => ready.forEach((card) => card.send()));
    const summary = done === 0 ? undefined : make("p", { class: "quiet" }, `${done} of ${this.#cards.size} uploaded`);
    this.#all.replaceChildren(
      ...(ready.length > 1 ? [send] : []),
      ...(summary && this.#cards.size > 1 ? [summary] : []),
    );
  }

  /** @param {string} text */
  #tell(text) {
    this.#live.textContent = text;
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** @param {{ name: string, revision: string, digest: string }} reference */
function policyCard({ name, revision, digest }) {
  return make(
    "p",
    { class: "quiet policy" },
    `Decided by the policy ${name}, revision ${revision}, `,
    make("code", { title: digest }, digest.slice(0, 12)),
    ". Its signature was checked in this browser.",
  );
}

customElements.define("sealwright-upload", SealwrightUpload);
