import { handles } from "./identity.js";
import { gateInstance } from "./instance.js";
import type { GateInstance } from "./instance.js";
import type { Exports } from "./wasm/gate.js";

/** Holds a public key that verifies signatures: whose documents are believed. */
export class VerifierKey {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Reads `name+hash+key`, the verifier key of a signed note. */
  static async parse(text: string): Promise<VerifierKey> {
    const instance = await gateInstance();
    return instance.run((core) => VerifierKey.taken(core.VerifierKey.parse(text)));
  }

  /** Reads a file of verifier keys: one a line, `#` comments and empty lines. */
  static async parseAll(text: string): Promise<VerifierKey[]> {
    const instance = await gateInstance();
    return instance.run((core) => core.parseVerifiers(text).map(VerifierKey.taken));
  }

  /** @internal */
  static taken(handle: Exports.VerifierKey): VerifierKey {
    try {
      return new VerifierKey(handle.toText());
    } finally {
      handle.free();
    }
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }
}

/**
 * Holds a secret key that signs documents. Nothing but `reveal` shows it: not printing, not `JSON.stringify`, not
 * `structuredClone`.
 */
export class Signer {
  /** The public half: those who are to believe the signer's documents trust it. */
  readonly verifier: VerifierKey;
  readonly #secret: string;

  private constructor(secret: string, verifier: VerifierKey) {
    this.#secret = secret;
    this.verifier = verifier;
  }

  /** Makes a fresh one. Documents and policies show its name: printable ASCII without a space or `+`. */
  static async generate(name: string): Promise<Signer> {
    const instance = await gateInstance();
    return instance.run((core) => Signer.#taken(core.Signer.generate(name)));
  }

  /** Reads `PRIVATE+KEY+name+hash+key`, the signer key of a signed note. */
  static async parse(text: string): Promise<Signer> {
    const instance = await gateInstance();
    return instance.run((core) => Signer.#taken(core.Signer.parse(text)));
  }

  /** Returns the secret's text, to store it. */
  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return `Signer(${this.verifier})`;
  }

  toJSON(): string {
    return this.toString();
  }

  static #taken(handle: Exports.Signer): Signer {
    try {
      return new Signer(handle.reveal(), VerifierKey.taken(handle.verifier()));
    } finally {
      handle.free();
    }
  }
}

/** Is one signer, or its text. */
export type SignerInput = Signer | string;

/** Is one verifier key, or its text. */
export type VerifierInput = VerifierKey | string;

/** Says whose documents may be opened. */
export interface Trust {
  /** Whose documents are believed; nobody's if absent. */
  trustedSenders?: Iterable<VerifierInput>;
  /**
   * Whether documents may be opened that nobody signed, or somebody who is not trusted. The policy then sees them without a
   * sender. If absent, they are refused: `sender_missing`, `sender_untrusted`.
   */
  allowUnsigned?: boolean;
}

/**
 * Returns a handle of a signer, for a call that uses it up.
 *
 * @internal
 */
export function signerHandle(core: typeof Exports, signer: SignerInput | undefined): Exports.Signer | undefined {
  return signer === undefined ? undefined : core.Signer.parse(typeof signer === "string" ? signer : signer.reveal());
}

/**
 * Hands the senders to a call, then frees them.
 *
 * @internal
 */
export function withSenders<Result>(
  instance: GateInstance,
  trusted: readonly string[],
  allowUnsigned: boolean,
  call: (core: typeof Exports, senders: Exports.Senders) => Result,
): Result {
  return instance.run((core) => {
    const senders = new core.Senders(handles(trusted, (text) => core.VerifierKey.parse(text)), allowUnsigned);
    try {
      return call(core, senders);
    } finally {
      instance.free(senders);
    }
  });
}
