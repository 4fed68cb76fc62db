import { utc } from "./clock.js";
import { Collection } from "./collection.js";
import { DeniedError, SealwrightError } from "./error.js";
import { Flow } from "./flow.js";
import type { Parts } from "./flow.js";
import type { Output } from "./output.js";
import { frontOf, withHeader } from "./header.js";
import { withIdentities, withRecipients } from "./identity.js";
import type { IdentityInput, RecipientInput } from "./identity.js";
import { gateInstance } from "./instance.js";
import type { GateInstance } from "./instance.js";
import { headerless } from "./parts.js";
import type { Policy } from "./policy.js";
import { OpenedRange, rangeSource } from "./range.js";
import type { RangeInput } from "./range.js";
import { textOf } from "./records.js";
import type { ReleaseClient, ReleasePurpose } from "./release.js";
import type { Caller, Decision, Inspection, JsonObject, Label, LabelInput, Opened, OrText, Private } from "./records.js";
import type { Request, Sender, Subject } from "./records.js";
import { withScan } from "./scan.js";
import { signerHandle, withSenders } from "./sender.js";
import type { SignerInput, Trust } from "./sender.js";
import { Slices, isBytes } from "./source.js";
import type { Bytes, Source, Stream } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** Says who acts, under which policy, and whose documents are believed. */
export interface GateOptions extends Trust {
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
  /** What only those who open the document will know of it. */
  private?: OrText<Private>;
  /** Signs the document, so that nobody else can change its label or payload, not even those who may open it. */
  signer?: SignerInput;
  armor?: boolean;
  /** Is told the final decision, whichever it is. */
  onDecision?: (decision: Decision) => void;
}

/** Says with what and what for to open. */
export interface OpenOptions {
  /** Who may open it here; none is needed where an edge releases the key. */
  identities?: Iterable<IdentityInput>;
  /**
   * Asks an edge for the document's key, once the policy here allows it. Its refusal is a `DeniedError` too, and what it obliges
   * to do to the text is done.
   */
  release?: ReleaseClient;
  /** `open` if absent. */
  action?: string;
  /** Is told the final decision, whichever it is. */
  onDecision?: (decision: Decision) => void;
  /**
   * Is told label, private part, sender and decision before the result is there: of bytes or ranges once everything was
   * verified, of a stream once its header was.
   */
  onOpened?: (opened: Opened) => void;
}

/** Says with what and what for to open a document for random access. */
export interface OpenRangeOptions extends OpenOptions {
  /** What `outboard` made of the document, if it is signed. */
  outboard?: Bytes | Blob;
}

/** Is a document that is sealed in two parts, which make it when one is put behind the other. */
export interface SealedParts extends Parts {
  /** How many bytes the header will have, for a sink that leaves room for it and goes back. */
  headerSize: number;
}

/** Seals and opens for one subject under one policy: nothing happens before the policy allows it. */
export class Gate {
  readonly #policy: Policy;
  readonly #subject: Subject;
  readonly #context: JsonObject;
  readonly #clock: () => Date;
  readonly #trusted: readonly string[];
  readonly #allowUnsigned: boolean;

  constructor(options: GateOptions) {
    const { policy, subject, purpose, context = {}, clock = () => new Date() } = options;
    this.#policy = policy;
    this.#subject = subject;
    this.#context = purpose === undefined ? context : { ...context, purpose };
    this.#clock = clock;
    this.#trusted = Array.from(options.trustedSenders ?? [], String);
    this.#allowUnsigned = options.allowUnsigned ?? false;
  }

  /**
   * Scans, asks the policy, and encrypts what the policy's obligations make of the document.
   *
   * Bytes and Blobs are read twice. A stream can be read once only: it goes unscanned, which the policy sees.
   *
   * What stands first in a signed document is known last: bytes come out whole, and so does what is armored, from memory
   * at the end. Other Blobs and streams fail with `header_last`: `sealParts` seals them.
   */
  async seal(source: Bytes, options: SealOptions): Promise<Uint8Array<ArrayBuffer>>;
  async seal(source: Stream, options: SealOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  async seal(source: Source, options: SealOptions): Promise<Output>;
  async seal(source: Source, options: SealOptions): Promise<Output> {
    if (options.signer !== undefined && !options.armor && !isBytes(source)) {
      throw new SealwrightError(
        "header_last",
        "usage",
        "the header of a signed document is known last: use `sealParts`, or `armor`",
      );
    }
    return this.#sealed(source, options, async (instance, sealer) =>
      new Flow(instance, new Slices(source), sealer).into(source),
    );
  }

  /**
   * Seals as `seal` does, but gives header and payload apart. The header of a signed document is there once its payload was
   * read to the end: read the payload first, then wait for the header.
   */
  async sealParts(source: Source, options: Omit<SealOptions, "armor">): Promise<SealedParts> {
    if ("armor" in options && options.armor) {
      throw headerless();
    }
    return this.#sealed(source, options, async (instance, sealer) => {
      const signed = instance.run(() => sealer.headerSize());
      const front = signed > 0 ? undefined : instance.run(() => sealer.header());
      const { payload, header } = new Flow(instance, new Slices(source), sealer).parts();
      return { headerSize: front?.length ?? signed, payload, header: front ? Promise.resolve(front) : header };
    });
  }

  /**
   * Reads the header, verifies who signed it, asks the policy, and decrypts what the policy's obligations leave of the
   * document.
   *
   * Bytes come out once the signature holds for all of them and nothing is missing. A stream comes out as it is read: that
   * it was cut short, or is not what was signed, shows as a failure at its end, so use nothing of it before. `openRange`
   * verifies a Blob first.
   */
  async open(source: Bytes, options: OpenOptions): Promise<Uint8Array<ArrayBuffer>>;
  async open(source: Stream, options: OpenOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  async open(source: Source, options: OpenOptions): Promise<Output>;
  async open(source: Source, options: OpenOptions): Promise<Output> {
    const instance = await gateInstance();
    const slices = new Slices(source);
    const { handle, opened } = await withHeader(instance, slices, (reader) =>
      this.#admitted(instance, reader, options, (request) =>
        withIdentities(instance, options.identities ?? [], (handles) => request.opener(reader, handles)),
      ),
    );
    const output = await new Flow(instance, slices, handle).into(source);
    options.onOpened?.(opened);
    return output;
  }

  /**
   * Opens a document for random access: only what is read is fetched and decrypted.
   *
   * Where the sender of a document is verified, its payload is read once from beginning to end before anything is given
   * out, unless there is its outboard. Either way each part is verified as it is read.
   */
  async openRange(source: RangeInput, options: OpenRangeOptions): Promise<OpenedRange> {
    const instance = await gateInstance();
    const document = await rangeSource(source);
    const slices = new Slices(frontOf(document));
    const size = BigInt(document.size);
    const { handle, opened } = await withHeader(instance, slices, (reader) =>
      this.#admitted(instance, reader, options, (request) =>
        withIdentities(instance, options.identities ?? [], (handles) => request.rangeOpener(reader, handles, size)),
      ),
    );
    await slices.cancel();
    const range = await OpenedRange.verified(instance, document, handle, options.outboard);
    options.onOpened?.(opened);
    return range;
  }

  /** Makes a collection, to seal the values of columns one by one. The policy sees that they were not scanned. */
  async createCollection(options: Omit<SealOptions, "armor">): Promise<Collection> {
    const instance = await gateInstance();
    const scan = instance.run((core) => core.Scan.unscanned());
    try {
      const request = this.#sealRequest(instance, scan, options);
      const handle = await this.#allowed(instance, request, options, () => instance.run(() => request.collection()));
      return new Collection(instance, handle);
    } finally {
      instance.free(scan);
    }
  }

  /** Opens a collection by its document. What the policy has transformed is transformed in every value. */
  async openCollection(source: Source, options: OpenOptions): Promise<Collection> {
    const instance = await gateInstance();
    const slices = new Slices(source);
    const { handle, opened } = await withHeader(instance, slices, async (reader) => {
      for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
        const bytes = slice;
        instance.run(() => reader.push(bytes));
      }
      return this.#admitted(instance, reader, options, (request) =>
        withIdentities(instance, options.identities ?? [], (handles) => request.collection(reader, handles)),
      );
    });
    const collection = new Collection(instance, handle);
    options.onOpened?.(opened);
    return collection;
  }

  /** Asks whether a document may be sealed, and hands what seals it to a call. */
  async #sealed<Result>(
    source: Source,
    options: SealOptions,
    call: (instance: GateInstance, sealer: Exports.Sealer) => Promise<Result>,
  ): Promise<Result> {
    const instance = await gateInstance();
    const request = await withScan(instance, source, (scan) => this.#sealRequest(instance, scan, options));
    return this.#allowed(instance, request, options, () => {
      const sealer = instance.run(() => request.sealer(options.armor ?? false));
      return call(instance, sealer);
    });
  }

  /** Has the policy answer a request, makes a call if it allows it, and frees the request. */
  async #allowed<Result>(
    instance: GateInstance,
    request: Exports.SealRequest,
    options: { onDecision?: (decision: Decision) => void },
    call: () => Result | Promise<Result>,
  ): Promise<Result> {
    try {
      const answer = await this.#policy.decideText(instance.run(() => request.request()));
      settle(instance.run(() => request.admit(answer)), options);
      return await call();
    } finally {
      instance.free(request);
    }
  }

  #sealRequest(instance: GateInstance, scan: Exports.Scan, options: SealOptions): Exports.SealRequest {
    const caller = this.#caller("seal");
    const label = textOf(options.label);
    const hidden = options.private === undefined ? undefined : textOf(options.private);
    const policy = JSON.stringify(this.#policy.reference);
    return withRecipients(
      instance,
      options.recipients,
      (core, handles) =>
        new core.SealRequest(caller, label, hidden, handles, signerHandle(core, options.signer), scan, policy),
    );
  }

  /** Asks whether a document may be opened, hands the admitted request to a call, and tells what is known then. */
  async #admitted<Handle extends { private(): string | undefined }>(
    instance: GateInstance,
    reader: Exports.Reader,
    options: OpenOptions,
    call: (request: Exports.OpenRequest) => Handle,
  ): Promise<{ handle: Handle; opened: Opened }> {
    const caller = this.#caller(options.action ?? "open");
    const request = withSenders(
      instance,
      this.#trusted,
      this.#allowUnsigned,
      (core, senders) => new core.OpenRequest(caller, reader, senders),
    );
    try {
      const question = instance.run(() => request.request());
      const answer = await this.#policy.decideText(question);
      const decision = settle(instance.run(() => request.admit(answer, this.#policy.reference.digest)), options);
      if (options.release !== undefined) {
        const header = instance.run(() => reader.header());
        await options.release.admit(instance, request, header, this.#purpose(options.action));
      }
      const handle = call(request);
      const { label, hidden } = instance.run(() => ({ label: reader.inspection(), hidden: handle.private() }));
      const opened = {
        label: (JSON.parse(label) as Inspection).label as Label,
        private: hidden === undefined ? null : (JSON.parse(hidden) as Private),
        sender: (JSON.parse(question) as Request).resource.properties?.sender as Sender,
        decision,
      };
      return { handle, opened };
    } finally {
      instance.free(request);
    }
  }

  #purpose(action: string | undefined): ReleasePurpose {
    const { purpose } = this.#context;
    return { ...(typeof purpose === "string" ? { purpose } : {}), ...(action === undefined ? {} : { action }) };
  }

  #caller(action: string): string {
    const time = utc(this.#clock());
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

function settle(text: string, options: { onDecision?: (decision: Decision) => void }): Decision {
  const decision = JSON.parse(text) as Decision;
  options.onDecision?.(decision);
  if (!decision.decision) {
    throw new DeniedError(decision);
  }
  return decision;
}
