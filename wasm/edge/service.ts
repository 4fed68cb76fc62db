import type { JsonObject } from "../records.js";
import type { Exports } from "../wasm/edge.js";
import { edgeInstance, edgeModule } from "./module.js";
import type { EdgeInstance } from "./module.js";

/** Is what the core's service is made of. */
export interface ServiceSource {
  bundle: Uint8Array;
  /** Whose signature a bundle must carry, as verifier keys. */
  signers: string[];
  names: { name?: string; revision?: string; entrypoint?: string };
  identities: string[];
  senders: string[];
  allowUnsigned: boolean;
  /** The rest, as the core takes it. */
  configuration: JsonObject;
}

/** Is what is said of the service to everybody. */
export interface ServiceDescription {
  recipients: string[];
  /** Whose documents are believed. */
  senders: string[];
  /** SHA-256 of the bundle's files, in hexadecimal. */
  bundleDigest: string;
}

interface Running {
  instance: EdgeInstance;
  handle: Exports.Releaser;
  description: ServiceDescription;
}

/** Runs the core's service in an instance, and in another one after a trap. */
export class Service {
  readonly #module: WebAssembly.Module;
  readonly #source: ServiceSource;
  readonly #keys = new Map<string, string>();
  #running: Running;

  private constructor(module: WebAssembly.Module, source: ServiceSource) {
    this.#module = module;
    this.#source = source;
    this.#running = this.#start();
  }

  static async create(source: ServiceSource): Promise<Service> {
    return new Service(await edgeModule(), source);
  }

  get description(): ServiceDescription {
    return this.#running.description;
  }

  /** Makes a call. */
  run<Result>(call: (service: Exports.Releaser, core: typeof Exports) => Result): Result {
    const { instance, handle } = this.#live();
    return instance.run((core) => call(handle, core));
  }

  /** Sets an issuer's keys, from the text of a JWK set. */
  setIssuerKeys(issuer: string, keys: string): void {
    this.run((service) => service.setIssuerKeys(issuer, keys));
    this.#keys.set(issuer, keys);
  }

  /** Believes one more sender. */
  addSender(verifier: string): void {
    this.#source.senders.push(verifier);
    this.#restart();
  }

  /** Returns the instance of this moment, for handles that outlive a call: each works in its own alone. */
  get instance(): EdgeInstance {
    return this.#live().instance;
  }

  #live(): Running {
    if (this.#running.instance.trapped) {
      this.#restart();
    }
    return this.#running;
  }

  #restart(): void {
    this.#running = this.#start();
    this.#keys.forEach((keys, issuer) => this.run((service) => service.setIssuerKeys(issuer, keys)));
  }

  #start(): Running {
    const { bundle, signers, names, identities, senders, allowUnsigned, configuration } = this.#source;
    const instance = edgeInstance(this.#module);
    return instance.run((core) => {
      const opened = core.Bundle.open(bundle, JSON.stringify({ trust: { signers, keys: [], scope: "" } }));
      const policy = policyOf(core, opened, names);
      const { digest: bundleDigest } = JSON.parse(opened.describe()) as { digest: string };
      opened.free();
      const keys = identities.flatMap((text) => core.parseIdentities(text));
      const believed = senders.flatMap((text) => core.parseVerifiers(text));
      const description = {
        recipients: keys.map((identity) => identity.recipient().toText()),
        senders: believed.map((key) => key.toText()),
        bundleDigest,
      };
      const trusted = new core.Senders(believed, allowUnsigned);
      const handle = new core.Releaser(policy, keys, trusted, JSON.stringify(configuration));
      return { instance, handle, description };
    });
  }
}

/** Loads a bundle's policy: compiled, if the bundle holds that and nothing is named otherwise. */
function policyOf(core: typeof Exports, bundle: Exports.Bundle, names: ServiceSource["names"]): Exports.Policy {
  const isNamed = Object.values(names).some((name) => name !== undefined);
  const program = isNamed ? undefined : bundle.program();
  return program === undefined
    ? core.Policy.load(JSON.stringify({ ...JSON.parse(bundle.source("{}")), ...names }))
    : core.Policy.fromProgram(program);
}
