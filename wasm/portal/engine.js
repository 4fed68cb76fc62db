import { Failure } from "./failure.js";

/** @typedef {{ signal?: AbortSignal, told?: (bytes: number) => void }} Watch */

/** Hands tasks to the worker (`upload-tasks.js`). */
export class Engine {
  #worker;
  #last = 0;
  /** @type {Map<number, { told: (bytes: number) => void, done: (value: any) => void, failed: (reason: unknown) => void }>} */
  #waiting = new Map();

  constructor() {
    this.#worker = new Worker(worker, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failAll();
    };
  }

  /**
   * Has a task done.
   *
   * @param {keyof typeof import("./upload-tasks.js").tasks} task
   * @param {object} input
   * @param {Watch} [watch]
   * @returns {Promise<any>}
   */
  run(task, input, { signal, told = () => undefined } = {}) {
    const id = ++this.#last;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { told, done, failed });
      this.#worker.postMessage({ id, task, input });
      signal?.addEventListener("abort", () => this.#worker.postMessage({ id, task: "cancel" }), { once: true });
    });
  }

  close() {
    this.#worker.terminate();
    this.#failAll();
  }

  /** @param {{ id: number, told?: number, done?: unknown, failed?: import("./failure.js").FailureRecord }} message */
  #take({ id, told, done, failed }) {
    const waiting = this.#waiting.get(id);
    if (told !== undefined) {
      waiting?.told(told);
      return;
    }
    this.#waiting.delete(id);
    failed === undefined ? waiting?.done(done) : waiting?.failed(new Failure(failed));
  }

  #failAll() {
    const lost = new Failure({ code: "worker_failed", kind: "environment", message: "the worker ended" });
    this.#waiting.forEach(({ failed }) => failed(lost));
    this.#waiting.clear();
  }
}

/** The one script that becomes a worker, named so that a page believes it which trusts no text to be one. */
const worker = workerAddress();

function workerAddress() {
  const address = new URL("./upload-worker.js", import.meta.url).href;
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  return factory === undefined
    ? address
    : factory.createPolicy("sealwright-upload", { createScriptURL: () => address }).createScriptURL("");
}
