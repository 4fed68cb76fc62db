import { Meter } from "./measured.js";
import { announce, copyOf, part, textElement } from "./page.js";
import { MEMORY_LIMIT, TooLarge } from "./saving.js";
import { failureWords, reasonWords, sizeWords } from "./words.js";

/** @typedef {import("/sealwright/browser.js").Decision} Decision */

/**
 * Is what a card is told while it works.
 *
 * @typedef {object} Work
 * @property {AbortSignal} signal says to stop
 * @property {(bytes: number) => void} told is called with the size of each piece that is read
 */

/** Shows one file: what was found, what the policy decided, how far it is, and what can be done with it. */
export class Card {
  element = copyOf("card");
  /** @type {AbortController | undefined} */
  #working;

  /**
   * @param {File} file
   * @param {string} about
   * @param {string} icon
   */
  constructor(file, about, icon) {
    this.file = file;
    this.part("name").textContent = file.name;
    this.part("about").textContent = `${sizeWords(file.size)} · ${about}`;
    this.icon = icon;
    const remove = part(this.element, "remove", HTMLButtonElement);
    remove.ariaLabel = `Remove ${file.name} from the list`;
    remove.addEventListener("click", () => this.remove());
  }

  /** @param {string} name */
  set icon(name) {
    this.element.querySelector(".kind use")?.setAttribute("href", `#icon-${name}`);
  }

  /** Stops what the card is doing. */
  cancel() {
    this.#working?.abort();
  }

  get failed() {
    return !this.part("failure").hidden;
  }

  get busy() {
    return this.#working !== undefined;
  }

  /** @param {string} name */
  part(name) {
    return part(this.element, name, HTMLElement);
  }

  remove() {
    this.cancel();
    this.element.dispatchEvent(new CustomEvent("card-removed", { bubbles: true }));
    this.element.remove();
  }

  /**
   * Makes a button whose name says which file it is for.
   *
   * @param {string} text
   * @param {string} look
   * @param {() => void} clicked
   */
  button(text, look, clicked) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: look });
    button.append(text, Object.assign(textElement("span", ` ${this.file.name}`), { className: "unseen" }));
    button.addEventListener("click", clicked);
    return button;
  }

  /**
   * Shows these buttons, and keeps the focus in the card if a button that had it goes.
   *
   * @param {...HTMLButtonElement} buttons
   */
  offer(...buttons) {
    const focused = this.part("actions").contains(document.activeElement);
    this.part("actions").replaceChildren(...buttons);
    this.element.dispatchEvent(new CustomEvent("card-changed", { bubbles: true }));
    if (focused && !this.part("actions").contains(document.activeElement)) {
      buttons.find((button) => !button.disabled)?.focus();
    }
  }

  /**
   * Does something long with a meter and a way to cancel it. Returns nothing if it failed or was cancelled.
   *
   * @template Result
   * @param {string} phase
   * @param {number} total how many bytes will be read
   * @param {(work: Work) => Promise<Result>} work
   * @returns {Promise<Result | undefined>}
   */
  async work(phase, total, work) {
    const working = new AbortController();
    this.#working = working;
    this.hideFailure();
    this.part("phase").textContent = phase;
    const meter = new Meter(part(this.element, "progress", HTMLProgressElement), this.part("pace"), total);
    part(this.element, "progress", HTMLProgressElement).ariaLabel = `${phase} ${this.file.name}`;
    this.part("meter").hidden = false;
    this.element.setAttribute("aria-busy", "true");
    this.offer(this.button("Cancel", "plain", () => working.abort()));
    try {
      return await work({ signal: working.signal, told: (bytes) => meter.add(bytes) });
    } catch (failure) {
      working.signal.aborted ? announce(`${this.file.name}: cancelled`) : this.showFailure(failure);
      return undefined;
    } finally {
      this.#working = undefined;
      this.part("meter").hidden = true;
      this.element.removeAttribute("aria-busy");
    }
  }

  /**
   * @param {Decision} decision
   * @param {string} verdict
   * @param {"yes" | "no" | "masked"} mark
   * @param {import("./words.js").Facts} facts
   */
  showDecision(decision, verdict, mark, facts) {
    const box = this.part("decision");
    box.hidden = false;
    box.dataset.mark = mark;
    part(this.element, "mark", SVGUseElement).setAttribute("href", `#icon-${mark}`);
    this.part("verdict").textContent = verdict;
    this.part("reasons").replaceChildren(...decision.reasons.map((reason) => reasonItem(reason, facts)));
  }

  hideDecision() {
    this.part("decision").hidden = true;
  }

  /** @param {[string, string | string[]][]} facts what the card says of its file, in rows of a name and text or lines */
  showFacts(facts) {
    const rows = facts.flatMap(([name, value]) => [textElement("dt", name), ...[value].flat().map((line) => textElement("dd", line))]);
    this.part("facts").replaceChildren(...rows);
  }

  /** @param {unknown} failure */
  showFailure(failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") {
      return;
    }
    const tooLarge = {
      what: `The result would be larger than the ${sizeWords(MEMORY_LIMIT)} that this browser can hold.`,
      next: "Use a browser that saves as it goes, such as Chrome or Edge.",
      code: "too_large",
    };
    const { what, next, code } = failure instanceof TooLarge ? tooLarge : failureWords(failure);
    const box = this.part("failure");
    box.replaceChildren(textElement("b", what), ` ${next} `, textElement("code", code));
    box.hidden = false;
  }

  hideFailure() {
    this.part("failure").hidden = true;
  }
}

/**
 * @param {string} reason
 * @param {import("./words.js").Facts} facts
 */
function reasonItem(reason, facts) {
  const { what, next } = reasonWords(reason, facts);
  const item = copyOf("reason");
  part(item, "what", HTMLElement).textContent = what;
  part(item, "next", HTMLElement).textContent = next;
  part(item, "code", HTMLElement).textContent = reason;
  return item;
}
