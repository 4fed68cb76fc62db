import { inspect } from "./age.js";
import { SealwrightError } from "./error.js";
import { frontOf } from "./header.js";
import { gateInstance, sealInstance } from "./instance.js";
import type { Inspection } from "./records.js";
import { Slices, isBytes } from "./source.js";
import type { Bytes } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** Is a document whose header is kept apart from its payload. */
export interface Detached<Payload extends Uint8Array | Blob = Uint8Array | Blob> {
  header: Uint8Array<ArrayBuffer>;
  /** Is what stood behind the header, not copied. */
  payload: Payload;
}

/** Takes a document apart; of a header by itself, the payload is empty. An armored document has no header of its own. */
export async function detach(document: Bytes): Promise<Detached<Uint8Array>>;
export async function detach(document: Blob): Promise<Detached<Blob>>;
export async function detach(document: Bytes | Blob): Promise<Detached>;
export async function detach(document: Bytes | Blob): Promise<Detached> {
  const { armored, header_size } = await inspected(document);
  if (armored) {
    throw headerless();
  }
  if (isBytes(document)) {
    const bytes = document instanceof ArrayBuffer ? new Uint8Array(document) : document;
    return { header: bytes.slice(0, header_size), payload: bytes.subarray(header_size) };
  }
  const header = new Uint8Array(await document.slice(0, header_size).arrayBuffer());
  return { header, payload: document.slice(header_size, document.size, document.type) };
}

/**
 * Puts a header before its payload. A Blob's bytes are not copied.
 *
 * That they belong together shows only when the document is opened.
 */
export async function join(header: Uint8Array, payload: Bytes): Promise<Uint8Array<ArrayBuffer>>;
export async function join(header: Uint8Array, payload: Blob): Promise<Blob>;
export async function join(header: Uint8Array, payload: Bytes | Blob): Promise<Uint8Array<ArrayBuffer> | Blob>;
export async function join(header: Uint8Array, payload: Bytes | Blob): Promise<Uint8Array<ArrayBuffer> | Blob> {
  const document = concatenated(header, payload);
  await inspect(document);
  return document;
}

/**
 * Makes the outboard of a signed document: 64 bytes for every 64 KiB, by which `openRange` verifies each part as it is read.
 * It is no secret, takes no key, and holds only for what the sender signed.
 */
export async function outboard(document: Bytes | Blob): Promise<Uint8Array<ArrayBuffer>> {
  const instance = await gateInstance();
  const { payload } = await detach(document);
  const slices = new Slices(payload);
  const writer = instance.run((core) => new core.OutboardWriter());
  try {
    for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
      const bytes = slice;
      instance.run(() => writer.push(bytes));
    }
    return instance.run(() => writer.finish());
  } catch (failure) {
    await slices.cancel(failure);
    throw failure;
  } finally {
    instance.free(writer);
  }
}

/**
 * Puts a header before a payload, unread.
 *
 * @internal
 */
export function concatenated(header: Uint8Array, payload: Bytes | Blob): Uint8Array<ArrayBuffer> | Blob {
  if (!isBytes(payload)) {
    return new Blob([new Uint8Array(header), payload], { type: payload.type });
  }
  const bytes = payload instanceof ArrayBuffer ? new Uint8Array(payload) : payload;
  const document = new Uint8Array(header.length + bytes.length);
  document.set(header);
  document.set(bytes, header.length);
  return document;
}

/**
 * Returns the failure of taking an armored document apart.
 *
 * @internal
 */
export function headerless(): SealwrightError {
  const message = "an armored document has no header of its own: seal it without armor";
  return new SealwrightError("range_unavailable", "usage", message);
}

/** Returns what a header says that may stand by itself, with nothing of a payload behind it. */
async function inspected(document: Bytes | Blob): Promise<Inspection> {
  const instance = await sealInstance([]);
  const slices = new Slices(isBytes(document) ? document : frontOf(document));
  const reader = instance.run((core) => new core.Reader());
  try {
    for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
      const bytes = slice;
      if (instance.run(() => reader.push(bytes))) {
        break;
      }
    }
    return JSON.parse(instance.run(() => inspectionOf(reader))) as Inspection;
  } finally {
    instance.free(reader);
    await slices.cancel();
  }
}

/** Says of a header that is cut short why it is none. */
function inspectionOf(reader: Exports.Reader): string {
  try {
    return reader.inspection();
  } catch (failure) {
    reader.finish();
    throw failure;
  }
}
