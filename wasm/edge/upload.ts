import { SealwrightError } from "../error.js";
import type { Exports } from "../wasm/edge.js";
import type { Front } from "./front.js";
import type { Incoming } from "./incoming.js";
import type { EdgeInstance } from "./module.js";
import { Problem } from "./problem.js";
import type { Service } from "./service.js";

/**
 * Lets a document pass into a bucket and verifies it on its way.
 *
 * The last bytes are held back until all of them are known to be what the sender signed, so a bucket that stores nothing
 * shorter than it was told stores nothing else either.
 */
export class Upload {
  readonly stream: ReadableStream<Uint8Array>;
  /** Why the document was not let through. */
  failure: unknown;
  /** The payload's digest, once it is through. */
  blake3 = "";
  readonly #instance: EdgeInstance;
  readonly #receiver: Exports.Receiver;
  readonly #size: number;
  #held: Uint8Array;
  #passed: number;

  constructor(service: Service, { header, rest }: Front, incoming: Incoming, size: number) {
    this.#instance = service.instance;
    this.#receiver = service.run((core) => core.receiver(header));
    this.#size = size;
    this.#held = header;
    this.#passed = header.length;
    const first = rest.length > 0 ? [rest] : [];
    const next = async (): Promise<Uint8Array | undefined> => first.pop() ?? (await incoming.next());
    this.stream = new ReadableStream({ pull: (controller) => this.#pull(controller, next), cancel: () => this.#end() });
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array>,
    next: () => Promise<Uint8Array | undefined>,
  ): Promise<void> {
    try {
      const part = await next();
      if (part === undefined) {
        this.#finish(controller);
        return;
      }
      this.#passed += part.length;
      if (this.#passed > this.#size) {
        throw corrupt("the body is longer than it was said to be");
      }
      this.#instance.run(() => this.#receiver.push(part));
      controller.enqueue(this.#held);
      this.#held = part;
    } catch (failure) {
      this.failure = cut(failure);
      this.#end();
      controller.error(this.failure);
    }
  }

  #finish(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#passed !== this.#size) {
      throw corrupt("the body was cut short");
    }
    this.blake3 = this.#instance.run(() => this.#receiver.finish());
    controller.enqueue(this.#held);
    controller.close();
    this.#instance.free(this.#receiver);
  }

  #end(): void {
    this.#instance.free(this.#receiver);
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
