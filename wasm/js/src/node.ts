import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";

import { useModules } from "./instance.js";
import { hasSimd } from "./simd.js";
import type { Channel } from "./team.js";

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
  // Nobody waits for these to arrive: they are built for speed.
  policy: () => compiled(new URL("./wasm/policy.fast.wasm", import.meta.url)),
  policyProgram: () => compiled(new URL("./wasm/policy-program.fast.wasm", import.meta.url)),
  bundle: () => compiled(new URL("./wasm/bundle.wasm", import.meta.url)),
  policyTools: () => compiled(new URL("./wasm/policy-tools.wasm", import.meta.url)),
  policyReference: () => compiled(new URL("./wasm/policy-reference.wasm", import.meta.url)),
  worker,
});

function worker(): Channel {
  // None of the process's own flags: some of them, as those of a script on the command line, a worker refuses.
  const worker = new Worker(new URL("./node-worker.js", import.meta.url), { execArgv: [] });
  worker.unref();
  return {
    post: (task, transfer) => worker.postMessage(task, transfer),
    listen: (answered, failed) => worker.on("message", answered).on("error", failed).on("exit", () => failed(undefined)),
    hold: (on) => (on ? worker.ref() : worker.unref()),
    close: () => void worker.terminate(),
  };
}

export * from "./index.js";
