// The edge's suite, as far as it is about decisions and releases, on the component of WASI 0.2.
import test from "node:test";

import { held, wasmtime } from "./component.js";
import { Stage } from "./edge-suite.js";
import { World } from "./edge-world.js";

const world = await World.create();
test.after(() => world.end());

test("an edge on wasmtime", async (context) => {
  const host = await wasmtime(world, world.settings());
  context.after(() => host.stop());
  const stage = await Stage.create(world, host);
  for (const [promise, holds] of held) {
    await context.test(promise, () => holds(stage));
  }
});
