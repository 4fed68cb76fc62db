// One suite over HTTP, on every host that an edge runs on.
import test from "node:test";

import { hosts } from "./edge-hosts.js";
import { promises as parts } from "./edge-parts-suite.js";
import { Stage, promises } from "./edge-suite.js";
import { World } from "./edge-world.js";

const world = await World.create();
test.after(() => world.end());

for (const [name, start] of Object.entries(hosts)) {
  test(`an edge on ${name}`, async (context) => {
    const host = await start(world, world.settings());
    context.after(() => host.stop());
    const stage = await Stage.create(world, host);
    for (const [promise, holds] of Object.entries({ ...promises, ...parts })) {
      await context.test(promise, () => holds(stage));
    }
  });
}
