import { Card } from "./card.js";
import { renewable } from "./edge.js";
import { facts, icon, make } from "./elements.js";
import { Failure } from "./failure.js";
import { PartedUpload, SINGLE_SIZE } from "./parted-upload.js";
import { download } from "./saving.js";
import { decisionBox, failureBox, findingRows, previewOf, readerLines, receiptRows } from "./upload-shown.js";
import { sizeWords } from "./words.js";

/** @typedef {import("/sealwright/browser.js").Decision} Decision */
/** @typedef {import("/sealwright/browser.js").Findings} Findings */
/** @typedef {import("/sealwright/browser.js").LabelInput} LabelInput */

/**
 * Is what a card asks of the element that it is in.
 *
 * @typedef {object} Desk
 * @property {import("./engine.js").Engine} engine
 * @property {import("./edge.js").Edge} edge
 * @property {() => any} config
 * @property {() => import("/sealwright/browser.js").Subject} subject
 * @property {(id: string) => LabelInput} label
 * @property {() => { name: string, key_id: string }} sender
 * @property {() => boolean} ready
 * @property {(work: () => Promise<void>) => void} queue
 * @property {() => void} changed
 * @property {() => void} removed
 * @property {(text: string) => void} tell
 * @property {(name: string, detail: object) => void} emit
 */

/** @typedef {"waiting" | "checking" | "refused" | "ready" | "queued" | "sealing" | "uploading" | "done" | "failed"} State */

/** @type {Record<State, string>} */
const STATES = {
  waiting: "waits to be checked",
  checking: "is checked here",
  refused: "refused",
  ready: "ready",
  queued: "waits for its turn",
  sealing: "is sealed here",
  uploading: "is uploaded",
  done: "uploaded",
  failed: "not uploaded",
};

/** Shows one file on its way. */
export class UploadCard extends Card {
  #desk;
  #file;
  /** @type {State} */
  #state = "waiting";
  #key = crypto.randomUUID();
  /** @type {Findings | undefined} */
  #findings;
  #asked = 0;
  /** Whether a sealed file waits to be sent: trying again need not seal again. */
  #sealed = false;
  #sealedSize = 0;
  #tried = false;
  /** @type {PartedUpload | undefined} */
  #parted;

  /**
   * @param {File} file
   * @param {Desk} desk
   */
  constructor(file, desk) {
    const name = file.webkitRelativePath || file.name;
    const label = `Remove ${name} from the list`;
    const remove = make("button", { type: "button", class: "icon", "aria-label": label }, icon("no"));
    super(name, "file", remove);
    remove.addEventListener("click", () => this.remove());
    this.#file = file;
    this.#desk = desk;
    this.#show("waiting");
  }

  get busy() {
    return ["queued", "sealing", "uploading"].includes(this.#state);
  }

  get done() {
    return this.#state === "done";
  }

  get sendable() {
    return this.#state === "ready" && this.#desk.ready();
  }

  /** Looks for personal data, then asks the policy. */
  async check() {
    this.#show("checking");
    const findings = await this.#work("Checking", this.#file.size, (watch) =>
      this.#desk.engine.run("check", { file: this.#file }, watch),
    );
    if (findings !== undefined) {
      this.#findings = findings;
      this.#state = "ready";
      await this.decide();
    }
  }

  /** Asks the policy, again where the label or the person changed. */
  async decide() {
    if (this.#state === "failed") {
      this.#unseal();
    }
    if (this.#findings === undefined || !["ready", "refused"].includes(this.#state)) {
      return;
    }
    const asked = ++this.#asked;
    this.#unseal();
    try {
      const [subject, label] = [this.#desk.subject(), this.#desk.label(this.#key)];
      const { decision, readers } = await this.#desk.engine.run("decide", {
        subject,
        label,
        findings: this.#findings,
        sender: this.#desk.sender(),
      });
      if (asked === this.#asked && ["ready", "refused"].includes(this.#state)) {
        this.#decided(decision, readers, label);
      }
    } catch (failure) {
      this.#fail(failure);
    }
  }

  /** Seals the file and sends it, when those before it are done. */
  send() {
    this.#show("queued");
    this.#desk.queue(async () => {
      if (this.#state === "queued") {
        await this.#sent();
      }
    });
  }

  /** Goes on with what failed because the browser was offline. */
  resume() {
    if (this.#state === "failed" && this.element.dataset.code === "offline") {
      this.send();
    }
  }

  remove() {
    this.cancel();
    this.#state = "done";
    this.#parted?.abandon();
    this.#desk.engine.run("discard", { key: this.#key }).catch(() => undefined);
    this.element.remove();
    this.#desk.removed();
  }

  /** Gives up what was sealed under a label that may no longer be wanted. */
  #unseal() {
    if (this.#sealed) {
      this.#sealed = false;
      this.#parted?.abandon();
      this.#desk.engine.run("discard", { key: this.#key }).catch(() => undefined);
      // The edge may have got it all the same: what comes next needs an id of its own.
      this.#key = this.#tried ? crypto.randomUUID() : this.#key;
      this.#tried = false;
    }
  }

  async #sent() {
    if (!this.#sealed && !(await this.#sealedHere())) {
      return;
    }
    this.#show("uploading");
    const receipt = await this.#work("Uploading", this.#sealedSize, (work) => this.#uploaded(work));
    if (receipt !== undefined) {
      this.#finish(receipt);
    }
  }

  async #sealedHere() {
    this.#show("sealing");
    const { engine, edge } = this.#desk;
    const result = await this.#work("Sealing", 2 * this.#file.size, (watch) => {
      const input = {
        key: this.#key,
        file: this.#file,
        subject: this.#desk.subject(),
        label: this.#desk.label(this.#key),
        name: this.name,
      };
      return engine.run("seal", input, watch);
    });
    if (result === undefined) {
      return false;
    }
    this.#sealed = true;
    this.#sealedSize = result.size;
    const document = { key: this.#key, size: result.size, headerSize: result.headerSize };
    this.#parted = result.size > SINGLE_SIZE ? new PartedUpload(engine, edge, document) : undefined;
    this.#desk.emit("sealed", { name: this.name, id: this.#key, size: result.size });
    return true;
  }

  /** @param {import("./card.js").Work} work */
  async #uploaded(work) {
    const { engine, edge } = this.#desk;
    const again = this.#tried;
    this.#tried = true;
    const whole = () =>
      edge.proved("PUT", edge.objectPath(this.#key), (request) => engine.run("upload", { key: this.#key, ...request }, work));
    return (this.#parted?.send(work) ?? whole()).catch((failure) => {
      // The id is this card's own: what is stored under it is what an earlier try sent, and the edge keeps nothing half.
      return again && failure.code === "exists" ? { id: this.#key, size: this.#sealedSize } : Promise.reject(failure);
    });
  }

  /** @param {import("./upload-shown.js").Receipt} receipt */
  #finish(receipt) {
    this.#parted = undefined;
    this.#desk.engine.run("discard", { key: this.#key }).catch(() => undefined);
    this.#sealed = false;
    this.parts.facts.replaceChildren(facts(receiptRows(receipt)));
    this.parts.decision.replaceChildren(decisionBox("yes", "Sealed and uploaded", []));
    this.parts.shown.replaceChildren();
    this.#show("done");
    const save = () =>
      download(
        new Blob([`${JSON.stringify({ name: this.name, ...receipt }, null, 2)}\n`], { type: "application/json" }),
        `${this.name.replaceAll("/", "-")}.receipt.json`,
      );
    this.offer(this.button("Save receipt", "", save));
    this.#desk.tell(`${this.name}: uploaded`);
    this.#desk.emit("uploaded", { name: this.name, receipt });
  }

  /**
   * @param {Decision} decision
   * @param {import("./readers.js").Reader[]} readers
   * @param {LabelInput} label
   */
  #decided(decision, readers, label) {
    const told = { subject: this.#desk.subject(), label, action: /** @type {const} */ ("seal"), purpose: "" };
    const verdict = decision.decision ? "The policy allows sealing this file" : "The policy refuses to seal this file";
    const changed = this.parts.decision.textContent !== "" ? "" : `${this.name}: ${verdict}`;
    this.parts.decision.replaceChildren(decisionBox(decision.decision ? "yes" : "no", verdict, decision.reasons, told));
    const rows = findingRows(/** @type {Findings} */ (this.#findings), decision);
    const read = decision.decision ? [/** @type {[string, any]} */ (["Readable by", readerLines(readers)])] : [];
    this.parts.facts.replaceChildren(facts([...rows, ...read]));
    this.parts.shown.replaceChildren(
      ...previewOf(/** @type {Findings} */ (this.#findings), decision, this.#desk.config(), this.#preview),
    );
    this.#show(decision.decision ? "ready" : "refused");
    if (!decision.decision) {
      this.#desk.emit("refused", { name: this.name, reasons: decision.reasons });
    }
    if (changed !== "") {
      this.#desk.tell(changed);
    }
  }

  /** @param {any} operators */
  #preview = (operators) => this.#desk.engine.run("preview", { file: this.#file, operators });

  /**
   * @param {string} phase
   * @param {number} total in bytes
   * @param {(work: import("./card.js").Work) => Promise<any>} work
   */
  #work(phase, total, work) {
    return this.work(phase, total, work, {
      cancelled: () => this.#cancelled(),
      failed: (failure) => this.#fail(failure),
    });
  }

  /** Goes back to what can be done without losing what was done. */
  #cancelled() {
    this.#desk.tell(`${this.name}: cancelled`);
    if (this.#findings === undefined) {
      this.#show("waiting");
      this.offer(this.button("Check", "main", () => this.check()));
      return;
    }
    this.#show("ready");
  }

  /** @param {unknown} failure */
  #fail(failure) {
    const { code = "unknown", refusal = false, reasons, decision } = failure instanceof Failure ? failure : {};
    if (refusal) {
      this.#refused(reasons ?? decision?.reasons ?? []);
      return;
    }
    this.parts.failure.replaceChildren(failureBox(failure));
    this.#show("failed");
    this.element.dataset.code = code;
    const again = this.#findings === undefined ? () => this.check() : () => this.send();
    this.offer(this.button("Try again", "main", again));
    this.#desk.emit("failed", { name: this.name, code });
    if (code === "signed_out" || renewable(failure)) {
      this.#desk.emit("signed-out", {});
    }
  }

  /** @param {string[]} reasons */
  #refused(reasons) {
    const told = {
      subject: this.#desk.subject(),
      label: this.#desk.label(this.#key),
      action: /** @type {const} */ ("store"),
      purpose: "",
    };
    this.parts.decision.replaceChildren(decisionBox("no", "The edge refuses to store this file", reasons, told));
    this.#show("refused");
    this.#desk.tell(`${this.name}: refused`);
    this.#desk.emit("refused", { name: this.name, reasons });
  }

  /** @param {State} state */
  #show(state) {
    this.#state = state;
    this.element.dataset.state = state;
    delete this.element.dataset.code;
    this.parts.about.textContent = `${sizeWords(this.#file.size)} · ${STATES[state]}`;
    this.kind = state === "done" || this.#sealed ? "lock" : "file";
    if (state !== "failed") {
      this.parts.failure.replaceChildren();
    }
    if (state === "ready") {
      const send = this.button(this.#sealed ? "Upload" : "Seal and upload", "main", () => this.send());
      send.disabled = !this.#desk.ready();
      this.offer(send);
    } else if (state === "queued") {
      this.offer(this.button("Cancel", "plain", () => this.#show("ready")));
    } else if (state === "refused" || state === "waiting") {
      this.offer();
    }
    this.#desk.changed();
  }
}
