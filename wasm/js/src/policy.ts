import { policyInstance } from "./instance.js";
import type { PolicyInstance } from "./instance.js";
import { textOf } from "./records.js";
import type { Decision, OrText, PolicyReference, PolicySource, Request } from "./records.js";
import type { Exports } from "./wasm/policy.js";

/** Is a policy, loaded into a WebAssembly instance of its own that never holds a key. */
export class Policy {
  readonly reference: PolicyReference;
  readonly #source: string;
  #loaded: Promise<Loaded>;

  private constructor(source: string, loaded: Loaded) {
    this.#source = source;
    this.#loaded = Promise.resolve(loaded);
    this.reference = JSON.parse(loaded.instance.run(() => loaded.handle.describe())) as PolicyReference;
  }

  /** Loads modules and data. */
  static async load(source: OrText<PolicySource>): Promise<Policy> {
    const text = textOf(source);
    return new Policy(text, await load(text));
  }

  /** Answers a request. A failure to evaluate rejects, and counts as a refusal. */
  async decide(request: OrText<Request>): Promise<Decision> {
    return JSON.parse(await this.decideText(textOf(request))) as Decision;
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

  async #current(): Promise<Loaded> {
    const loaded = await this.#loaded;
    if (!loaded.instance.trapped) {
      return loaded;
    }
    this.#loaded = load(this.#source);
    return this.#loaded;
  }
}

interface Loaded {
  instance: PolicyInstance;
  handle: Exports.Policy;
}

async function load(source: string): Promise<Loaded> {
  const instance = await policyInstance();
  return { instance, handle: instance.run((core) => core.Policy.load(source)) };
}
