import { DeniedError } from "./error.js";
import { Flow } from "./flow.js";
import type { Output } from "./flow.js";
import { withHeader } from "./header.js";
import { withIdentities, withRecipients } from "./identity.js";
import type { IdentityInput, RecipientInput } from "./identity.js";
import { gateInstance } from "./instance.js";
import type { GateInstance } from "./instance.js";
import type { Policy } from "./policy.js";
import { OpenedRange } from "./range.js";
import type { RangeSource } from "./range.js";
import { textOf } from "./records.js";
import type { Caller, Decision, JsonObject, LabelInput, OrText, Subject } from "./records.js";
import { withScan } from "./scan.js";
import { Slices } from "./source.js";
import type { Bytes, Source, Stream } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** Says who acts, under which policy. */
export interface GateOptions {
  policy: Policy;
  subject: Subject;
  purpose?: string;
  /** Anything more that the policy reads; `purpose` and the clock's `time` take the place of its own. */
  context?: JsonObject;
  /** Tells the time; the system's clock if absent. */
  clock?: () => Date;
}

/** Says to whom and as what to seal. */
export interface SealOptions {
  recipients: Iterable<RecipientInput>;
  label: OrText<LabelInput>;
  armor?: boolean;
  /** Is told the final decision, whichever it is. */
  onDecision?: (decision: Decision) => void;
}

/** Says with what and what for to open. */
export interface OpenOptions {
  identities: Iterable<IdentityInput>;
  /** `open` if absent. */
  action?: string;
  /** Is told the final decision, whichever it is. */
  onDecision?: (decision: Decision) => void;
}

/** Seals and opens for one subject under one policy: nothing happens before the policy allows it. */
export class Gate {
  readonly #policy: Policy;
  readonly #subject: Subject;
  readonly #context: JsonObject;
  readonly #clock: () => Date;

  constructor({ policy, subject, purpose, context = {}, clock = () => new Date() }: GateOptions) {
    this.#policy = policy;
    this.#subject = subject;
    this.#context = purpose === undefined ? context : { ...context, purpose };
    this.#clock = clock;
  }

  /**
   * Scans, asks the policy, and encrypts what the policy's obligations make of the document.
   *
   * Bytes and Blobs are read twice. A stream can be read once only: it goes unscanned, which the policy sees.
   */
  async seal(source: Bytes, options: SealOptions): Promise<Uint8Array<ArrayBuffer>>;
  async seal(source: Stream, options: SealOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  async seal(source: Source, options: SealOptions): Promise<Output>;
  async seal(source: Source, options: SealOptions): Promise<Output> {
    const instance = await gateInstance();
    const request = await withScan(instance, source, (scan) => this.#sealRequest(instance, scan, options));
    try {
      const answer = await this.#policy.decideText(instance.run(() => request.request()));
      settle(instance.run(() => request.admit(answer)), options);
      const sealer = instance.run(() => request.sealer(options.armor ?? false));
      return await new Flow(instance, new Slices(source), sealer).into(source);
    } finally {
      instance.free(request);
    }
  }

  /** Reads the header, asks the policy, and decrypts what the policy's obligations leave of the document. */
  async open(source: Bytes, options: OpenOptions): Promise<Uint8Array<ArrayBuffer>>;
  async open(source: Stream, options: OpenOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  async open(source: Source, options: OpenOptions): Promise<Output>;
  async open(source: Source, options: OpenOptions): Promise<Output> {
    const instance = await gateInstance();
    const slices = new Slices(source);
    const opener = await withHeader(instance, slices, (reader) =>
      this.#admitted(instance, reader, options, (request) =>
        withIdentities(instance, options.identities, (handles) => request.opener(reader, handles)),
      ),
    );
    return new Flow(instance, slices, opener).into(source);
  }

  /** Opens a document for random access: only what is read is fetched and decrypted. */
  async openRange(source: RangeSource, options: OpenOptions): Promise<OpenedRange> {
    const instance = await gateInstance();
    const slices = new Slices(source.stream());
    const size = BigInt(source.size);
    const decryptor = await withHeader(instance, slices, (reader) =>
      this.#admitted(instance, reader, options, (request) =>
        withIdentities(instance, options.identities, (handles) => request.rangeOpener(reader, handles, size)),
      ),
    );
    await slices.cancel();
    return OpenedRange.authenticated(instance, source, decryptor);
  }

  #sealRequest(instance: GateInstance, scan: Exports.Scan, options: SealOptions): Exports.SealRequest {
    const caller = this.#caller("seal");
    const label = textOf(options.label);
    const policy = JSON.stringify(this.#policy.reference);
    return withRecipients(
      instance,
      options.recipients,
      (core, handles) => new core.SealRequest(caller, label, handles, scan, policy),
    );
  }

  /** Asks whether a document may be opened, and hands the admitted request to a call. */
  async #admitted<Result>(
    instance: GateInstance,
    reader: Exports.Reader,
    options: OpenOptions,
    call: (request: Exports.OpenRequest) => Result,
  ): Promise<Result> {
    const caller = this.#caller(options.action ?? "open");
    const request = instance.run((core) => new core.OpenRequest(caller, reader));
    try {
      const answer = await this.#policy.decideText(instance.run(() => request.request()));
      settle(instance.run(() => request.admit(answer, this.#policy.reference.digest)), options);
      return call(request);
    } finally {
      instance.free(request);
    }
  }

  #caller(action: string): string {
    const time = `${this.#clock().toISOString().slice(0, 19)}Z`;
    const caller: Caller = { subject: this.#subject, action: { name: action }, context: { ...this.#context, time } };
    return JSON.stringify(caller);
  }
}

/** Seals one document: a `Gate` for a single use. */
export async function seal(source: Bytes, options: GateOptions & SealOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function seal(
  source: Stream,
  options: GateOptions & SealOptions,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
export async function seal(source: Source, options: GateOptions & SealOptions): Promise<Output>;
export async function seal(source: Source, options: GateOptions & SealOptions): Promise<Output> {
  return new Gate(options).seal(source, options);
}

/** Opens one document: a `Gate` for a single use. */
export async function open(source: Bytes, options: GateOptions & OpenOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function open(
  source: Stream,
  options: GateOptions & OpenOptions,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
export async function open(source: Source, options: GateOptions & OpenOptions): Promise<Output>;
export async function open(source: Source, options: GateOptions & OpenOptions): Promise<Output> {
  return new Gate(options).open(source, options);
}

function settle(text: string, options: { onDecision?: (decision: Decision) => void }): void {
  const decision = JSON.parse(text) as Decision;
  options.onDecision?.(decision);
  if (!decision.decision) {
    throw new DeniedError(decision);
  }
}
