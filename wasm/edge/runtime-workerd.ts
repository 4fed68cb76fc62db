import edge from "../wasm/edge.wasm";
import { useModule } from "./module.js";

useModule(async () => edge);

export * from "./index.js";
