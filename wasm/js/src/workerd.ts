import { useModules } from "./instance.js";
import policy from "./wasm/policy.wasm";
import seal from "./wasm/seal.wasm";

useModules({
  seal: async () => seal,
  policy: async () => policy,
});

export * from "./index.js";
