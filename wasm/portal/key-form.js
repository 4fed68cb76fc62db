import { Identity, Recipient, SealwrightError } from "/sealwright/browser.js";

import { announce, byId } from "./page.js";
import { download } from "./saving.js";
import { failureWords } from "./words.js";

const own = byId("own-key", HTMLInputElement);
const others = byId("others", HTMLTextAreaElement);
const othersFault = byId("others-fault", HTMLElement);
const keyFile = byId("key-file", HTMLInputElement);

/** Holds the keys of this tab: one made here, and those that were added. */
export class Keys {
  #own;
  /** @type {Identity[]} */
  #added = [];
  #saved = false;
  #used = false;

  /** @param {Identity} identity */
  constructor(identity) {
    this.#own = identity;
  }

  /**
   * Makes a key, and tells of every change.
   *
   * @param {() => void} changed
   */
  static async setUp(changed) {
    const keys = new Keys(await Identity.generate());
    keys.#show();
    own.addEventListener("change", changed);
    others.addEventListener("input", changed);
    keyFile.addEventListener("change", () => keys.#add());
    byId("keys", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("beforeunload", (event) => keys.#used && !keys.#saved && event.preventDefault());
    return keys;
  }

  /** Returns to whom to seal: at least one recipient. */
  async recipients() {
    const pasted = await this.#pasted();
    const recipients = own.checked ? [String(this.#own.recipient), ...pasted] : pasted;
    if (recipients.length === 0) {
      throw new SealwrightError("no_recipients", "usage", "expected at least one recipient");
    }
    return recipients;
  }

  /** Returns with what to open. */
  identities() {
    return [this.#own, ...this.#added];
  }

  /**
   * Notes that a file may depend on the key made here, so that closing the tab warns.
   *
   * @param {string[]} recipients
   */
  used(recipients) {
    this.#used ||= recipients.includes(String(this.#own.recipient));
  }

  #show() {
    byId("own-recipient", HTMLOutputElement).value = String(this.#own.recipient);
    const save = byId("save-key", HTMLButtonElement);
    const copy = byId("copy-key", HTMLButtonElement);
    save.disabled = copy.disabled = false;
    save.addEventListener("click", () => this.#save());
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(String(this.#own.recipient));
      announce("Public key copied");
    });
  }

  #save() {
    const text = `# created: ${new Date().toISOString()}\n# public key: ${this.#own.recipient}\n${this.#own.reveal()}\n`;
    download(new Blob([text], { type: "text/plain" }), "sealwright-key.txt");
    this.#saved = true;
    const note = byId("key-note", HTMLElement);
    note.textContent = "Saved. Keep the file where only you can read it: whoever has it can open your files.";
    note.classList.add("done");
    announce(note.textContent);
  }

  async #pasted() {
    try {
      const recipients = await Recipient.parseAll(others.value);
      othersFault.textContent = "";
      others.removeAttribute("aria-invalid");
      return recipients.map(String);
    } catch (failure) {
      const { what, next } = failureWords(failure);
      othersFault.textContent = `${what} ${next}`;
      others.setAttribute("aria-invalid", "true");
      throw failure;
    }
  }

  async #add() {
    const note = byId("key-file-note", HTMLElement);
    const file = keyFile.files?.[0];
    if (file === undefined) {
      return;
    }
    try {
      const found = await Identity.parseAll(await file.slice(0, 1 << 20).text());
      this.#added.push(...found);
      note.textContent = `${found.length === 1 ? "One key" : `${found.length} keys`} added from ${file.name}.`;
    } catch (failure) {
      const { what, next } = failureWords(failure);
      note.textContent = `${what} ${next}`;
    }
    keyFile.value = "";
  }
}
