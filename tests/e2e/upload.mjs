// Has headless Chromium upload files through the portal, which runs with an edge and an identity provider as `make portal` starts
// them. `node upload.mjs FILE...` prints as JSON where they are and what was stored, and ends when its input does. No two files
// have one name.
import { basename } from "node:path";

import { launch, leftOut } from "../conformance/js/browser.js";
import { add, card, enrol, portal, signIn, upload } from "../conformance/js/portal.js";

if (leftOut) {
  console.log(JSON.stringify({ missing: leftOut }));
} else {
  await served(process.argv.slice(2));
}

/** @param {string[]} files */
async function served(files) {
  const demo = await portal();
  try {
    const { edge, issuer, policySigner: policy_signer, folder, secrets: clients } = demo;
    const stored = await uploaded(demo.portal, files);
    console.log(JSON.stringify({ portal: demo.portal, edge, issuer, policy_signer, folder, clients, stored }));
    await new Promise((resolve) => process.stdin.on("end", resolve).resume());
  } finally {
    await demo.close();
  }
}

/**
 * Uploads as a contributor, and returns the id of each file that was stored.
 *
 * @param {string} address
 * @param {string[]} files
 */
async function uploaded(address, files) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await signIn(page, "Ines");
    await enrol(page);
    /** @type {Record<string, string>} */
    const stored = {};
    for (const file of files) {
      const name = basename(file);
      await add(page, file);
      const refused = card(page, name).getByText("The policy refuses to seal this file");
      await refused.or(card(page, name).getByText("The policy allows sealing this file")).first().waitFor();
      if (await refused.isVisible()) {
        continue;
      }
      await upload(page, name);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        card(page, name).getByRole("button", { name: /^Save receipt/ }).click(),
      ]);
      const pieces = await (await download.createReadStream()).toArray();
      stored[file] = JSON.parse(Buffer.concat(pieces).toString()).id;
    }
    return stored;
  } finally {
    await browser.close();
  }
}
