import { Batch, taken, withBatch, withBatches } from "./batch.js";
import type { Offsets } from "./batch.js";
import { SealwrightError } from "./error.js";
import { withIdentities, withRecipients } from "./identity.js";
import type { IdentityInput, RecipientInput } from "./identity.js";
import { gateInstance } from "./instance.js";
import type { GateInstance } from "./instance.js";
import { textOf } from "./records.js";
import type { Label, OrText, Private } from "./records.js";
import { Slices } from "./source.js";
import type { Source } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** Tells the records of a table apart: texts, as UTF-8, or bytes. */
export type Ids = Iterable<string | Uint8Array> | Batch;

/**
 * Seals and opens the values of a table's columns, each bound to its column and to the id of its record.
 *
 * Lists give lists, a batch of values gives a batch. Call `close` to have the keys dropped at once.
 */
export class Collection {
  /** The age file that holds the keys, of the newest generation: store it beside the table. */
  readonly document: Uint8Array<ArrayBuffer>;
  /** What policies read of it; its `document_id` names the collection. */
  readonly label: Label;
  /** The label's private part, where it has one and a policy opened it. */
  readonly private: Private | null;
  readonly #instance: GateInstance;
  #handle: Exports.Collection | undefined;

  /** @internal */
  constructor(instance: GateInstance, handle: Exports.Collection) {
    this.#instance = instance;
    this.#handle = handle;
    this.document = instance.run(() => handle.document());
    this.label = JSON.parse(instance.run(() => handle.label())) as Label;
    const hidden = instance.run(() => handle.private());
    this.private = hidden === undefined ? null : (JSON.parse(hidden) as Private);
  }

  /** Makes a collection with fresh keys, without a policy: see `Gate.createCollection`. */
  static async create(options: { recipients: Iterable<RecipientInput>; label: OrText<Label> }): Promise<Collection> {
    const instance = await gateInstance();
    const label = textOf(options.label);
    const made = withRecipients(instance, options.recipients, (core, handles) => core.Collection.create(handles, label));
    return new Collection(instance, made);
  }

  /** Reads a collection's document, without a policy: see `Gate.openCollection`. */
  static async decrypt(source: Source, options: { identities: Iterable<IdentityInput> }): Promise<Collection> {
    const instance = await gateInstance();
    const document = await whole(source);
    const read = withIdentities(instance, options.identities, (handles) =>
      instance.run((core) => core.Collection.decrypt(document, handles)),
    );
    return new Collection(instance, read);
  }

  /** Returns a collection that seals as this one does, and opens what either opens. */
  withOlder(older: Collection): Collection {
    // The other's instance may have ended in a trap: that is for it to say.
    const added = older.#instance.run(() => older.#open());
    return new Collection(this.#instance, this.#instance.run(() => this.#open().withOlder(added)));
  }

  /** Seals the values of one column, each for the record whose id stands in the same place, and returns tokens. */
  async seal<O extends Offsets>(column: string, ids: Ids, values: Batch<O>): Promise<Batch<O>>;
  async seal(column: string, ids: Ids, values: Iterable<Uint8Array>): Promise<Uint8Array[]>;
  async seal(column: string, ids: Ids, values: Iterable<Uint8Array> | Batch): Promise<Uint8Array[] | Batch> {
    const tokens = this.#through(ids, values, (idsHandle, handle) => this.#open().seal(column, idsHandle, handle));
    return values instanceof Batch ? tokens : tokens.toArray();
  }

  /** Seals as `seal` does, and returns the tokens in base64url, for where bytes cannot go. */
  async sealText(column: string, ids: Ids, values: Iterable<Uint8Array>): Promise<string[]> {
    return this.#texts(this.#through(ids, values, (idsHandle, handle) => this.#open().seal(column, idsHandle, handle)));
  }

  /**
   * Opens the tokens of one column, bytes or texts, each of the record whose id stands in the same place.
   *
   * Rejects at the first token that does not open, and tells its `index`: what stands before and behind it can be opened
   * by itself.
   */
  async open<O extends Offsets>(column: string, ids: Ids, tokens: Batch<O>): Promise<Batch<O>>;
  async open(column: string, ids: Ids, tokens: Iterable<string> | Iterable<Uint8Array>): Promise<Uint8Array[]>;
  async open(
    column: string,
    ids: Ids,
    tokens: Iterable<string> | Iterable<Uint8Array> | Batch,
  ): Promise<Uint8Array[] | Batch> {
    const batch = this.#tokens(tokens);
    const values = this.#through(ids, batch, (idsHandle, handle) => this.#open().open(column, idsHandle, handle));
    return tokens instanceof Batch ? values : values.toArray();
  }

  /**
   * Seals anew, under the newest keys, what is sealed under older ones: see `withOlder`.
   *
   * Tokens that are new already are verified and stay as they are, so that it can be done again.
   */
  async reseal<O extends Offsets>(column: string, ids: Ids, tokens: Batch<O>): Promise<Batch<O>>;
  async reseal(column: string, ids: Ids, tokens: Iterable<string>): Promise<string[]>;
  async reseal(column: string, ids: Ids, tokens: Iterable<Uint8Array>): Promise<Uint8Array[]>;
  async reseal(
    column: string,
    ids: Ids,
    tokens: Iterable<string> | Iterable<Uint8Array> | Batch,
  ): Promise<string[] | Uint8Array[] | Batch> {
    const listed = tokens instanceof Batch ? tokens : Array.from<string | Uint8Array>(tokens);
    const batch = this.#tokens(listed);
    const resealed = this.#through(ids, batch, (idsHandle, handle) => this.#open().reseal(column, idsHandle, handle));
    if (listed instanceof Batch) {
      return resealed;
    }
    return typeof listed[0] === "string" ? this.#texts(resealed) : resealed.toArray();
  }

  /**
   * Returns an index of each value, to find or join equal values of a column without opening them.
   *
   * It shows which are equal, and how many: see "Blind index" in `core/spec/record.md`.
   */
  async blindIndex(column: string, values: Iterable<Uint8Array> | Batch, size = 16): Promise<Uint8Array[]> {
    const batch = values instanceof Batch ? values : Batch.of(values);
    const indexes = withBatch(this.#instance, batch, (handle) => this.#open().blindIndex(column, handle, size));
    return Array.from({ length: batch.length }, (_, index) => indexes.subarray(index * size, (index + 1) * size));
  }

  /** Drops the keys. */
  close(): void {
    if (this.#handle !== undefined) {
      this.#instance.free(this.#handle);
      this.#handle = undefined;
    }
  }

  toString(): string {
    return `Collection(${this.label.document_id})`;
  }

  #open(): Exports.Collection {
    if (this.#handle === undefined) {
      throw new SealwrightError("call_order", "usage", "wrong order of calls: the collection is closed");
    }
    return this.#handle;
  }

  #through(
    ids: Ids,
    values: Iterable<Uint8Array> | Batch,
    call: (ids: Exports.Batch, values: Exports.Batch) => Exports.Batch,
  ): Batch {
    const batch = values instanceof Batch ? values : Batch.of(values);
    return withBatches(this.#instance, idBatch(ids), batch, call);
  }

  #tokens(tokens: Iterable<string | Uint8Array> | Batch): Batch {
    if (tokens instanceof Batch) {
      return tokens;
    }
    const listed = Array.from(tokens);
    if (!listed.some((token) => typeof token === "string")) {
      return Batch.of(listed as Uint8Array[]);
    }
    if (!listed.every((token) => typeof token === "string")) {
      throw new TypeError("expected tokens of text or of bytes, not both");
    }
    const texts = Batch.of(listed.map(encoded));
    return withBatch(this.#instance, texts, (handle) => taken(this.#instance, texts, handle.decodeText()));
  }

  #texts(tokens: Batch): string[] {
    const texts = withBatch(this.#instance, tokens, (handle) => taken(this.#instance, tokens, handle.encodeText()));
    const decoder = new TextDecoder();
    return texts.toArray().map((text) => decoder.decode(text));
  }
}

function idBatch(ids: Ids): Batch {
  if (ids instanceof Batch) {
    return ids;
  }
  if (typeof ids === "string" || ids instanceof Uint8Array) {
    throw new TypeError("expected a list of ids, got one");
  }
  return Batch.of(Array.from(ids, (id) => (typeof id === "string" ? encoded(id) : id)));
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Returns all of a source: a collection's document is small. */
async function whole(source: Source): Promise<Uint8Array> {
  const slices = new Slices(source);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
    parts.push(slice.slice());
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
