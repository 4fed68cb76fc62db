import type { Kind } from "./error.js";
import { Exchange } from "./exchange.js";
import { instantiate } from "./wasm/seal.js";
import type { Exports } from "./wasm/seal.js";

/** Is what a worker is asked: to make a key pair, to take what was shared with it, to work, to forget. */
export type Task =
  | { kind: "join"; module: WebAssembly.Module }
  | { kind: "begin"; shared: Uint8Array }
  | { kind: "work"; start: number; last: boolean; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "leave" };

/** Is what a worker answers, once for each task and in their order. */
export interface Answer {
  recipient?: string;
  bytes?: Uint8Array<ArrayBuffer>;
  failure?: { code: string; kind: Kind; message: string };
}

/** Returns what takes the tasks of a worker, whose answers are posted. */
export function serve(post: (answer: Answer, transfer: ArrayBuffer[]) => void): (task: Task) => void {
  const worker = new Worker();
  return (task) => {
    const answer = worker.answer(task);
    post(answer, answer.bytes === undefined ? [] : [answer.bytes.buffer]);
  };
}

/** Works for one document after another. */
class Worker {
  #core: ReturnType<typeof instantiate> | undefined;
  #identity: Exports.Identity | undefined;
  #chunks: Exports.Chunks | undefined;
  #buffers: Exports.Buffers | undefined;
  #room = 0;

  answer(task: Task): Answer {
    try {
      return this.#done(task);
    } catch (thrown) {
      return { failure: failureOf(thrown) };
    }
  }

  #done(task: Task): Answer {
    switch (task.kind) {
      case "join":
        return this.#joined(task.module);
      case "begin":
        this.#begin(task.shared);
        return {};
      case "work":
        return { bytes: this.#worked(task.start, task.last, task.bytes) };
      case "leave":
        this.#chunks?.free();
        this.#chunks = undefined;
        this.#buffers?.wipe();
        return {};
    }
  }

  #joined(module: WebAssembly.Module): Answer {
    this.#core ??= instantiate(module, undefined);
    this.#identity?.free();
    this.#identity = this.#core.Identity.generate();
    const recipient = this.#identity.recipient();
    try {
      return { recipient: recipient.toText() };
    } finally {
      recipient.free();
    }
  }

  #begin(shared: Uint8Array): void {
    const [core, identity] = [held(this.#core), held(this.#identity)];
    this.#identity = undefined;
    try {
      this.#chunks = core.Chunks.unshare(shared, identity);
    } finally {
      identity.free();
    }
  }

  #worked(start: number, last: boolean, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const [core, chunks] = [held(this.#core), held(this.#chunks)];
    const exchange = new Exchange(core.memory, this.#bufferOf(core, bytes.length));
    return copied(
      exchange.worked(bytes, (buffers, size) => chunks.work(buffers, size, BigInt(start), last)),
      bytes.buffer,
    );
  }

  #bufferOf(core: ReturnType<typeof instantiate>, size: number): Exports.Buffers {
    if (this.#buffers === undefined || this.#room < size) {
      this.#buffers?.wipe();
      this.#buffers?.free();
      this.#buffers = new core.Buffers(size);
      this.#room = size;
    }
    return this.#buffers;
  }
}

/** Copies bytes into memory that is there already, if they fit. */
function copied(bytes: Uint8Array, room: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(room.byteLength < bytes.length ? new ArrayBuffer(bytes.length) : room, 0, bytes.length);
  copy.set(bytes);
  return copy;
}

function failureOf(thrown: unknown): NonNullable<Answer["failure"]> {
  if (thrown instanceof Error && "code" in thrown && "kind" in thrown) {
    return { code: String(thrown.code), kind: thrown.kind as Kind, message: thrown.message };
  }
  return { code: "trap", kind: "environment", message: `the WebAssembly instance ended in a trap: ${thrown}` };
}

function held<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error("the worker was asked out of turn");
  }
  return value;
}
