import { SealwrightError } from "../error.js";
import { instantiate } from "../wasm/edge.js";
import type { Exports } from "../wasm/edge.js";
import { Instance, trapProofRegistry } from "../trap.js";

/** Is the instance that holds the edge's keys and its policy. */
export type EdgeInstance = Instance<typeof Exports>;

let load: (() => Promise<WebAssembly.Module>) | undefined;
let loaded: WebAssembly.Module | undefined;

/** Sets where the module comes from: each runtime has its own way. */
export function useModule(from: () => Promise<WebAssembly.Module>): void {
  load = from;
}

/** Returns the module. */
export async function edgeModule(): Promise<WebAssembly.Module> {
  if (load === undefined) {
    throw new SealwrightError("environment", "environment", "no loader for this runtime: import `sealwright/edge`");
  }
  loaded ??= await load();
  return loaded;
}

/** Returns a fresh instance. */
export function edgeInstance(module: WebAssembly.Module): EdgeInstance {
  return new Instance<typeof Exports>(instantiate(module, trapProofRegistry()), "trap", "environment");
}
