import { useModules } from "./instance.js";
import bundle from "./wasm/bundle.wasm";
import gate from "./wasm/gate.wasm";
import policyProgram from "./wasm/policy-program.wasm";
import policy from "./wasm/policy.wasm";
import seal from "./wasm/seal.wasm";

useModules({
  seal: async () => seal,
  gate: async () => gate,
  policy: async () => policy,
  policyProgram: async () => policyProgram,
  bundle: async () => bundle,
});

export * from "./index.js";
