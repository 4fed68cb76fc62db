import { SealwrightError } from "./error.js";
import { Exchange } from "./exchange.js";
import { SLICE_SIZE } from "./source.js";
import type { Channel } from "./team.js";
import { Instance, trapProofRegistry } from "./trap.js";
import { instantiate as instantiateBundle } from "./wasm/bundle.js";
import type { Exports as BundleExports } from "./wasm/bundle.js";
import { instantiate as instantiateGate } from "./wasm/gate.js";
import type { Exports as GateExports } from "./wasm/gate.js";
import { instantiate as instantiatePolicy } from "./wasm/policy.js";
import { instantiate as instantiateProgram } from "./wasm/policy-program.js";
import type { Exports as ProgramExports } from "./wasm/policy-program.js";
import type { Exports as PolicyToolsExports } from "./wasm/policy-tools.js";
import type { Exports as PolicyExports } from "./wasm/policy.js";
import { instantiate as instantiateSeal } from "./wasm/seal.js";
import type { Exports as SealExports } from "./wasm/seal.js";

export { Instance } from "./trap.js";

/** Gives the compiled modules; each runtime has its own way. */
export interface Modules {
  seal(): Promise<WebAssembly.Module>;
  /** Absent where the gate's module is at hand anyway: that one has hybrid keys too. */
  sealPq?(): Promise<WebAssembly.Module>;
  gate(): Promise<WebAssembly.Module>;
  policy(): Promise<WebAssembly.Module>;
  policyProgram(): Promise<WebAssembly.Module>;
  bundle(): Promise<WebAssembly.Module>;
  /** Absent where modules are a part of the program and nobody imported the tools. */
  policyTools?(): Promise<WebAssembly.Module>;
  /** Absent where modules are a part of the program: this one is large, and few policies need it. */
  policyReference?(): Promise<WebAssembly.Module>;
  /** Absent where there are no workers. */
  worker?(): Channel;
}

/** What `seal` exports, `gate` does too: one set of types for both. */
export type DocumentExports = Pick<typeof GateExports, keyof typeof SealExports>;

/** Is the instance that holds keys. */
export type SealInstance = DocumentInstance<DocumentExports>;

/** Is the instance that holds keys and uses them as a policy decides. */
export type GateInstance = DocumentInstance<typeof GateExports>;

/** Is an instance that evaluates one policy and never holds a key. */
export type PolicyInstance = Instance<typeof PolicyExports>;

/** Is an instance that evaluates one policy, which came compiled. */
export type ProgramInstance = Instance<typeof ProgramExports>;

/** Is an instance that explains one policy, filters by it, or checks it. */
export type PolicyToolsInstance = Instance<typeof PolicyToolsExports>;

/** Is an instance that reads one bundle and never holds a secret but that of an HMAC. */
export type BundleInstance = Instance<typeof BundleExports>;

let modules: Modules | undefined;
let added: Partial<Modules> = {};
let sealModule: Promise<WebAssembly.Module> | undefined;
let sealPqModule: Promise<WebAssembly.Module> | undefined;
let gateModule: Promise<WebAssembly.Module> | undefined;
let policyModule: Promise<WebAssembly.Module> | undefined;
let programModule: Promise<WebAssembly.Module> | undefined;
let bundleModule: Promise<WebAssembly.Module> | undefined;
let policyToolsModule: Promise<WebAssembly.Module> | undefined;
let policyReferenceModule: Promise<WebAssembly.Module> | undefined;
let sealing: SealInstance | undefined;
let sealingPq: SealInstance | undefined;
let gating: GateInstance | undefined;

/** Sets where the modules come from. */
export function useModules(source: Modules): void {
  modules = source;
}

/** Adds modules that a program brings along, before or after the others. */
export function addModules(more: Partial<Modules>): void {
  added = { ...added, ...more };
}

/** How the texts of hybrid recipients and identities begin. */
const HYBRID = /age1pq1|age-secret-key-pq-1/i;

/**
 * Returns the one instance for keys and documents that can read these keys, made anew after a trap.
 *
 * The module that has hybrid keys is loaded when the first of them comes. A page that has the gate needs no other.
 */
export async function sealInstance(keys: Iterable<string>): Promise<SealInstance> {
  if (gateModule !== undefined) {
    return gateInstance();
  }
  if (sealPqModule !== undefined || Array.from(keys).some((text) => HYBRID.test(text))) {
    return sealPqInstance();
  }
  const module = await smallestModule();
  if (sealing === undefined || sealing.trapped) {
    sealing = new DocumentInstance<DocumentExports>(
      instantiateSeal(module, trapProofRegistry()) as unknown as WithMemory<DocumentExports>,
    );
  }
  return sealing;
}

/** Returns the smallest module: it is all that a worker needs. */
export function smallestModule(): Promise<WebAssembly.Module> {
  sealModule ??= retried(source().seal(), () => (sealModule = undefined));
  return sealModule;
}

/** Starts a worker. */
export function startWorker(): Channel {
  const start = source().worker;
  if (start === undefined) {
    throw new SealwrightError("environment", "environment", "this runtime has no workers");
  }
  return start();
}

/** Returns the one instance that has hybrid keys besides, made anew after a trap. */
export async function sealPqInstance(): Promise<SealInstance> {
  const load = source().sealPq;
  if (gateModule !== undefined || load === undefined) {
    return gateInstance();
  }
  sealPqModule ??= retried(load(), () => (sealPqModule = undefined));
  const [module, { instantiate }] = await Promise.all([sealPqModule, import("./wasm/seal-pq.js")]);
  if (sealingPq === undefined || sealingPq.trapped) {
    const exports = instantiate(module, trapProofRegistry()) as unknown as WithMemory<DocumentExports>;
    sealingPq = new DocumentInstance<DocumentExports>(exports);
  }
  return sealingPq;
}

/** Returns the one instance of the gate, made anew after a trap. */
export async function gateInstance(): Promise<GateInstance> {
  gateModule ??= retried(source().gate(), () => (gateModule = undefined));
  const module = await gateModule;
  if (gating === undefined || gating.trapped) {
    gating = new DocumentInstance<typeof GateExports>(instantiateGate(module, trapProofRegistry()));
  }
  return gating;
}

/** Returns a fresh instance for one policy. */
export async function policyInstance(): Promise<PolicyInstance> {
  policyModule ??= retried(source().policy(), () => (policyModule = undefined));
  return new Instance(instantiatePolicy(await policyModule, trapProofRegistry()), "policy_trap", "policy");
}

/** Returns a fresh instance for one policy that came compiled. */
export async function programInstance(): Promise<ProgramInstance> {
  programModule ??= retried(source().policyProgram(), () => (programModule = undefined));
  return new Instance(instantiateProgram(await programModule, trapProofRegistry()), "policy_trap", "policy");
}

/** Returns a fresh instance for one bundle. */
export async function bundleInstance(): Promise<BundleInstance> {
  bundleModule ??= retried(source().bundle(), () => (bundleModule = undefined));
  return new Instance(instantiateBundle(await bundleModule, trapProofRegistry()), "policy_trap", "policy");
}

/** Returns a fresh instance that explains, filters and checks. */
export async function policyToolsInstance(): Promise<PolicyToolsInstance> {
  const load = source().policyTools;
  if (load === undefined) {
    const reason = "this runtime has no policy tools: import `sealwright/tools`";
    throw new SealwrightError("environment", "environment", reason);
  }
  policyToolsModule ??= retried(load(), () => (policyToolsModule = undefined));
  const [module, { instantiate }] = await Promise.all([policyToolsModule, import("./wasm/policy-tools.js")]);
  return new Instance(instantiate(module, trapProofRegistry()), "policy_trap", "policy");
}

/** Returns a fresh instance for one policy that has the reference tier besides, if this runtime has its module. */
export async function policyReferenceInstance(): Promise<PolicyToolsInstance | undefined> {
  const load = source().policyReference;
  if (load === undefined) {
    return undefined;
  }
  policyReferenceModule ??= retried(load(), () => (policyReferenceModule = undefined));
  const [module, { instantiate }] = await Promise.all([policyReferenceModule, import("./wasm/policy-reference.js")]);
  const exports = instantiate(module, trapProofRegistry()) as unknown as typeof PolicyToolsExports;
  return new Instance(exports, "policy_trap", "policy");
}

type WithMemory<Exports> = Exports & { readonly memory: WebAssembly.Memory };

/** Is an instance that documents go through. */
export class DocumentInstance<Exports extends DocumentExports> extends Instance<Exports> {
  readonly #exports: WithMemory<Exports>;
  #exchange: Exchange | undefined;

  constructor(exports: WithMemory<Exports>) {
    super(exports, "trap", "environment");
    this.#exports = exports;
  }

  /** Makes a call with bytes. */
  exchange<Result>(call: (exchange: Exchange) => Result): Result {
    return this.run((core) => call((this.#exchange ??= new Exchange(this.#exports.memory, new core.Buffers(SLICE_SIZE)))));
  }
}

function source(): Modules {
  if (modules === undefined) {
    throw new SealwrightError("environment", "environment", "no loader for this runtime: import the package by its name");
  }
  return { ...modules, ...added };
}

/** Lets the next call try again where a network failed. */
function retried<Value>(loading: Promise<Value>, forget: () => void): Promise<Value> {
  loading.catch(forget);
  return loading;
}
