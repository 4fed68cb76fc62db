// The portal as people use it: the identity provider, the edge and the page run as `make portal` starts them, in headless Chromium.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { Decrypter } from "age-encryption";
import { Gate, Policy, Prover, ReleaseClient, Signer, detach } from "sealwright";

import { launch, leftOut } from "./browser.js";
import { faint, nameless } from "./looks.js";
import { add, card, enrol, portal, shows, signIn, signOut, upload } from "./portal.js";
import { inRepository } from "./vectors.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("../../../wasm/portal/demo/start.js").Demo} Demo */

const file = "support/ticket-48213-double-charge.txt";
const name = "ticket-48213-double-charge.txt";
const source = inRepository(`tests/corpus/${file}`);
const picture = inRepository("tests/corpus/media/tickets-per-quarter.png");
const contrast = 4.5;

/** @type {Demo} */
let demo;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {string} */
let folder;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "portal-"));
  demo = await portal();
  browser = leftOut ? browser : await launch();
});

test.after(async () => {
  await browser?.close();
  await demo.close();
  await rm(folder, { recursive: true });
});

test("only the portal's own files are served", async () => {
  for (const path of [
    "/serve.js",
    "/demo/start.js",
    "/../js/package.json",
    "/sealwright/../package.json",
    "/%2e%2e/serve.js",
    "//etc/passwd",
    "/package.json",
    "/sealwright/",
  ]) {
    assert.equal((await raw(path)).status, 404, path);
  }
  assert.equal((await raw("/", "POST")).status, 405);
  const { status, headers, body } = await raw("/sealwright/wasm/seal.wasm", "HEAD");
  assert.deepEqual([status, headers["content-type"], body], [200, "application/wasm", ""]);
  const security = String(headers["content-security-policy"]);
  assert.match(security, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.ok(security.includes(`connect-src 'self' ${demo.edge} ${demo.issuer}`), security);
});

portalTest("a file is masked, sealed and stored, and each person sees of it what the policy allows", async (page) => {
  const planted = await plantedIn(file);
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, source);
  await shows(card(page, name), "2 card numbers, 1 e-mail address, 1 phone number");
  await shows(card(page, name), "Analysts all of it, for analysis and search, with a second factor");
  await shows(card(page, name), "Trainers masked, for model training, with a second factor");
  await card(page, name).getByText("Preview of what readers of masked text see").click();
  await card(page, name).locator("mark").first().waitFor();
  assert.deepEqual(await card(page, name).locator("mark").allTextContents(), [
    "<EMAIL_ADDRESS>",
    "************",
    "************",
    "<PHONE_NUMBER>",
  ]);
  await upload(page, name);
  const path = await downloaded(page, () =>
    card(page, name)
      .getByRole("button", { name: /^Save receipt/ })
      .click(),
  );
  const receipt = JSON.parse(await readFile(path, "utf8"));
  assert.match(receipt.blake3, /^[0-9a-f]{64}$/);
  const stored = await everythingStored();
  assert.deepEqual(
    [...planted, name].filter((text) => stored.includes(text)),
    [],
  );

  await signOut(page);
  await signIn(page, "Ana");
  await opened(page, receipt.id);
  await shows(document(page, receipt.id), "Opened in full");
  await shows(document(page, receipt.id), "Signed by");
  assert.equal(await document(page, receipt.id).locator("pre").textContent(), await readFile(source, "utf8"));
  const saved = await downloaded(page, () =>
    document(page, receipt.id)
      .getByRole("button", { name: /^Save opened file/ })
      .click(),
  );
  assert.deepEqual(await readFile(saved), await readFile(source));

  await signOut(page);
  await signIn(page, "Tom");
  await opened(page, receipt.id);
  await shows(document(page, receipt.id), "Opened with personal data masked");
  const masked = (await document(page, receipt.id).locator("pre").textContent()) ?? "";
  assert.match(masked, /confirmation mail, to <EMAIL_ADDRESS>\./);
  assert.deepEqual(
    planted.filter((text) => masked.includes(text)),
    [],
  );
});

portalTest(
  "the wrong purpose, a sign-in without a second factor and a revoked person are refused with the reason",
  async (page) => {
    await signIn(page, "Ines");
    await enrol(page);
    await page.getByRole("checkbox", { name: /^Search/ }).uncheck();
    await add(page, source);
    await upload(page, name);
    const id = await storedId(page, name);
    await page.getByLabel("Classification").selectOption("internal");
    await page.getByRole("checkbox", { name: /^Search/ }).check();
    await add(page, inRepository("tests/corpus/support/ticket-50119-warranty-oven.txt"));
    await upload(page, "ticket-50119-warranty-oven.txt");
    const internal = await storedId(page, "ticket-50119-warranty-oven.txt");

    await signOut(page);
    await signIn(page, "Ana");
    await page.getByLabel("Opened for").selectOption("retrieve");
    await refused(page, id);
    await shows(document(page, id), "The file was not sealed for search.");

    await signOut(page);
    await signIn(page, "Ana", { second: false });
    assert.equal(await document(page, id).count(), 0, "a confidential document is not listed without a second factor");
    await opened(page, internal);
    await shows(document(page, internal), "Opened in full");
    await asked(page, id);
    await shows(document(page, id), "A sensitive file needs a second factor, and you signed in without one.");

    await signOut(page);
    await signIn(page, "Nell");
    await page.getByLabel("Opened for").selectOption("analyse");
    await opened(page, internal);
    await shows(document(page, internal), "Opened with personal data masked");
    await asked(page, id);
    await shows(document(page, id), "You are not cleared for these files.");

    await signOut(page);
    await signIn(page, "Rex");
    await shows(page, "There is nothing that you may fetch.");
    await asked(page, internal);
    await shows(document(page, internal), "Your access was revoked.");
  },
  { complaints: /403/ },
);

portalTest("notebooks open by clients of their own, each what its person may", async (page) => {
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, source);
  await upload(page, name);
  const id = await storedId(page, name);

  const ana = notebook("ana");
  const sealed = new Uint8Array(await (await ana.fetch(`v1/objects/${id}`)).arrayBuffer());
  const { senders } = await (await fetch(`${demo.edge}/v1/configuration`)).json();
  const policy = await Policy.fromBundle(fetch(`${demo.edge}/v1/policy`), { trustedSigners: [demo.policySigner] });
  const opened = (
    /** @type {string} */ person,
    /** @type {string} */ role,
    /** @type {string} */ purpose,
    /** @type {ReleaseClient} */ release,
  ) => {
    const subject = {
      type: "user",
      id: `notebook-${person}`,
      properties: { roles: [role], tenant: "acme", amr: ["pwd", "mfa"] },
    };
    return new Gate({ policy, subject, purpose, trustedSenders: senders }).open(sealed, { release });
  };
  assert.deepEqual(Buffer.from(await opened("ana", "analyst", "analyse", ana)), await readFile(source));
  assert.match(
    new TextDecoder().decode(await opened("tom", "trainer", "train", notebook("tom"))),
    /to <EMAIL_ADDRESS>\./,
  );

  const { header } = await detach(sealed);
  for (const [person, reason] of [
    ["nell", "mfa_required"],
    ["rex", "subject_revoked"],
  ]) {
    const { results } = await notebook(String(person)).release([header], { purpose: "analyse" });
    assert.ok(results[0]?.decision?.reasons.includes(String(reason)), JSON.stringify(results));
    assert.equal(results[0]?.header, undefined);
  }
});

portalTest(
  "a key is taken from contributors alone, in their own name and at its own id",
  async (page) => {
    await signIn(page, "Ines");
    const [own, other] = await Promise.all(
      ["ines@acme.example", "ana@acme.example"].map(async (name) => String((await Signer.generate(name)).verifier)),
    );
    const brought = [
      bring(own, "ines@acme.example+00000000"),
      bring(other),
      bring(`${own}\n${own}`),
      bring("nonsense"),
      bring("x".repeat(2000), "x"),
      bring(own),
      bring(own),
    ];
    assert.deepEqual(await statuses(page, brought), [400, 400, 400, 400, 413, 201, 204]);
    await signOut(page);
    await signIn(page, "Ines", { second: false });
    assert.deepEqual(await statuses(page, [bring(own)]), [403]);
    await signOut(page);
    await signIn(page, "Ana");
    assert.deepEqual(await statuses(page, [bring(other)]), [403]);
  },
  { complaints: /40[03]|413/ },
);

portalTest("a refusal to seal says why, and lifts when its cause does", async (page) => {
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, source, picture);
  await shows(card(page, "tickets-per-quarter.png"), "The file is not plain text, so it cannot be checked or masked.");
  assert.equal(await card(page, "tickets-per-quarter.png").getByRole("button", { name: /^Seal/ }).count(), 0);
  await page.getByRole("checkbox", { name: /^Model training/ }).uncheck();
  await shows(card(page, "tickets-per-quarter.png"), "The policy allows sealing this file");
  await page.getByRole("checkbox", { name: /^Search/ }).uncheck();
  await page.getByRole("checkbox", { name: /^Analysis/ }).uncheck();
  await shows(card(page, name), "The label names no purpose, so nobody could ever open the file.");
});

portalTest("text is masked before sealing where nobody may see it in full", async (page) => {
  await signIn(page, "Ines");
  await enrol(page);
  await page.getByRole("checkbox", { name: /^Search/ }).uncheck();
  await page.getByRole("checkbox", { name: /^Analysis/ }).uncheck();
  await add(page, source);
  await shows(card(page, name), "1 e-mail address: replaced by <EMAIL_ADDRESS>");
  await shows(card(page, name), "Preview of what is sealed");
});

portalTest("several files and a whole folder are sent at once", async (page) => {
  const whole = join(folder, "whole");
  await mkdir(join(whole, "deep"), { recursive: true });
  await writeFile(join(whole, "one.txt"), "one\n");
  await writeFile(join(whole, "deep", "two.txt"), "two\n");
  await signIn(page, "Ines");
  await enrol(page);
  await page.locator("sealwright-upload input[webkitdirectory]").setInputFiles(whole);
  await card(page, "whole/deep/two.txt").waitFor();
  await page.getByRole("button", { name: "Seal and upload 2 files" }).click();
  await shows(page, "2 of 2 uploaded");
});

portalTest("files are dropped anywhere on the page", async (page) => {
  await signIn(page, "Ines");
  await enrol(page);
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["write to ana@customers.example\n"], "dropped.txt", { type: "text/plain" }));
    window.document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await shows(card(page, "dropped.txt"), "1 e-mail address");
  await upload(page, "dropped.txt");
});

portalTest(
  "who stays until the sign-in ends is told so",
  async (page) => {
    await signIn(page, "Ines");
    await enrol(page);
    await add(page, source);
    await shows(card(page, name), "The policy allows sealing this file");
    const problem = {
      status: 401,
      contentType: "application/problem+json",
      headers: { "access-control-allow-origin": new URL(demo.portal).origin },
      body: '{"code":"token_expired"}',
    };
    await page
      .context()
      .route(/\/v1\/objects\//, (route) =>
        route.request().method() === "PUT" ? route.fulfill(problem) : route.continue(),
      );
    await page.route(`${demo.issuer}/token`, (route) =>
      route.fulfill({ ...problem, status: 400, contentType: "application/json", body: '{"error":"invalid_grant"}' }),
    );
    await card(page, name)
      .getByRole("button", { name: /^Seal and upload/ })
      .click();
    await shows(card(page, name), "Your sign-in has ended.");
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByLabel("Password").waitFor();
  },
  { complaints: /40[01]/ },
);

portalTest("without a second factor nobody has a browser trusted, nor a confidential file sealed", async (page) => {
  await signIn(page, "Ines", { second: false, trusted: false });
  await shows(page, "Only contributors who signed in with a second factor can have it trusted.");
  await add(page, source);
  await shows(card(page, name), "A confidential file needs a second factor, and you signed in without one.");
});

portalTest(
  "what is offline goes on when it is back",
  async (page) => {
    await signIn(page, "Ines");
    await enrol(page);
    await add(page, source);
    await page.context().setOffline(true);
    await card(page, name)
      .getByRole("button", { name: /^Seal and upload/ })
      .click();
    await shows(card(page, name), "You are offline.");
    await page.context().setOffline(false);
    await shows(card(page, name), "Sealed and uploaded");
  },
  { complaints: /ERR_INTERNET_DISCONNECTED/ },
);

portalTest(
  "what the edge cannot store is explained, and tried again without sealing again",
  async (page) => {
    await signIn(page, "Ines");
    await enrol(page);
    await add(page, source);
    await page
      .context()
      .route(/\/v1\/objects\//, (route) =>
        route.request().method() === "PUT"
          ? route.fulfill({
              status: 502,
              contentType: "application/problem+json",
              headers: { "access-control-allow-origin": new URL(demo.portal).origin },
              body: '{"code":"bucket_failed","status":502}',
            })
          : route.continue(),
      );
    await card(page, name)
      .getByRole("button", { name: /^Seal and upload/ })
      .click();
    await shows(card(page, name), "The server could not reach its storage.");
    await page.context().unroute(/\/v1\/objects\//);
    const events = watched(page, ["sealed", "uploaded", "failed"]);
    await card(page, name)
      .getByRole("button", { name: /^Try again/ })
      .click();
    await shows(card(page, name), "Sealed and uploaded");
    assert.deepEqual(await events(), ["uploaded"]);
  },
  { complaints: /502/ },
);

portalTest(
  "a document whose receipt was lost on its way is not stored twice",
  async (page) => {
    await signIn(page, "Ines");
    await enrol(page);
    await add(page, source);
    await page.context().route(/\/v1\/objects\//, async (route) => {
      if (route.request().method() === "PUT") {
        await route.fetch();
        await route.abort("connectionreset");
      } else {
        await route.continue();
      }
    });
    await card(page, name)
      .getByRole("button", { name: /^Seal and upload/ })
      .click();
    await shows(card(page, name), "The server does not answer.");
    await page.context().unroute(/\/v1\/objects\//);
    await card(page, name)
      .getByRole("button", { name: /^Try again/ })
      .click();
    await shows(card(page, name), "An earlier try got through");
    await shows(card(page, name), "Sealed and uploaded");
  },
  { complaints: /409|ERR_CONNECTION_RESET/ },
);

portalTest("a file that vanishes is explained", async (page) => {
  const vanishing = join(folder, "vanishing.txt");
  await writeFile(vanishing, "here for now\n");
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, vanishing);
  await shows(card(page, "vanishing.txt"), "The policy allows sealing this file");
  await rm(vanishing);
  await card(page, "vanishing.txt")
    .getByRole("button", { name: /^Seal and upload/ })
    .click();
  await card(page, "vanishing.txt")
    .getByText(/The file (is gone|can no longer be read)\./)
    .waitFor();
});

portalTest("too little room is explained, and nothing half is left", async (page) => {
  await signIn(page, "Ines");
  await enrol(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(demo.portal).origin, quotaSize: 1000 });
  await add(page, source);
  await card(page, name)
    .getByRole("button", { name: /^Seal and upload/ })
    .click();
  await shows(card(page, name), "This browser has too little room left for the sealed file.");
  assert.deepEqual(await deposits(page), []);
});

portalTest("sealing and uploading are cancelled and begun again, and leave nothing behind", async (page) => {
  const large = join(folder, "large.csv");
  await writeFile(large, "4711,someone@customers.example,12.50,a line of a customer's export\n".repeat(1_200_000));
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, large);
  await cancel(page, "Checking");
  await card(page, "large.csv")
    .getByRole("button", { name: /^Check/ })
    .click();
  await shows(card(page, "large.csv"), "1,200,000 e-mail addresses");
  await card(page, "large.csv")
    .getByRole("button", { name: /^Seal and upload/ })
    .click();
  await cancel(page, "Sealing");
  await card(page, "large.csv")
    .getByRole("button", { name: /^Seal and upload/ })
    .click();
  assert.match(
    await card(page, "large.csv")
      .getByText(/ left$/)
      .innerText(),
    /^\d+ % · [\d.]+ [KM]B\/s · \d+ s left$/,
  );
  await cancel(page, "Uploading");
  await card(page, "large.csv")
    .getByRole("button", { name: /^Upload/ })
    .click();
  await shows(card(page, "large.csv"), "Sealed and uploaded");
  assert.deepEqual(await deposits(page), []);
});

portalTest(
  "a large file goes in parts, several at once, and one that fails goes again by itself",
  async (page) => {
    const path = await inFourParts(page);
    const together = arrivals(4);
    const counts = await routedParts(page, async (route, number) => {
      await together(number);
      await (counts[number] === 1 && number === 2 ? route.fulfill(failing(502, "bucket_failed")) : route.continue());
    });
    const shown = progress(page);
    await upload(page, "large.txt");
    assert.deepEqual(counts, { 1: 1, 2: 2, 3: 1, 4: 1 });
    const values = await shown();
    assert.ok(values.length > 0);
    assert.deepEqual(
      values,
      [...values].sort((one, other) => one - other),
    );
    const id = await storedId(page, "large.txt");
    const decrypter = new Decrypter();
    decrypter.addIdentity(demo.identity.reveal());
    const opened = await decrypter.decrypt(await readFile(join(demo.folder, "documents", id)));
    assert.ok(Buffer.from(opened).equals(await readFile(path)));
    assert.deepEqual([await deposits(page), await unfinished()], [[], []]);
  },
  { complaints: /502/ },
);

portalTest(
  "a large file that failed goes on with what is missing",
  async (page) => {
    await stuck(page);
    const counts = await routedParts(page, (route) => route.continue());
    await card(page, "large.txt")
      .getByRole("button", { name: /^Try again/ })
      .click();
    await shows(card(page, "large.txt"), "Sealed and uploaded");
    assert.deepEqual(counts, { 3: 1 });
    assert.deepEqual(await unfinished(), []);
  },
  { complaints: /507/ },
);

portalTest(
  "a large file whose upload the edge no longer knows begins anew",
  async (page) => {
    await stuck(page);
    for (const name of await unfinished()) {
      await rm(join(demo.folder, "documents", ".unfinished", name), { recursive: true });
    }
    const counts = await routedParts(page, (route) => route.continue());
    await card(page, "large.txt")
      .getByRole("button", { name: /^Try again/ })
      .click();
    await shows(card(page, "large.txt"), "Sealed and uploaded");
    assert.deepEqual(counts, { 1: 1, 2: 1, 3: 2, 4: 1 });
  },
  { complaints: /507|410/ },
);

portalTest("a large file that is cancelled or removed leaves nothing at the edge", async (page) => {
  await inFourParts(page);
  for (const end of [() => cancel(page, "Uploading"), () => page.getByRole("button", { name: /^Remove large.txt/ }).click()]) {
    const together = arrivals(4);
    await routedParts(page, async (route, number) => {
      await together(number);
      // It is on its way for as long as it takes.
      await (number === 3 ? undefined : route.continue());
    });
    await card(page, "large.txt")
      .getByRole("button", { name: /^(Seal and upload|Upload)/ })
      .click();
    await page.waitForResponse((response) => /\/uploads\/4$/.test(response.url()));
    assert.equal((await unfinished()).length, 1);
    const [given] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "DELETE"),
      end(),
    ]);
    assert.equal(given.status(), 204);
    assert.deepEqual(await unfinished(), []);
  }
  assert.deepEqual(await deposits(page), []);
});

portalTest("a policy that the pinned signer did not sign is not believed", async (page) => {
  const other = String((await Signer.generate("policy.acme.example")).verifier);
  await page.route("**/settings.json", (route) => route.fulfill({ json: { edge: demo.edge, policy_signer: other } }));
  await signIn(page, "Ines", { ready: "failed" });
  await shows(page, "The server’s policy was not signed by whom this page trusts.");
  assert.equal(await page.getByRole("button", { name: "Trust this browser" }).count(), 0);
});

portalTest("recipients that stand in no signed policy are sealed to by nobody", async (page) => {
  await page.route("**/v1/configuration", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      json: {
        ...(await answer.json()),
        recipients: ["age1gde3ncmahlqd9gg50tanl99r960llztrhfapnmx853s4tjum03uqfssgdh"],
      },
    });
  });
  await signIn(page, "Ines", { ready: "failed" });
  await shows(page, "The server names keys that nobody vouched for.");
});

portalTest("the page is used from the keyboard alone", async (page) => {
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, source);
  await shows(card(page, name), "The policy allows sealing this file");
  await page.locator("h1").click();
  await page.locator("body").focus();
  /** @type {string[]} */
  const stops = [];
  for (let at = 0; at < 30 && !stops.at(-1)?.startsWith("Seal and upload"); at += 1) {
    await page.keyboard.press("Tab");
    stops.push(await focused(page));
  }
  for (const stop of ["Sign out", "Choose a whole folder", `Remove ${name} from the list`, `Seal and upload ${name}`]) {
    assert.ok(stops.includes(stop), `${stop} is not among ${stops.join(", ")}`);
  }
  await page.keyboard.press("Enter");
  await shows(card(page, name), "Sealed and uploaded");
  assert.equal(await focused(page), `Save receipt ${name}`);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  portalTest(
    `everything has a name and stands out, ${colorScheme}`,
    async (page) => {
      await signIn(page, "Ines", { trusted: false });
      assert.deepEqual(await page.evaluate(faint, contrast), []);
      await enrol(page);
      await add(page, source, picture);
      await shows(card(page, "tickets-per-quarter.png"), "The policy refuses to seal this file");
      await card(page, name).getByText("Preview of what readers of masked text see").click();
      await card(page, name).locator("mark").first().waitFor();
      assert.deepEqual(await page.evaluate(nameless), []);
      assert.deepEqual(await page.evaluate(faint, contrast), []);
      await upload(page, name);
      assert.deepEqual(await page.evaluate(faint, contrast), []);
      await signOut(page);
      assert.deepEqual(await page.evaluate(nameless), []);
      await signIn(page, "Ana");
      assert.deepEqual(await page.evaluate(nameless), []);
      assert.deepEqual(await page.evaluate(faint, contrast), []);
    },
    { colorScheme },
  );
}

portalTest(
  "nothing is cut off on a small phone",
  async (page) => {
    const fits = () =>
      page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    assert.ok(await fits());
    await signIn(page, "Ines", { trusted: false });
    assert.ok(await fits());
    await enrol(page);
    await add(page, source, picture);
    await shows(card(page, "tickets-per-quarter.png"), "The policy refuses to seal this file");
    await upload(page, name);
    assert.ok(await fits());
    await signOut(page);
    await signIn(page, "Ana");
    assert.ok(await fits());
  },
  { viewport: { width: 320, height: 700 } },
);

/**
 * Runs a test in a fresh page, which must not complain on its console nor against its own security policy.
 *
 * @param {string} title
 * @param {(page: Page) => Promise<void>} body
 * @param {import("playwright-core").BrowserContextOptions & { complaints?: RegExp }} options with what it may complain of
 */
function portalTest(title, body, { complaints: expected, ...options } = {}) {
  test(title, { skip: leftOut }, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    /** @type {string[]} */
    const complaints = [];
    page.on("console", (message) => complaints.push(`${message.text()} ${message.location().url}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    try {
      await page.goto(demo.portal);
      await body(page);
      assert.deepEqual(
        complaints.filter((text) => !expected?.test(text)),
        [],
      );
    } finally {
      await context.close();
    }
  });
}

/**
 * @param {Page} page
 * @param {string} id
 */
function document(page, id) {
  return page.locator(`li[data-id="${id}"]`);
}

/**
 * @param {Page} page
 * @param {string} id
 */
async function opened(page, id) {
  await document(page, id)
    .getByRole("button", { name: /^Open / })
    .click();
  await page.locator(`li[data-id="${id}"][data-state=opened]`).waitFor();
}

/**
 * @param {Page} page
 * @param {string} id
 */
async function refused(page, id) {
  await document(page, id)
    .getByRole("button", { name: /^Open / })
    .click();
  await page.locator(`li[data-id="${id}"][data-state=refused]`).waitFor();
  assert.equal(await document(page, id).locator("pre").count(), 0);
}

/**
 * Returns a client that acts as a person's notebook.
 *
 * @param {string} person
 */
function notebook(person) {
  const prover = Prover.generate();
  const token = async () => {
    const url = `${demo.issuer}/token`;
    const id = `notebook-${person}`;
    const headers = {
      authorization: `Basic ${Buffer.from(`${id}:${demo.secrets[id]}`).toString("base64")}`,
      dpop: await (await prover).prove("POST", url),
    };
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    assert.equal(response.status, 200);
    return (await response.json()).access_token;
  };
  return new ReleaseClient(demo.edge, {
    token,
    prove: async (method, url, token) => (await prover).prove(method, url, token),
  });
}

/**
 * Asks for a document by its id, which is refused.
 *
 * @param {Page} page
 * @param {string} id
 */
async function asked(page, id) {
  await page.getByLabel("Document id").fill(id);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.locator(`li[data-id="${id}"][data-state=refused]`).waitFor();
}

/**
 * Says what a request to enrol a key is.
 *
 * @param {string} verifier
 */
function bring(verifier, id = verifier.split("+").slice(0, 2).join("+")) {
  return { path: `/v1/senders/${encodeURIComponent(id)}`, body: verifier };
}

/**
 * Returns what the edge answers the person who is signed in.
 *
 * @param {Page} page
 * @param {{ path: string, body: string }[]} requests
 * @returns {Promise<number[]>}
 */
async function statuses(page, requests) {
  return page.evaluate(
    async ({ edge, requests }) => {
      const [{ signedIn }, { Edge }] = await Promise.all([
        import(`${location.origin}/sign-in.js`),
        import(`${location.origin}/edge.js`),
      ]);
      const configuration = await new Edge(edge, () => undefined).configuration();
      const person = await signedIn(configuration);
      const asking = new Edge(edge, () => person);
      const statuses = [];
      for (const { path, body } of requests) {
        const { url, headers } = await asking.proof("PUT", path);
        statuses.push((await fetch(url, { method: "PUT", headers, body })).status);
      }
      return statuses;
    },
    { edge: demo.edge, requests },
  );
}

/**
 * @param {Page} page
 * @param {string} file
 */
async function storedId(page, file) {
  return (await card(page, file).locator("dd code").first().textContent()) ?? "";
}

/**
 * Cancels as soon as a phase has begun.
 *
 * @param {Page} page
 * @param {string} phase
 */
async function cancel(page, phase) {
  await page.waitForFunction((wanted) => {
    const root = document.querySelector("sealwright-upload")?.shadowRoot;
    const card = [...(root?.querySelectorAll(".card") ?? [])].find(
      (card) => card.querySelector(".meter:not([hidden]) span")?.textContent === wanted,
    );
    const button = [...(card?.querySelectorAll("button") ?? [])].find(({ textContent }) =>
      textContent?.startsWith("Cancel"),
    );
    button?.click();
    return button !== undefined;
  }, phase);
}

/**
 * Adds a file that goes in four parts, and waits until it may be sent.
 *
 * @param {Page} page
 */
async function inFourParts(page) {
  const path = join(folder, "large.txt");
  await writeFile(path, "a line of a long text, without anything that would have to be masked\n".repeat(400_000));
  await signIn(page, "Ines");
  await enrol(page);
  await add(page, path);
  await shows(card(page, "large.txt"), "The policy allows sealing this file");
  return path;
}

/**
 * Has a file fail whose parts are all sent but the third.
 *
 * @param {Page} page
 */
async function stuck(page) {
  await inFourParts(page);
  /** @type {Set<string>} */
  const answered = new Set();
  page.on("response", (response) => answered.add(response.url().split("/uploads/")[1] ?? ""));
  await routedParts(page, async (route, number) => {
    if (number !== 3) {
      await route.continue();
      return;
    }
    while (!["1", "2", "4"].every((other) => answered.has(other))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await route.fulfill(failing(507, "bucket_full"));
  });
  await card(page, "large.txt")
    .getByRole("button", { name: /^Seal and upload/ })
    .click();
  await shows(card(page, "large.txt"), "The server has no room left.");
}

/**
 * Stands in the way of parts, and counts how often each comes.
 *
 * @param {Page} page
 * @param {(route: import("playwright-core").Route, number: number) => Promise<void>} answer
 */
async function routedParts(page, answer) {
  /** @type {Record<number, number>} */
  const counts = {};
  const parts = /\/uploads\/\d+$/;
  await page.context().unroute(parts);
  await page.context().route(parts, async (route) => {
    if (route.request().method() !== "PUT") {
      await route.continue();
      return;
    }
    const number = Number(route.request().url().split("/").at(-1));
    counts[number] = (counts[number] ?? 0) + 1;
    await answer(route, number);
  });
  return counts;
}

/**
 * Returns what keeps everybody waiting until so many have come: nobody would, one after the other.
 *
 * @param {number} count
 */
function arrivals(count) {
  const there = new Set();
  let open = (/** @type {undefined} */ _) => undefined;
  const all = new Promise((resolve) => (open = /** @type {any} */ (resolve)));
  return (/** @type {number} */ number) => {
    there.add(number);
    there.size === count && open(undefined);
    return all;
  };
}

/**
 * Is a problem that the edge answers a page with.
 *
 * @param {number} status
 * @param {string} code
 */
function failing(status, code) {
  const headers = { "access-control-allow-origin": new URL(demo.portal).origin };
  return { status, contentType: "application/problem+json", headers, body: JSON.stringify({ code, status }) };
}

/**
 * Notes how far uploading is shown to be.
 *
 * @param {Page} page
 * @returns {() => Promise<number[]>}
 */
function progress(page) {
  const begun = page.evaluate(() => {
    /** @type {number[]} */
    const values = [];
    const look = () => {
      const root = document.querySelector("sealwright-upload")?.shadowRoot;
      const bar = /** @type {HTMLProgressElement | null} */ (root?.querySelector('progress[aria-label^="Uploading"]'));
      bar && values.at(-1) !== bar.value && values.push(bar.value);
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { values });
  });
  return async () => {
    await begun;
    return page.evaluate(() => /** @type {any} */ (window).values);
  };
}

/** Lists what the edge has of uploads that are under way. */
async function unfinished() {
  return readdir(join(demo.folder, "documents", ".unfinished"));
}

/**
 * Lists the temporary files of all tabs.
 *
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
async function deposits(page) {
  return page.evaluate(async () => {
    const names = [];
    const all = await (
      await navigator.storage.getDirectory()
    ).getDirectoryHandle("sealwright-uploads", { create: true });
    for await (const folder of /** @type {any} */ (all).values()) {
      for await (const name of folder.keys()) {
        names.push(name);
      }
    }
    return names;
  });
}

/**
 * Notes which of the element's events come.
 *
 * @param {Page} page
 * @param {string[]} names
 */
function watched(page, names) {
  const begun = page.evaluate((names) => {
    /** @type {string[]} */
    const seen = [];
    Object.assign(window, { seen });
    names.forEach((name) => window.document.addEventListener(name, () => seen.push(name)));
  }, names);
  return async () => {
    await begun;
    return page.evaluate(() => /** @type {any} */ (window).seen);
  };
}

/** @param {Page} page */
async function focused(page) {
  return page.evaluate(() => {
    let element = window.document.activeElement;
    while (element?.shadowRoot?.activeElement) {
      element = element.shadowRoot.activeElement;
    }
    return element?.ariaLabel || element?.textContent || element?.id || "";
  });
}

/**
 * @param {Page} page
 * @param {() => Promise<void>} click
 */
async function downloaded(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Returns every byte that the demo's folder holds, as text. */
async function everythingStored() {
  const entries = await readdir(demo.folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), "latin1"));
  return (await Promise.all(files)).join("\n");
}

/**
 * Returns the planted texts of a corpus file that the scanner is to find.
 *
 * @param {string} of
 */
async function plantedIn(of) {
  const lines = (await readFile(inRepository("tests/corpus/entities.jsonl"), "utf8")).trim().split("\n");
  const entities = lines.map((line) => JSON.parse(line)).filter((entity) => entity.file === of);
  const found = entities.filter(({ entity }) =>
    ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE"].includes(entity),
  );
  assert.ok(found.length > 0);
  return found.map(({ text }) => String(text));
}

/**
 * Sends a path as it stands, which `fetch` would tidy up first.
 *
 * @param {string} path
 * @param {string} method
 * @returns {Promise<{ status: number | undefined, headers: import("node:http").IncomingHttpHeaders, body: string }>}
 */
function raw(path, method = "GET") {
  const { port } = new URL(demo.portal);
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method }, async (response) => {
      const parts = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() });
    });
    sent.on("error", reject).end();
  });
}
