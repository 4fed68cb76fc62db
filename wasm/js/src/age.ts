import { Flow } from "./flow.js";
import { frontOf, withHeader } from "./header.js";
import { identityTexts, withIdentities, withRecipients } from "./identity.js";
import type { IdentityInput, RecipientInput } from "./identity.js";
import { sealInstance } from "./instance.js";
import type { SealInstance } from "./instance.js";
import type { Output } from "./output.js";
import { decrypted, divisible, encrypted } from "./parallel.js";
import type { WorkerOptions } from "./parallel.js";
import { OpenedRange, rangeSource } from "./range.js";
import type { RangeInput } from "./range.js";
import { textOf } from "./records.js";
import type { Inspection, Label, OrText } from "./records.js";
import { Slices } from "./source.js";
import type { Bytes, Source, Stream } from "./source.js";

/** Says to whom to encrypt, without a policy. */
export type EncryptOptions = WorkerOptions &
  (
    | { recipients: Iterable<RecipientInput>; label?: OrText<Label>; armor?: boolean; passphrase?: never }
    | { passphrase: string; armor?: boolean; recipients?: never; label?: never }
  );

/** Says with what to decrypt, without a policy. */
export type DecryptOptions = WorkerOptions &
  ({ identities: Iterable<IdentityInput>; passphrase?: never } | { passphrase: string; identities?: never });

/** Encrypts as age does, without a policy. */
export async function encrypt(source: Bytes, options: EncryptOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function encrypt(source: Stream, options: EncryptOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
export async function encrypt(source: Source, options: EncryptOptions): Promise<Output>;
export async function encrypt(source: Source, options: EncryptOptions): Promise<Output> {
  const { passphrase, label, armor = false } = options;
  const recipients = passphrase === undefined ? Array.from(options.recipients, String) : [];
  const instance = await sealInstance(recipients);
  const labelText = label === undefined ? undefined : textOf(label);
  const encryptor =
    passphrase === undefined
      ? withRecipients(instance, recipients, (core, handles) => new core.Encryptor(handles, labelText, armor))
      : instance.run((core) => core.Encryptor.withPassphrase(passphrase, armor));
  const whole = divisible(source, options);
  const output = whole === undefined ? undefined : await encrypted(instance, whole, encryptor, options);
  return output ?? new Flow(instance, new Slices(source), encryptor).into(source);
}

/** Decrypts as age does, without a policy. */
export async function decrypt(source: Bytes, options: DecryptOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function decrypt(source: Stream, options: DecryptOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
export async function decrypt(source: Source, options: DecryptOptions): Promise<Output>;
export async function decrypt(source: Source, options: DecryptOptions): Promise<Output> {
  const { passphrase } = options;
  const identities = passphrase === undefined ? identityTexts(options.identities) : [];
  const instance = await sealInstance(identities);
  const whole = passphrase === undefined ? divisible(source, options) : undefined;
  const output = whole === undefined ? undefined : await decryptedByWorkers(instance, whole, identities, options);
  if (output !== undefined) {
    return output;
  }
  const slices = new Slices(source);
  const decryptor = await withHeader(instance, slices, (reader) =>
    passphrase === undefined
      ? withIdentities(instance, identities, (handles) => reader.decryptor(handles))
      : instance.run(() => reader.passphraseDecryptor(passphrase)),
  );
  return new Flow(instance, slices, decryptor).into(source);
}

/** Decrypts a document for random access, without a policy: only what is read is fetched and decrypted. */
export async function decryptRange(
  source: RangeInput,
  options: { identities: Iterable<IdentityInput> },
): Promise<OpenedRange> {
  const identities = identityTexts(options.identities);
  const instance = await sealInstance(identities);
  const document = await rangeSource(source);
  const slices = new Slices(frontOf(document));
  const decryptor = await withHeader(instance, slices, (reader) =>
    withIdentities(instance, identities, (handles) => reader.rangeDecryptor(handles, BigInt(document.size))),
  );
  await slices.cancel();
  return OpenedRange.authenticated(instance, document, decryptor);
}

/** Returns what a document's header says to anyone; the rest of the source is not read. */
export async function inspect(source: Source): Promise<Inspection> {
  const instance = await sealInstance([]);
  const slices = new Slices(source instanceof Blob ? frontOf(source) : source);
  const inspection = await withHeader(instance, slices, (reader) => instance.run(() => reader.inspection()));
  await slices.cancel();
  return JSON.parse(inspection) as Inspection;
}

/** Returns nothing where no workers are to be had, and for an armored document, which has no ranges. */
async function decryptedByWorkers(
  instance: SealInstance,
  source: Blob | Bytes,
  identities: string[],
  options: WorkerOptions,
): Promise<Output | undefined> {
  const size = BigInt(source instanceof Blob ? source.size : source.byteLength);
  const slices = new Slices(source instanceof Blob ? frontOf(source) : source);
  const decryptor = await withHeader(instance, slices, (reader) =>
    (JSON.parse(instance.run(() => reader.inspection())) as Inspection).armored
      ? undefined
      : withIdentities(instance, identities, (handles) => reader.rangeDecryptor(handles, size)),
  );
  await slices.cancel();
  return decryptor === undefined ? undefined : decrypted(instance, source, decryptor, options);
}
