import { readFile } from "node:fs/promises";

import { useModules } from "./instance.js";
import { hasSimd } from "./simd.js";

async function compiled(file: URL): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(file));
}

const simd = hasSimd();

useModules({
  seal: () =>
    compiled(simd ? new URL("./wasm/seal.wasm", import.meta.url) : new URL("./wasm/seal.scalar.wasm", import.meta.url)),
  sealPq: () =>
    compiled(simd ? new URL("./wasm/seal-pq.wasm", import.meta.url) : new URL("./wasm/seal-pq.scalar.wasm", import.meta.url)),
  gate: () =>
    compiled(simd ? new URL("./wasm/gate.wasm", import.meta.url) : new URL("./wasm/gate.scalar.wasm", import.meta.url)),
  policy: () => compiled(new URL("./wasm/policy.wasm", import.meta.url)),
});

export * from "./index.js";
