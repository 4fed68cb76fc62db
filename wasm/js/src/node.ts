import { readFile } from "node:fs/promises";

import { useModules } from "./instance.js";

async function compiled(file: URL): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(file));
}

useModules({
  seal: () => compiled(new URL("./wasm/seal.wasm", import.meta.url)),
  sealPq: () => compiled(new URL("./wasm/seal-pq.wasm", import.meta.url)),
  gate: () => compiled(new URL("./wasm/gate.wasm", import.meta.url)),
  policy: () => compiled(new URL("./wasm/policy.wasm", import.meta.url)),
});

export * from "./index.js";
