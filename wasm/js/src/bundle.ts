import { SealwrightError } from "./error.js";
import { bundleInstance } from "./instance.js";
import type { BundleDescription, PolicySource } from "./records.js";
import type { VerifierInput } from "./sender.js";
import { Slices, isBytes } from "./source.js";
import type { Source } from "./source.js";

/** Is where a bundle comes from: bytes, a Blob, a stream, or what `fetch` answers. */
export type BundleSource = Source | Response;

/** Is a key that verifies a bundle's `.signatures.json`. */
export interface SignatureKey {
  /** What the signature calls it. */
  id?: string;
  algorithm: "EdDSA" | "HS256" | "HS384" | "HS512";
  /** A PEM or a verifier key for `EdDSA`, a secret for the others. */
  key: string;
}

/** Says whom to trust. If both kinds are absent, nothing is verified. */
export interface BundleTrust {
  /** One of them must have signed the bundle's note. */
  trustedSigners?: Iterable<VerifierInput> | undefined;
  /** Or one of these its `.signatures.json`. */
  signatureKeys?: Iterable<SignatureKey> | undefined;
  /** What `.signatures.json` must be for. */
  scope?: string | undefined;
  /** The note, where it is kept beside the bundle. */
  note?: string | undefined;
}

/** Goes before what the bundle says of itself. */
export interface BundleNames {
  name?: string | undefined;
  revision?: string | undefined;
  entrypoint?: string | undefined;
}

/** More than the core takes: what comes after so many bytes is not waited for. */
const ENOUGH = 1 << 27;

/** Is a bundle that was read whole, and verified if whom to trust was said. */
export class Bundle {
  /** Says what it is. */
  readonly description: BundleDescription;
  /** The policy compiled, if the bundle holds that and was verified: `Policy.fromProgram` takes it. */
  readonly program: Uint8Array<ArrayBuffer> | undefined;
  readonly #source: string;

  private constructor(description: BundleDescription, source: string, program: Uint8Array<ArrayBuffer> | undefined) {
    this.description = description;
    this.program = program;
    this.#source = source;
  }

  /** Reads a `.tar.gz` or `.tar`. */
  static async open(source: BundleSource, trust: BundleTrust = {}): Promise<Bundle> {
    const options = JSON.stringify(optionsOf(trust));
    const bytes = await whole(source);
    const instance = await bundleInstance();
    return instance.run((core) => {
      const handle = core.Bundle.open(bytes, options);
      return new Bundle(JSON.parse(handle.describe()) as BundleDescription, handle.source("{}"), handle.program());
    });
  }

  /** Returns the policy that it holds. */
  policy(names: BundleNames = {}): PolicySource {
    const source = JSON.parse(this.#source) as PolicySource;
    const { name = source.name, revision = source.revision, entrypoint = source.entrypoint } = names;
    return { ...source, name, revision, ...(entrypoint === undefined ? {} : { entrypoint }) };
  }
}

function optionsOf({ trustedSigners, signatureKeys, scope = "", note }: BundleTrust): object {
  if (typeof trustedSigners === "string") {
    throw new TypeError("trustedSigners: expected a list of verifier keys, got one");
  }
  const beside = note === undefined ? {} : { note };
  if (trustedSigners === undefined && signatureKeys === undefined) {
    return beside;
  }
  const signers = Array.from(trustedSigners ?? [], String);
  return { ...beside, trust: { signers, keys: Array.from(signatureKeys ?? []), scope } };
}

async function whole(source: BundleSource): Promise<Uint8Array> {
  if (!isResponse(source)) {
    return collected(source);
  }
  if (!source.ok) {
    await source.body?.cancel();
    throw new SealwrightError("http_status", "environment", `the bundle's server answers ${source.status}`);
  }
  return collected(source.body ?? new Uint8Array(0));
}

async function collected(source: Source): Promise<Uint8Array> {
  if (isBytes(source)) {
    return source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  }
  const slices = new Slices(source);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
    parts.push(slice.slice());
    size += slice.length;
    if (size > ENOUGH) {
      await slices.cancel();
      break;
    }
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}

function isResponse(source: BundleSource): source is Response {
  return typeof Response !== "undefined" && source instanceof Response;
}
