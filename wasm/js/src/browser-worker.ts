import { serve } from "./serving.js";
import type { Answer, Task } from "./serving.js";

/** Is what a worker knows of itself; the library's types are those of a page. */
interface Scope {
  postMessage(answer: Answer, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<Task>) => void) | null;
}

const scope = globalThis as unknown as Scope;
const take = serve((answer, transfer) => scope.postMessage(answer, transfer));
scope.onmessage = (event) => take(event.data);
