import { button, icon, make } from "./elements.js";
import { Meter } from "./measured.js";

/** @typedef {{ signal: AbortSignal, told: (bytes: number) => void, sized: (total: number, done?: number) => void }} Work */

/** Is one thing in a list: its name, what is known of it, how far something long is, and what can be done with it. */
export class Card {
  element = make("li", { class: "card" });
  #working = new AbortController();
  #name;
  parts = {
    kind: make("span", { class: "kind" }),
    title: make("h3"),
    about: make("p", { class: "quiet" }),
    decision: make("div"),
    facts: make("div"),
    shown: make("div"),
    meter: make("div", { class: "meter", hidden: true }),
    failure: make("div", { role: "alert" }),
    actions: make("div", { class: "actions" }),
  };

  /**
   * @param {string} name
   * @param {string} kind
   * @param {...Node} corner what stands at the end of the first line
   */
  constructor(name, kind, ...corner) {
    this.#name = name;
    const { kind: mark, title, about, ...parts } = this.parts;
    title.textContent = name;
    this.kind = kind;
    this.element.append(make("header", {}, mark, make("div", {}, title, about), ...corner), ...Object.values(parts));
  }

  get name() {
    return this.#name;
  }

  /** @param {string} name */
  set kind(name) {
    this.parts.kind.replaceChildren(icon(name));
  }

  /** Stops what the card is doing. */
  cancel() {
    this.#working.abort();
  }

  /**
   * Does something long with a meter and a way to cancel it.
   *
   * @template Result
   * @param {string} phase
   * @param {number} total in bytes
   * @param {(work: Work) => Promise<Result>} work
   * @param {{ cancelled: () => void, failed: (failure: unknown) => void }} otherwise
   * @returns {Promise<Result | undefined>} nothing if it failed or was cancelled
   */
  async work(phase, total, work, { cancelled, failed }) {
    this.#working = new AbortController();
    const { signal } = this.#working;
    const bar = make("progress", { max: 1, value: 0, "aria-label": `${phase} ${this.#name}` });
    const pace = make("span", { class: "pace" });
    let meter = new Meter(bar, pace, total);
    this.parts.meter.replaceChildren(make("span", {}, phase), pace, bar);
    this.parts.meter.hidden = false;
    this.element.setAttribute("aria-busy", "true");
    this.offer(this.button("Cancel", "plain", () => this.cancel()));
    const sized = (/** @type {number} */ known, done = 0) => void (meter = new Meter(bar, pace, known, done));
    try {
      return await work({ signal, told: (bytes) => meter.add(bytes), sized });
    } catch (failure) {
      const given = signal.aborted || (failure instanceof DOMException && failure.name === "AbortError");
      given ? cancelled() : failed(failure);
      return undefined;
    } finally {
      this.parts.meter.hidden = true;
      this.element.removeAttribute("aria-busy");
    }
  }

  /**
   * Shows these buttons, and keeps the focus in the card if a button that had it goes.
   *
   * @param {...HTMLButtonElement} buttons
   */
  offer(...buttons) {
    const { actions } = this.parts;
    const root = /** @type {Document | ShadowRoot} */ (actions.getRootNode());
    const focused = actions.contains(root.activeElement ?? null);
    actions.replaceChildren(...buttons);
    if (focused) {
      (buttons.find(({ disabled }) => !disabled) ?? this.element.querySelector("button"))?.focus();
    }
  }

  /**
   * Makes a button whose name says which card it is for.
   *
   * @param {string} text
   * @param {string} look
   * @param {() => void} clicked
   */
  button(text, look, clicked) {
    return button(text, look, clicked, this.#name);
  }
}
