import { SealwrightError } from "./error.js";
import type { Kind, Location } from "./error.js";

/** Runs calls into one instance and turns whatever they throw into this package's errors. */
export class Instance<Exports> {
  readonly #exports: Exports;
  readonly #code: string;
  readonly #kind: Kind;
  #cause: unknown;
  #trapped = false;

  constructor(exports: Exports, code: string, kind: Kind) {
    this.#exports = exports;
    this.#code = code;
    this.#kind = kind;
  }

  /** Tells whether a call trapped: the memory may then be in any state, so no other call gets in. */
  get trapped(): boolean {
    return this.#trapped;
  }

  /** Makes a call. */
  run<Result>(call: (exports: Exports) => Result): Result {
    if (this.#trapped) {
      throw this.#trap();
    }
    try {
      return call(this.#exports);
    } catch (thrown) {
      if (thrown instanceof SealwrightError) {
        throw thrown;
      }
      if (isFailure(thrown)) {
        throw new SealwrightError(thrown.code, thrown.kind, thrown.message, thrown.location, thrown.index);
      }
      if (thrown instanceof TypeError) {
        throw thrown;
      }
      this.#trapped = true;
      this.#cause = thrown;
      throw this.#trap();
    }
  }

  /** Gives a handle back, if its memory can still be trusted. */
  free(handle: { free(): void }): void {
    if (!this.#trapped) {
      handle.free();
    }
  }

  #trap(): SealwrightError {
    const trap = new SealwrightError(this.#code, this.#kind, "the WebAssembly instance ended in a trap");
    trap.cause = this.#cause;
    return trap;
  }
}

/** Frees forgotten handles. After a trap that may throw, which from a finalizer would end a Node process. */
export function trapProofRegistry(): typeof FinalizationRegistry | undefined {
  if (typeof FinalizationRegistry === "undefined") {
    return undefined;
  }
  return class<Held> extends FinalizationRegistry<Held> {
    constructor(cleanup: (held: Held) => void) {
      super((held) => {
        try {
          cleanup(held);
        } catch {
          // The instance trapped: its memory goes as a whole.
        }
      });
    }
  };
}

/** Is what the core sets on an `Error`. */
interface Thrown {
  code: string;
  kind: Kind;
  location?: Location;
  index?: number;
}

function isFailure(thrown: unknown): thrown is Error & Thrown {
  return thrown instanceof Error && "code" in thrown && "kind" in thrown;
}
