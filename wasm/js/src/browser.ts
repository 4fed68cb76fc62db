import { SealwrightError } from "./error.js";
import { useModules } from "./instance.js";
import { hasSimd } from "./simd.js";
import type { Channel } from "./team.js";

async function compiled(address: URL): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new SealwrightError("environment", "environment", `\`${address}\` answered ${response.status}`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
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
  policyProgram: () => compiled(new URL("./wasm/policy-program.wasm", import.meta.url)),
  bundle: () => compiled(new URL("./wasm/bundle.wasm", import.meta.url)),
  policyTools: () => compiled(new URL("./wasm/policy-tools.wasm", import.meta.url)),
  policyReference: () => compiled(new URL("./wasm/policy-reference.wasm", import.meta.url)),
  worker,
});

function worker(): Channel {
  const worker = new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" });
  return {
    post: (task, transfer) => worker.postMessage(task, transfer),
    listen: (answered, failed) => {
      worker.onmessage = (event) => answered(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        failed(event.error);
      };
      worker.onmessageerror = () => failed(undefined);
    },
    hold: () => undefined,
    close: () => worker.terminate(),
  };
}

export * from "./index.js";
