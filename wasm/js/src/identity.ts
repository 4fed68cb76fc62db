import { sealInstance, sealPqInstance } from "./instance.js";
import type { DocumentExports, Instance, SealInstance } from "./instance.js";
import type { Exports } from "./wasm/gate.js";

/** Holds a public key: to whom to encrypt. */
export class Recipient {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Reads `age1…` or `age1pq1…`. */
  static async parse(text: string): Promise<Recipient> {
    const instance = await sealInstance([text]);
    return instance.run((core) => Recipient.taken(core.Recipient.parse(text)));
  }

  /** Reads an age recipients file. */
  static async parseAll(text: string): Promise<Recipient[]> {
    const instance = await sealInstance([text]);
    return instance.run((core) => core.parseRecipients(text).map(Recipient.taken));
  }

  /** @internal */
  static taken(handle: Exports.Recipient): Recipient {
    try {
      return new Recipient(handle.toText());
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

/** Holds a secret key. Nothing but `reveal` shows it: not printing, not `JSON.stringify`, not `structuredClone`. */
export class Identity {
  readonly recipient: Recipient;
  readonly #secret: string;

  private constructor(secret: string, recipient: Recipient) {
    this.#secret = secret;
    this.recipient = recipient;
  }

  /** Makes a fresh one. */
  static async generate(): Promise<Identity> {
    const instance = await sealInstance([]);
    return instance.run((core) => Identity.#taken(core.Identity.generate()));
  }

  /** Makes a fresh hybrid one: what is encrypted to it is safe against quantum computers too. */
  static async generatePq(): Promise<Identity> {
    const instance = await sealPqInstance();
    return instance.run((core) => Identity.#taken(core.Identity.generatePq()));
  }

  /** Reads `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`. */
  static async parse(text: string): Promise<Identity> {
    const instance = await sealInstance([text]);
    return instance.run((core) => Identity.#taken(core.Identity.parse(text)));
  }

  /** Reads an age identity file. */
  static async parseAll(text: string): Promise<Identity[]> {
    const instance = await sealInstance([text]);
    return instance.run((core) => core.parseIdentities(text).map((handle) => Identity.#taken(handle)));
  }

  /** Returns the secret's text, to store it. */
  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return `Identity(${this.recipient})`;
  }

  toJSON(): string {
    return this.toString();
  }

  static #taken(handle: Exports.Identity): Identity {
    try {
      return new Identity(handle.reveal(), Recipient.taken(handle.recipient()));
    } finally {
      handle.free();
    }
  }
}

/** Makes a fresh identity. */
export function generateIdentity(): Promise<Identity> {
  return Identity.generate();
}

/** Makes a fresh hybrid identity: what is encrypted to it is safe against quantum computers too. */
export function generatePqIdentity(): Promise<Identity> {
  return Identity.generatePq();
}

/** Is one identity, or its text. */
export type IdentityInput = Identity | string;

/** Is one recipient, or its text. */
export type RecipientInput = Recipient | string;

/**
 * Returns the texts of identities.
 *
 * @internal
 */
export function identityTexts(identities: Iterable<IdentityInput>): string[] {
  return Array.from(identities, (identity) => (typeof identity === "string" ? identity : identity.reveal()));
}

/**
 * Hands identities to a call, which uses their handles up.
 *
 * @internal
 */
export function withIdentities<Result>(
  instance: SealInstance,
  identities: Iterable<IdentityInput>,
  call: (handles: Exports.Identity[]) => Result,
): Result {
  const texts = identityTexts(identities);
  return instance.run((core) => call(handles(texts, (text) => core.Identity.parse(text))));
}

/**
 * Hands recipients to a call, which uses their handles up.
 *
 * @internal
 */
export function withRecipients<Core extends DocumentExports, Result>(
  instance: Instance<Core>,
  recipients: Iterable<RecipientInput>,
  call: (core: Core, handles: Exports.Recipient[]) => Result,
): Result {
  const texts = Array.from(recipients, String);
  return instance.run((core) => call(core, handles(texts, (text) => core.Recipient.parse(text))));
}

/**
 * Makes a handle of each text; when one cannot be made, frees those before it.
 *
 * @internal
 */
export function handles<Handle extends { free(): void }>(
  texts: readonly string[],
  parse: (text: string) => Handle,
): Handle[] {
  const parsed: Handle[] = [];
  try {
    for (const text of texts) {
      parsed.push(parse(text));
    }
    return parsed;
  } catch (failure) {
    parsed.forEach((handle) => handle.free());
    throw failure;
  }
}
