// Every vector and journey, in headless Chromium.
import assert from "node:assert/strict";
import test from "node:test";

import { leftOut, openPage } from "./browser.js";
import { journeys } from "./suite.js";
import { bundle } from "./vectors.js";

test("every vector and journey holds in Chromium", { skip: leftOut }, async (context) => {
  const vectors = bundle();
  const { page, close } = await openPage({ json: { "/vectors.json": vectors } });
  try {
    const results = await page.evaluate(async () => {
      const [sealwright, { run }, response] = await Promise.all([
        import(`${location.origin}/sealwright/browser.js`),
        import(`${location.origin}/suite.js`),
        fetch("/vectors.json"),
      ]);
      return run(sealwright, await response.json());
    });
    assert.equal(results.length, vectors.vectors.length + Object.keys(journeys).length);
    for (const { name, failure } of results) {
      await context.test(name, () => assert.equal(failure, null));
    }
  } finally {
    await close();
  }
});
