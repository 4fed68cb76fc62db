import { inspect } from "./age.js";
import { SealwrightError } from "./error.js";
import { isBytes } from "./source.js";
import type { Bytes } from "./source.js";

/** Is a document whose header is kept apart from its payload. */
export interface Detached<Payload extends Uint8Array | Blob = Uint8Array | Blob> {
  header: Uint8Array<ArrayBuffer>;
  /** Is what stood behind the header, not copied. */
  payload: Payload;
}

/** Takes a document apart. An armored one cannot be: it fails with `armored`. */
export async function detach(document: Bytes): Promise<Detached<Uint8Array>>;
export async function detach(document: Blob): Promise<Detached<Blob>>;
export async function detach(document: Bytes | Blob): Promise<Detached>;
export async function detach(document: Bytes | Blob): Promise<Detached> {
  const { armored, header_size } = await inspect(document);
  if (armored) {
    throw new SealwrightError("armored", "usage", "an armored document cannot be taken apart: decode it first");
  }
  if (!isBytes(document)) {
    const header = new Uint8Array(await document.slice(0, header_size).arrayBuffer());
    return { header, payload: document.slice(header_size, document.size, document.type) };
  }
  const bytes = document instanceof ArrayBuffer ? new Uint8Array(document) : document;
  return { header: bytes.slice(0, header_size), payload: bytes.subarray(header_size) };
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
  const document = isBytes(payload)
    ? concatenated(header, payload instanceof ArrayBuffer ? new Uint8Array(payload) : payload)
    : new Blob([new Uint8Array(header), payload], { type: payload.type });
  await inspect(document);
  return document;
}

function concatenated(header: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const document = new Uint8Array(header.length + payload.length);
  document.set(header);
  document.set(payload, header.length);
  return document;
}
