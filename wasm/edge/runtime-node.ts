import { readFile } from "node:fs/promises";

import { useModule } from "./module.js";

useModule(async () => WebAssembly.compile(await readFile(new URL("../wasm/edge.wasm", import.meta.url))));

export * from "./index.js";
