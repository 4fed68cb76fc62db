import { withIdentities, withRecipients } from "./identity.js";
import type { IdentityInput, RecipientInput } from "./identity.js";
import { gateInstance } from "./instance.js";
import { detach, join } from "./parts.js";
import type { Bytes } from "./source.js";

/** Says who may open a document from now on. */
export interface RewrapOptions {
  /** Open it now. */
  identities: Iterable<IdentityInput>;
  add?: Iterable<RecipientInput>;
  /** Names those who are removed by their identities: a header does not tell anybody else whom it is for. */
  remove?: Iterable<IdentityInput>;
  /** Whether nobody but those added stays. */
  replace?: boolean;
}

/**
 * Gives a document a new header for other recipients. Label, private part, signature and payload stay as they are, and a
 * Blob's payload is not even read.
 *
 * Whoever could open the document before may have kept its file key, and opens the same payload with it still.
 */
export async function rewrap(document: Bytes, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function rewrap(document: Blob, options: RewrapOptions): Promise<Blob>;
export async function rewrap(document: Bytes | Blob, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer> | Blob>;
export async function rewrap(document: Bytes | Blob, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer> | Blob> {
  const { header, payload } = await detach(document);
  return join(await rewrapHeader(header, options), payload);
}

/** Does for a header that is kept apart from its payload what `rewrap` does for a document. */
export async function rewrapHeader(header: Uint8Array, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { identities, add = [], remove = [], replace = false } = options;
  const instance = await gateInstance();
  return withRecipients(instance, add, (core, added) =>
    withIdentities(instance, remove, (removed) =>
      withIdentities(instance, identities, (openers) => core.rewrap(header, openers, added, removed, replace)),
    ),
  );
}
