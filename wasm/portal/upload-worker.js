// Reads, checks, seals and sends files beside the page, at constant memory: what it holds of a file at once is one slice.
import { record } from "./failure.js";
import { tasks } from "./upload-tasks.js";

/** @typedef {{ id: number, task: string, input: any } | { id: number, task: "cancel" }} Message */

const scope = /** @type {any} */ (globalThis);

/** @type {Map<number, AbortController>} */
const running = new Map();

scope.onmessage = (/** @type {MessageEvent<Message>} */ { data }) => {
  if (data.task === "cancel") {
    running.get(data.id)?.abort(new DOMException("cancelled", "AbortError"));
    return;
  }
  run(/** @type {any} */ (data));
};

/** @param {{ id: number, task: keyof typeof tasks, input: any }} message */
async function run({ id, task, input }) {
  const working = new AbortController();
  running.set(id, working);
  const told = (/** @type {number} */ bytes) => scope.postMessage({ id, told: bytes });
  try {
    scope.postMessage({ id, done: await tasks[task](input, { signal: working.signal, told }) });
  } catch (failure) {
    scope.postMessage({ id, failed: record(working.signal.aborted ? working.signal.reason : failure) });
  } finally {
    running.delete(id);
  }
}
