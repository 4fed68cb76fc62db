import { withIdentities, withRecipients } from "./identity.js";
import type { IdentityInput, RecipientInput } from "./identity.js";
import { gateInstance } from "./instance.js";
import { concatenated, detach } from "./parts.js";
import type { Bytes } from "./source.js";

/** Says who may open a document from now on. */
export interface RewrapOptions {
  /** Open it now. */
  identities: Iterable<IdentityInput>;
  add?: Iterable<RecipientInput>;
  /** Names those who are removed by their identities: a document does not tell anybody else whom it is for. */
  remove?: Iterable<IdentityInput>;
  /** Take the place of all there were. */
  recipients?: Iterable<RecipientInput>;
}

/**
 * Writes a document for other recipients, with the same label, private part, sender and payload. A Blob's payload is not
 * even read. A detached header is rewrapped by itself.
 *
 * Whoever could open the document before may have kept its file key: only sealing anew shuts him out of what he has.
 */
export async function rewrap(document: Bytes, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function rewrap(document: Blob, options: RewrapOptions): Promise<Blob>;
export async function rewrap(document: Bytes | Blob, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer> | Blob>;
export async function rewrap(document: Bytes | Blob, options: RewrapOptions): Promise<Uint8Array<ArrayBuffer> | Blob> {
  const { identities, add = [], remove = [], recipients } = options;
  const instance = await gateInstance();
  const { header, payload } = await detach(document);
  const fresh = withRecipients(instance, [...(recipients ?? []), ...add], (core, added) =>
    withIdentities(instance, remove, (removed) =>
      withIdentities(instance, identities, (openers) =>
        core.rewrap(header, openers, added, removed, recipients !== undefined),
      ),
    ),
  );
  return concatenated(fresh, payload);
}
