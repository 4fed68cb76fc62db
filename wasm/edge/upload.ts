import { SealwrightError } from "../error.js";
import type { EdgeInstance } from "./module.js";
import { Problem } from "./problem.js";

/** Is what of the core looks at a body as it passes. */
export interface Watcher {
  push(bytes: Uint8Array): void;
  /** Ends the body; throws where it is not what was expected. */
  finish(): unknown;
  free(): void;
}

/** Says what passes: so many bytes in all, of which `held` are at hand. */
export interface Passing {
  size: number;
  held?: Uint8Array;
  next: () => Promise<Uint8Array | undefined>;
}

/**
 * Lets a body pass into a bucket and verifies it on its way.
 *
 * The last bytes are held back until all of them are known to be what was expected, so a bucket that stores nothing shorter than it
 * was told stores nothing else either.
 */
export class Upload<Receiver extends Watcher> {
  readonly stream: ReadableStream<Uint8Array>;
  /** Why the body was not let through. */
  failure: unknown;
  readonly #instance: EdgeInstance;
  readonly #receiver: Receiver;
  readonly #size: number;
  readonly #next: () => Promise<Uint8Array | undefined>;
  #held: Uint8Array;
  #passed: number;
  #ended = false;

  /** Takes over a receiver, which works in its own instance alone. */
  constructor(instance: EdgeInstance, receiver: Receiver, { size, held = new Uint8Array(0), next }: Passing) {
    this.#instance = instance;
    this.#receiver = receiver;
    this.#size = size;
    this.#next = next;
    this.#held = held;
    this.#passed = held.length;
    this.stream = new ReadableStream({ pull: (controller) => this.#pull(controller), cancel: () => this.end() });
  }

  /** Has it stored, and tells why it was not let through where that is why it failed. */
  async into<Stored>(store: (stream: ReadableStream<Uint8Array>) => Promise<Stored>): Promise<Stored> {
    try {
      return await store(this.stream);
    } catch (failure) {
      throw this.failure ?? failure;
    }
  }

  /** Asks the receiver. */
  ask<Result>(call: (receiver: Receiver) => Result): Result {
    return this.#instance.run(() => call(this.#receiver));
  }

  /** Gives the receiver back. */
  end(): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#instance.free(this.#receiver);
    }
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      let passed = new Uint8Array(0) as Uint8Array;
      while (passed.length === 0) {
        const part = await this.#next();
        if (this.#ended) {
          throw corrupt("nobody takes the body any more");
        }
        if (part === undefined) {
          this.#finish(controller);
          return;
        }
        passed = this.#push(part);
      }
      controller.enqueue(passed);
    } catch (failure) {
      this.failure = cut(failure);
      this.end();
      controller.error(this.failure);
    }
  }

  #push(part: Uint8Array): Uint8Array {
    this.#passed += part.length;
    if (this.#passed > this.#size) {
      throw corrupt("the body is longer than it was said to be");
    }
    this.ask((receiver) => receiver.push(part));
    const passed = this.#held;
    this.#held = part;
    return passed;
  }

  #finish(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#passed !== this.#size) {
      throw corrupt("the body was cut short");
    }
    this.ask((receiver) => receiver.finish());
    controller.enqueue(this.#held);
    controller.close();
  }
}

function corrupt(detail: string): Problem {
  return new Problem(422, "payload_corrupt", { detail });
}

/** A body that ends in an error was cut short, whatever the transport says of it. */
function cut(failure: unknown): unknown {
  if (failure instanceof SealwrightError || (failure instanceof Problem && failure.status !== 400)) {
    return failure;
  }
  return corrupt("the body was cut short");
}
