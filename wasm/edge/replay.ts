/** Remembers which proofs were taken (`spec/release.md`, "Proof"). */
export interface ReplayStore {
  /**
   * Takes an id for as long as it must be kept, and tells whether it is new. Of two calls with one id, one at most is told so,
   * however close they are.
   */
  add(id: string, until: Date): Promise<boolean>;
}

/** More than ten thousand requests a second leave behind. */
const CAPACITY = 2_000_000;

/** Remembers in this process alone: for edges of one instance. */
export class MemoryReplayStore implements ReplayStore {
  readonly #until = new Map<string, number>();
  readonly #capacity: number;
  readonly #clock: () => Date;

  constructor({ capacity = CAPACITY, clock = () => new Date() }: { capacity?: number; clock?: () => Date } = {}) {
    this.#capacity = capacity;
    this.#clock = clock;
  }

  async add(id: string, until: Date): Promise<boolean> {
    this.#purge();
    if (this.#until.has(id)) {
      return false;
    }
    if (this.#until.size >= this.#capacity) {
      // An id that is forgotten early could be taken twice, so new ones are refused.
      throw new RangeError("the replay store is full");
    }
    this.#until.set(id, until.getTime());
    return true;
  }

  /** Forgets from the oldest on: each stays about as long as the others, so they end in the order in which they came. */
  #purge(): void {
    const now = this.#clock().getTime();
    for (const [id, until] of this.#until) {
      if (until >= now) {
        break;
      }
      this.#until.delete(id);
    }
  }
}
