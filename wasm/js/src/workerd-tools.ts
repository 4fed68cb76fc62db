import { addModules } from "./instance.js";
import policyTools from "./wasm/policy-tools.wasm";

addModules({ policyTools: async () => policyTools });
