import { SealwrightError } from "./error.js";
import { smallestModule, startWorker } from "./instance.js";
import type { Answer, Task } from "./serving.js";

/** Is a worker as every runtime can have one. */
export interface Channel {
  post(task: Task, transfer: ArrayBuffer[]): void;
  listen(answered: (answer: Answer) => void, failed: (reason: unknown) => void): void;
  /** Says whether the process must wait for it. At first it must not. */
  hold(on: boolean): void;
  close(): void;
}

/** For how many milliseconds a worker without work is kept. */
const IDLE_MS = 5_000;

/** The most workers for one document: the key crosses in a header, which holds no more than 64 of them. */
const MOST_HANDS = 32;

/** Holds the workers without work. */
const idle = new Set<Hand>();

/**
 * Holds workers who encrypt or decrypt one document.
 *
 * @internal
 */
export class Team {
  readonly #hands: Hand[];
  #ended = false;

  private constructor(hands: Hand[]) {
    this.#hands = hands;
  }

  /**
   * Gathers workers and has the document shared with them, or returns nothing where the runtime or the page allows none.
   *
   * The key crosses as an age file for key pairs that the workers make for this: what lies between sees nothing secret.
   */
  static async gather(wanted: number, share: (recipients: string) => Uint8Array<ArrayBuffer>): Promise<Team | undefined> {
    const hands: Hand[] = [];
    let recipients: string[];
    try {
      const module = await smallestModule();
      for (const count = Math.min(wanted, MOST_HANDS); hands.length < count; ) {
        hands.push(hired());
      }
      recipients = await Promise.all(hands.map((hand) => hand.join(module)));
    } catch {
      hands.forEach((hand) => hand.close());
      return undefined;
    }
    return new Team(hands).#begun(recipients, share);
  }

  /** How many ranges may be on their way at once: each worker has the next one at hand when it has done one. */
  get most(): number {
    return 2 * this.#hands.length;
  }

  /** Gives a range to whoever has the least to do, who takes what they are given in its order. */
  give(start: number, last: boolean, bytes: Uint8Array<ArrayBuffer>): { worked: Promise<Uint8Array<ArrayBuffer>> } {
    const hand = this.#hands.reduce((least, other) => (other.load < least.load ? other : least));
    const answer = hand.ask({ kind: "work", start, last, bytes }, [bytes.buffer]);
    return { worked: answer.then(({ bytes }) => bytes ?? new Uint8Array(0)) };
  }

  /** Has the workers forget the key and wait for other work. */
  dismiss(): void {
    this.#end((hand) => hand.leave());
  }

  /** Ends the workers, whatever they are doing. */
  close(): void {
    this.#end((hand) => hand.close());
  }

  // Once: those who left may work for another.
  #end(end: (hand: Hand) => void): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#hands.forEach(end);
    }
  }

  async #begun(recipients: string[], share: (recipients: string) => Uint8Array<ArrayBuffer>): Promise<this> {
    try {
      const shared = share(recipients.join("\n"));
      await Promise.all(this.#hands.map((hand) => hand.ask({ kind: "begin", shared })));
      return this;
    } catch (failure) {
      this.close();
      throw failure;
    }
  }
}

/** Asks one worker, who answers in order. */
class Hand {
  readonly #channel: Channel;
  readonly #waiting: { resolve(answer: Answer): void; reject(reason: unknown): void }[] = [];
  #ended: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.listen(
      (answer) => this.#answered(answer),
      (reason) => this.#end(reason),
    );
  }

  get load(): number {
    return this.#waiting.length;
  }

  ask(task: Task, transfer: ArrayBuffer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      this.#channel.post(task, transfer);
      this.#waiting.push({ resolve, reject });
      // A process waits for answers alone: not for who was left without an end, by a stream that nobody reads.
      this.#channel.hold(true);
    });
  }

  async join(module: WebAssembly.Module): Promise<string> {
    clearTimeout(this.#timer);
    const { recipient } = await this.ask({ kind: "join", module });
    return recipient ?? "";
  }

  leave(): void {
    // It answers in order: who asks it to join now waits for this.
    this.ask({ kind: "leave" }).catch(() => this.close());
    idle.add(this);
    this.#timer = setTimeout(() => this.close(), IDLE_MS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  close(): void {
    this.#end(new SealwrightError("environment", "environment", "the worker was ended"));
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift();
    this.#channel.hold(this.#waiting.length > 0);
    if (answer.failure === undefined) {
      waiting?.resolve(answer);
    } else {
      waiting?.reject(new SealwrightError(answer.failure.code, answer.failure.kind, answer.failure.message));
    }
  }

  #end(reason: unknown): void {
    clearTimeout(this.#timer);
    idle.delete(this);
    this.#ended ??= reason ?? new SealwrightError("environment", "environment", "the worker failed");
    this.#waiting.splice(0).forEach((waiting) => waiting.reject(this.#ended));
    this.#channel.close();
  }
}

/** Returns a worker without work, or a new one: it throws where there can be none. */
function hired(): Hand {
  for (const hand of idle) {
    idle.delete(hand);
    return hand;
  }
  return new Hand(startWorker());
}
