// Every vector and journey, in Node.
import assert from "node:assert/strict";
import test from "node:test";

import * as sealwright from "sealwright";

import { failureOf, journeys } from "./suite.js";
import { bundle } from "./vectors.js";

const { library, vectors } = bundle();
for (const { kind, name, vector } of vectors) {
  test(`${kind}/${name}`, async () => {
    assert.equal(await failureOf({ sealwright, library }, kind, vector), null);
  });
}

for (const [name, journey] of Object.entries(journeys)) {
  test(`journey/${name}`, () => journey(sealwright));
}
