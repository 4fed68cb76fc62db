import { Bundle } from "./bundle.js";
import type { BundleNames, BundleSource, BundleTrust } from "./bundle.js";
import { utc } from "./clock.js";
import { SealwrightError } from "./error.js";
import { policyInstance, policyReferenceInstance, policyToolsInstance, programInstance } from "./instance.js";
import type { Instance, PolicyToolsInstance } from "./instance.js";
import { textOf } from "./records.js";
import type {
  Condition,
  Decision,
  ExplanationRecord,
  FilterQuestion,
  FilterRecord,
  FilterResource,
  FilterTarget,
  LogContext,
  LogEntry,
  OrText,
  PolicyFinding,
  PolicyReference,
  PolicySchemas,
  PolicySource,
  Request,
  Undecided,
} from "./records.js";
import type { Exports as ToolsExports } from "./wasm/policy-tools.js";
import type { Exports } from "./wasm/policy-program.js";

/** Is a policy, loaded into a WebAssembly instance of its own that never holds a key. */
export class Policy {
  readonly reference: PolicyReference;
  readonly #held: Held;
  #loaded: Loaded | Promise<Loaded>;
  #tools: Promise<Tools> | undefined;

  private constructor(held: Held, loaded: Loaded) {
    this.#held = held;
    this.#loaded = loaded;
    this.reference = JSON.parse(loaded.instance.run(() => loaded.handle.describe())) as PolicyReference;
  }

  /** Loads modules and data. */
  static async load(source: OrText<PolicySource>): Promise<Policy> {
    const held = { source: textOf(source), program: undefined };
    return new Policy(held, await load(held));
  }

  /**
   * Loads a program: a policy that was compiled before, for which a smaller module suffices. Take it from a bundle that was
   * verified, or from your own build: which policy it says it is of, only its maker knows.
   */
  static async fromProgram(program: Uint8Array | ArrayBuffer): Promise<Policy> {
    const held = { source: undefined, program: new Uint8Array(program instanceof ArrayBuffer ? program.slice(0) : program) };
    return new Policy(held, await load(held));
  }

  /**
   * Loads a bundle: bytes, a Blob, a stream, or what `fetch` answers. With `trustedSigners` or `signatureKeys` it must be
   * signed, and its program is taken if it holds one and nothing is named otherwise. A policy never changes: whoever holds one
   * assigns the next when it is there, and keeps the old one when that fails.
   */
  static async fromBundle(
    bundle: Bundle | BundleSource | Promise<BundleSource>,
    { name, revision, entrypoint, ...trust }: BundleTrust & BundleNames = {},
  ): Promise<Policy> {
    if (bundle instanceof Bundle && Object.keys(trust).length > 0) {
      throw new TypeError("a `Bundle` is verified when it is read: say there whom to trust");
    }
    const read = bundle instanceof Bundle ? bundle : await Bundle.open(await bundle, trust);
    const isNamed = [name, revision, entrypoint].some((given) => given !== undefined);
    const source = textOf(read.policy({ name, revision, entrypoint }));
    const held: Held = isNamed || read.program === undefined ? { source, program: undefined } : { source, program: read.program };
    return new Policy(held, await load(held));
  }

  /**
   * Says what is doubtful in a policy, and everything that keeps it from being loaded: sorted by place. Where the large
   * module is absent, its built-ins count as unknown.
   */
  static async check(source: OrText<PolicySource>, schemas: OrText<PolicySchemas> = {}): Promise<PolicyFinding[]> {
    const instance = (await policyReferenceInstance()) ?? (await policyToolsInstance());
    return JSON.parse(instance.run((core) => core.Policy.check(textOf(source), textOf(schemas)))) as PolicyFinding[];
  }

  /** Answers a request. A failure to evaluate rejects, and counts as a refusal. */
  async decide(request: OrText<Request>): Promise<Decision> {
    const text = textOf(request);
    const current = this.#current();
    const { instance, handle } = current instanceof Promise ? await current : current;
    return JSON.parse(instance.run(() => handle.decide(text))) as Decision;
  }

  /** Answers up to 10,000 requests, equal ones once. One that fails has a refusal with an `error` in its place. */
  async decideAll(requests: Iterable<OrText<Request>>): Promise<(Decision | Undecided)[]> {
    const texts = Array.from(requests, textOf);
    const { instance, handle } = await this.#current();
    return instance.run(() => handle.decideAll(texts)).map((text) => JSON.parse(text) as Decision | Undecided);
  }

  /**
   * Answers a request, JSON to JSON. After a trap the next request gets a fresh instance of the same policy.
   *
   * @internal
   */
  async decideText(request: string): Promise<string> {
    const { instance, handle } = await this.#current();
    return instance.run(() => handle.decide(request));
  }

  /**
   * Answers a request and returns the entry for a decision log, in the field names of OPA's. What the policy's rule
   * `system.log.mask` names is erased or masked; a request that fails has an entry that says so.
   */
  async logEntry(request: OrText<Request>, context: Partial<LogContext> = {}): Promise<LogEntry> {
    const { instance, handle } = await this.#current();
    const text = JSON.stringify({ timestamp: utc(new Date()), ...context });
    return JSON.parse(instance.run(() => handle.logEntry(textOf(request), text))) as LogEntry;
  }

  /**
   * Answers a request and tells why. `values` adds the values of what was read from the request. An evaluation that fails
   * is explained too: there is no decision then.
   */
  async explain(request: OrText<Request>, options: ExplainOptions = {}): Promise<Explanation> {
    const { instance, handle } = await this.#equipped();
    const explained = instance.run(() => handle.explain(textOf(request), options.values ?? false));
    return Explanation.of(instance, explained);
  }

  /** Finds which documents the policy admits, before a search. What no condition says exactly rejects. */
  async filter(question: FilterQuestion): Promise<Filter> {
    const { instance, handle } = await this.#equipped();
    const text = JSON.stringify({ unknowns: ["resource.properties"], ...question });
    return new Filter(instance, instance.run(() => handle.filter(text)));
  }

  /** Returns what is loaded, at once where it is there: an `await` costs a decision some of its time. */
  #current(): Loaded | Promise<Loaded> {
    const loaded = this.#loaded;
    return loaded instanceof Promise || loaded.instance.trapped ? this.#reloaded(loaded) : loaded;
  }

  async #reloaded(before: Loaded | Promise<Loaded>): Promise<Loaded> {
    const loaded = await before;
    if (this.#loaded === before) {
      this.#loaded = loaded.instance.trapped ? load(this.#held) : loaded;
    }
    return this.#loaded;
  }

  /** Returns an instance of the same policy that explains and filters. */
  async #equipped(): Promise<Tools> {
    const tools = await this.#tools;
    if (tools === undefined || tools.instance.trapped) {
      this.#tools = equip(this.#held);
      this.#tools.catch(() => (this.#tools = undefined));
      return this.#tools;
    }
    return tools;
  }
}

/** Says what an explanation shows. */
export interface ExplainOptions {
  /** Whether the values that were read from the request are shown, not only their types. */
  values?: boolean;
}

/** Tells how one request was decided. As text it is a tree. */
export class Explanation {
  readonly record: ExplanationRecord;
  readonly #instance: PolicyToolsInstance;
  readonly #handle: ToolsExports.Explanation;

  private constructor(instance: PolicyToolsInstance, handle: ToolsExports.Explanation) {
    this.#instance = instance;
    this.#handle = handle;
    this.record = JSON.parse(this.toJsonText()) as ExplanationRecord;
  }

  /** @internal */
  static of(instance: PolicyToolsInstance, handle: ToolsExports.Explanation): Explanation {
    return new Explanation(instance, handle);
  }

  /** The decision; none if the evaluation failed. */
  get decision(): Decision | undefined {
    return this.record.decision;
  }

  /** Returns the record in its canonical form. */
  toJsonText(): string {
    return this.#instance.run(() => this.#handle.record());
  }

  /** Returns lines of text, with a terminal's colours if asked. */
  toTree(options: { colour?: boolean } = {}): string {
    return this.#instance.run(() => this.#handle.tree(options.colour ?? false));
  }

  /** Returns the tree as an SVG that stands by itself. */
  toSvg(): string {
    return this.#instance.run(() => this.#handle.svg());
  }

  toString(): string {
    return this.toTree();
  }
}

/** Says which documents a policy admits. Decide about every hit again before it opens: a filter grants nothing. */
export class Filter {
  readonly kind: FilterRecord["kind"];
  readonly condition: Condition | undefined;
  readonly #instance: PolicyToolsInstance;
  readonly #handle: ToolsExports.Filter;

  /** @internal */
  constructor(instance: PolicyToolsInstance, handle: ToolsExports.Filter) {
    const record = JSON.parse(instance.run(() => handle.describe())) as FilterRecord;
    this.kind = record.kind;
    this.condition = record.condition;
    this.#instance = instance;
    this.#handle = handle;
  }

  /** Tells whether a document is admitted, given as AuthZEN's resource: `{ properties: label }`. */
  matches(resource: OrText<FilterResource>): boolean {
    return this.#instance.run(() => this.#handle.matches(textOf(resource)));
  }

  /** Says the filter in a store's terms. What the store cannot say exactly throws `filter_unsupported`. */
  lower(target: OrText<FilterTarget>): unknown {
    return JSON.parse(this.#instance.run(() => this.#handle.lower(textOf(target)))) as unknown;
  }
}

/** Is a policy as it came: the JSON of its modules and data, a program, or both, which are the same policy. */
type Held =
  | { source: string; program: undefined }
  | { source: string; program: Uint8Array }
  | { source: undefined; program: Uint8Array };

interface Loaded {
  instance: Instance<unknown>;
  handle: Exports.Policy;
}

interface Tools {
  instance: PolicyToolsInstance;
  handle: ToolsExports.Policy;
}

/** Loads a policy to decide by: from its program if there is one, for which the smallest module suffices. */
async function load(held: Held): Promise<Loaded> {
  if (held.program !== undefined) {
    const { program } = held;
    const instance = await programInstance();
    return loaded(held, () => ({ instance, handle: instance.run((core) => core.Policy.fromProgram(program)) }));
  }
  const { source } = held;
  const instance = await policyInstance();
  return loaded(held, () => ({ instance, handle: instance.run((core) => core.Policy.load(source)) }));
}

/** Loads a policy to explain it and filter by it. */
async function equip(held: Held): Promise<Tools> {
  const instance = await policyToolsInstance();
  return loaded(held, () => ({ instance, handle: loadInto(instance, held) }));
}

/** Loads a policy into a smaller module, or into the large one if it needs that. */
async function loaded<Smaller>(held: Held, load: () => Smaller): Promise<Smaller | Tools> {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof SealwrightError) || !["policy_tier", "policy_builtin"].includes(error.code)) {
      throw error;
    }
    const instance = await policyReferenceInstance();
    if (instance === undefined) {
      throw error;
    }
    return { instance, handle: loadInto(instance, held) };
  }
}

/** Loads the modules if they are there: an explanation quotes them. */
function loadInto(instance: PolicyToolsInstance, held: Held): ToolsExports.Policy {
  return instance.run((core) =>
    held.source === undefined ? core.Policy.fromProgram(held.program) : core.Policy.load(held.source),
  );
}
