// The portal as a person uses it, in headless Chromium.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { decrypt } from "sealwright";

import { address, serve } from "../../../wasm/portal/serve.js";
import { launch, leftOut } from "./browser.js";
import { inRepository } from "./vectors.js";

/** @typedef {import("playwright-core").Page} Page */

const file = "support/ticket-48213-double-charge.txt";
const name = "ticket-48213-double-charge.txt";
const source = inRepository(`tests/corpus/${file}`);
const contrast = 4.5;

/** @type {import("node:http").Server} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {string} */
let folder;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "portal-"));
  server = await serve(0);
  browser = leftOut ? browser : await launch();
});

test.after(async () => {
  await browser?.close();
  server.close();
  await rm(folder, { recursive: true });
});

test("only the portal's own files are served", async () => {
  for (const path of ["/serve.js", "/../js/package.json", "/sealwright/../package.json", "/%2e%2e/serve.js", "//etc/passwd", "/tsconfig.json", "/sealwright/"]) {
    assert.equal((await raw(path)).status, 404, path);
  }
  assert.equal((await raw("/", "POST")).status, 405);
  const { status, headers, body } = await raw("/sealwright/wasm/seal.wasm", "HEAD");
  assert.deepEqual([status, headers["content-type"], body], [200, "application/wasm", ""]);
  assert.match(String(headers["content-security-policy"]), /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
});

test("the policy library is served without its tests", async () => {
  const { modules, data } = JSON.parse((await raw("/policy.json")).body);
  const paths = modules.map((/** @type {{ path: string }} */ { path }) => path);
  assert.ok(paths.includes("sealwright/decision.rego"));
  assert.deepEqual(paths.filter((/** @type {string} */ path) => path.includes("_test")), []);
  assert.deepEqual(data, JSON.parse(await readFile(inRepository("policies/data.json"), "utf8")));
});

portalTest("each person sees of a sealed file what the policy allows", async (page) => {
  const planted = await plantedIn(file);
  await page.selectOption("#classification", "confidential");
  await page.setInputFiles("#files-input", source);
  const sealing = card(page, name);
  await shows(sealing, "The policy allows sealing this file");
  await shows(sealing, "2 card numbers, 1 e-mail address, 1 phone number");
  await sealing.getByRole("button", { name: /^Seal/ }).click();
  await sealing.getByRole("button", { name: /^Open it here/ }).click();
  const opening = card(page, `${name}.age`);

  await act(page, "Analyst");
  await opening.getByRole("button", { name: /^Open as Analyst/ }).click();
  await shows(opening, "Opened in full. Showing all");
  assert.equal(await opening.locator("pre").textContent(), await readFile(source, "utf8"));

  await act(page, "Trainer");
  await shows(opening, "The Trainer may open this file with personal data masked");
  assert.equal(await opening.locator("pre").textContent(), "", "what the analyst saw is gone");
  await opening.getByRole("button", { name: /^Open as Trainer/ }).click();
  await shows(opening, "Opened with personal data masked");
  const masked = (await opening.locator("pre").textContent()) ?? "";
  assert.match(masked, /confirmation mail, to <EMAIL_ADDRESS>\./);
  assert.deepEqual(planted.filter((text) => masked.includes(text)), []);

  await act(page, "Contractor");
  await shows(opening, "The policy does not let the Contractor open this file");
  await shows(opening, "You are not cleared for confidential files.");
  await shows(opening, "A confidential file needs a second factor, and you signed in without one.");
  assert.ok(await opening.getByRole("button", { name: /^Open as Contractor/ }).isDisabled());
});

portalTest("text is masked before sealing where nobody may see it in full", async (page) => {
  await page.getByRole("checkbox", { name: /^Search/ }).uncheck();
  await page.getByRole("checkbox", { name: /^Analysis/ }).uncheck();
  await page.setInputFiles("#files-input", source);
  const sealing = card(page, name);
  await shows(sealing, "1 e-mail address: replaced by <EMAIL_ADDRESS>");
  await sealing.getByRole("button", { name: /^Seal/ }).click();
  await shows(sealing, "Sealed, not saved yet");
  await shows(sealing, "2 card numbers, 1 e-mail address, 1 phone number");
});

portalTest("a refusal to seal says why, and lifts when its cause does", async (page) => {
  await page.setInputFiles("#files-input", [source, inRepository("tests/corpus/media/tickets-per-quarter.png")]);
  const [text, picture] = [card(page, name), card(page, "tickets-per-quarter.png")];
  await shows(picture, "The file is not plain text, so it cannot be checked or masked.");
  await page.getByLabel("Organisation").fill("globex");
  await shows(text, "The file belongs to “globex”, and you belong to “acme”.");
  assert.ok(await text.getByRole("button", { name: /^Seal/ }).isDisabled());
  await page.getByLabel("Organisation").fill("acme");
  await shows(text, "The policy allows sealing this file");
  await page.getByRole("checkbox", { name: /^Model training/ }).uncheck();
  await shows(picture, "The policy allows sealing this file");
  await act(page, "Analyst");
  await shows(text, "Your role may not seal files.");
});

portalTest("several files are sealed and saved at once", async (page) => {
  const others = ["support/ticket-50119-warranty-oven.txt", "empty.txt"].map((path) => inRepository(`tests/corpus/${path}`));
  await page.setInputFiles("#files-input", [source, ...others]);
  await page.getByRole("button", { name: "Seal 3 files" }).click();
  const save = page.getByRole("button", { name: "Save 3 sealed files" });
  await save.waitFor();
  /** @type {string[]} */
  const names = [];
  const predicate = (/** @type {import("playwright-core").Download} */ download) => names.push(download.suggestedFilename()) === 3;
  await Promise.all([page.waitForEvent("download", { predicate }), save.click()]);
  assert.ok(await save.isHidden());
  assert.deepEqual(names.sort(), ["empty.txt.age", `${name}.age`, "ticket-50119-warranty-oven.txt.age"]);
});

portalTest("nobody sees what somebody else began to open", async (page) => {
  const long = join(folder, "long.txt");
  await writeFile(long, "a line for someone@customers.example\n".repeat(400_000));
  await page.selectOption("#classification", "confidential");
  await page.setInputFiles("#files-input", long);
  await card(page, "long.txt").getByRole("button", { name: /^Seal/ }).click();
  await card(page, "long.txt").getByRole("button", { name: /^Open it here/ }).click();
  await act(page, "Analyst");
  const opening = card(page, "long.txt.age");
  await opening.getByRole("button", { name: /^Save opened file/ }).waitFor();
  await page.evaluate(() => {
    const buttons = [...document.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent?.startsWith("Open as Analyst"))?.click();
    /** @type {HTMLElement | null} */ (document.querySelector("input[value=contractor]"))?.click();
  });
  await shows(opening, "The policy does not let the Contractor open this file");
  await opening.getByRole("button", { name: /^Open as Contractor/ }).waitFor();
  assert.equal(await opening.locator("pre").textContent(), "");
  assert.ok(await opening.getByRole("button", { name: /^Open as Contractor/ }).isDisabled());
});

portalTest("the saved key opens the saved file, with the package in Node too", async (page) => {
  await page.setInputFiles("#files-input", source);
  await card(page, name).getByRole("button", { name: /^Seal/ }).click();
  const sealed = await downloaded(page, () => card(page, name).getByRole("button", { name: /^Save sealed file/ }).click());
  const key = await downloaded(page, () => page.getByRole("button", { name: "Save secret key" }).click());
  const identity = /^AGE-SECRET-KEY-1\w+$/m.exec(await readFile(key, "utf8"))?.[0] ?? "";
  const opened = await decrypt(await readFile(sealed), { identities: [identity] });
  assert.deepEqual(Buffer.from(opened), await readFile(source));

  await page.reload();
  await ready(page);
  await act(page, "Analyst");
  await page.setInputFiles("#files-input", sealed);
  const opening = card(page, `${name}.age`);
  await opening.getByRole("button", { name: /^Open as/ }).click();
  await shows(opening, "None of your keys opens this file, or the file was altered.");
  await page.setInputFiles("#key-file", key);
  await page.getByText("One key added from").waitFor();
  const saved = await downloaded(page, () => opening.getByRole("button", { name: /^Save opened file/ }).click());
  assert.deepEqual(await readFile(saved), await readFile(source));
});

portalTest("what cannot be opened or sealed is explained", async (page) => {
  const note = join(folder, "note.age");
  await writeFile(note, "not sealed at all\n");
  await page.setInputFiles("#files-input", note);
  await shows(card(page, "note.age"), "This is not a sealed file.");

  await page.setInputFiles("#files-input", source);
  await page.getByLabel("Seal to others").fill("age1nonsense");
  await shows(card(page, name), "A pasted key is not one.");
  await page.getByLabel("Seal to others").fill("");
  await page.getByLabel("Seal to my key").uncheck();
  await shows(card(page, name), "There is no key to seal to.");
  await page.getByLabel("Seal to my key").check();
  await card(page, name).getByRole("button", { name: /^Seal/ }).click();
  const sealed = await downloaded(page, () => card(page, name).getByRole("button", { name: /^Save sealed file/ }).click());

  const bytes = await readFile(sealed);
  const altered = join(folder, "altered.age");
  await writeFile(altered, bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1));
  await act(page, "Analyst");
  await page.setInputFiles("#files-input", altered);
  await card(page, "altered.age").getByRole("button", { name: /^Open as/ }).click();
  await shows(card(page, "altered.age"), "The file was altered or cut short.");
  assert.equal(await card(page, "altered.age").locator("pre").textContent(), "");
});

portalTest("a large file is written as it is sealed, and can be cancelled", async (page) => {
  const large = join(folder, "large.csv");
  await writeFile(large, "4711,someone@customers.example,12.50,a line of a customer's export\n".repeat(1_200_000));
  // A real file of the browser's own, in place of the picker, which needs a person.
  await page.evaluate(() => {
    const picker = async (/** @type {{ suggestedName: string }} */ { suggestedName }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
    Object.assign(window, { showSaveFilePicker: picker });
  });
  await page.setInputFiles("#files-input", large);
  const sealing = card(page, "large.csv");
  await cancel(page);
  await sealing.getByRole("button", { name: /^Check again/ }).click();
  await shows(sealing, "1,200,000 e-mail addresses");
  await sealing.getByRole("button", { name: /^Seal/ }).click();
  await sealing.getByText(/ left$/).waitFor();
  assert.match(await sealing.locator("[data-part=pace]").innerText(), /^\d+ % · [\d.]+ [KM]B\/s · \d+ s left$/);
  await cancel(page);
  await sealing.getByRole("button", { name: /^Seal/ }).click();
  await shows(sealing, "Sealed and saved");

  await sealing.getByRole("button", { name: /^Open it here/ }).click();
  await act(page, "Analyst");
  await card(page, "large.csv.age").getByRole("button", { name: /^Open as/ }).click();
  await shows(card(page, "large.csv.age"), "Showing the first 66 KB, the rest is not checked yet.");
});

portalTest("the page is used from the keyboard alone", async (page) => {
  await page.setInputFiles("#files-input", source);
  await shows(card(page, name), "The policy allows sealing this file");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to files");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await shows(card(page, name), "Your role may not seal files.");
  await page.keyboard.press("ArrowLeft");
  await shows(card(page, name), "The policy allows sealing this file");
  for (const stop of ["purpose", "files-input"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.id), stop);
  }
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), `Remove ${name} from the list`);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), `Seal ${name}`);
  await page.keyboard.press("Enter");
  await shows(card(page, name), "Sealed, not saved yet");
  assert.equal(await focused(page), `Save sealed file ${name}`);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  portalTest(`everything has a name and stands out, ${colorScheme}`, async (page) => {
    await page.setInputFiles("#files-input", [source, inRepository("tests/corpus/media/tickets-per-quarter.png")]);
    await shows(card(page, "tickets-per-quarter.png"), "The policy refuses to seal this file");
    await shows(card(page, name), "The policy allows sealing this file");
    assert.deepEqual(await page.evaluate(nameless), []);
    assert.deepEqual(await page.evaluate(faint, contrast), []);
  }, { colorScheme });
}

portalTest("nothing moves while the page loads, and nothing is cut off on a small phone", async (page) => {
  const shift = await page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => {
          resolve(list.getEntries().reduce((sum, entry) => sum + /** @type {any} */ (entry).value, 0));
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(0), 500);
      }),
  );
  assert.ok(Number(shift) < 0.005, `layout shift ${shift}`);
  await page.setInputFiles("#files-input", source);
  await shows(card(page, name), "The policy allows sealing this file");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
}, { viewport: { width: 320, height: 700 } });

/**
 * Runs a test in a fresh page, which must not complain on its console nor against its own security policy.
 *
 * @param {string} title
 * @param {(page: Page) => Promise<void>} body
 * @param {import("playwright-core").BrowserContextOptions} options
 */
function portalTest(title, body, options = {}) {
  test(title, { skip: leftOut }, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    /** @type {string[]} */
    const complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (failed) => complaints.push(failed.url()));
    try {
      await page.goto(address(server));
      await ready(page);
      await body(page);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  });
}

/** @param {Page} page */
async function ready(page) {
  await page.locator("body[data-ready]").waitFor();
}

/**
 * @param {Page} page
 * @param {string} file
 */
function card(page, file) {
  return page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: file, exact: true }) });
}

/**
 * @param {import("playwright-core").Locator} element
 * @param {string} text
 */
async function shows(element, text) {
  await element.getByText(text).first().waitFor();
}

/**
 * @param {Page} page
 * @param {string} person
 */
async function act(page, person) {
  await page.getByText(person, { exact: true }).click();
}

/**
 * Clicks the first button to cancel as soon as it is there.
 *
 * @param {Page} page
 */
async function cancel(page) {
  await page.waitForFunction(() => {
    const button = [...document.querySelectorAll("button")].find(({ textContent }) => textContent?.startsWith("Cancel"));
    button?.click();
    return button !== undefined;
  });
}

/** @param {Page} page */
async function focused(page) {
  return page.evaluate(() => document.activeElement?.textContent);
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

/**
 * Returns the planted texts of a corpus file that the scanner is to find.
 *
 * @param {string} of
 */
async function plantedIn(of) {
  const lines = (await readFile(inRepository("tests/corpus/entities.jsonl"), "utf8")).trim().split("\n");
  const entities = lines.map((line) => JSON.parse(line)).filter((entity) => entity.file === of);
  const found = entities.filter(({ entity }) => ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE"].includes(entity));
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
  const { port } = new URL(address(server));
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method }, async (response) => {
      const parts = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() });
    });
    sent.on("error", reject).end();
  });
}

/** Returns what a screen reader could not name, and ids that are used twice. It runs in the page. */
function nameless() {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input, select, textarea, output"));
  const named = (/** @type {HTMLElement} */ element) =>
    element.ariaLabel || element.textContent?.trim() || element.getAttribute("aria-labelledby");
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return [
    ...[...fields].filter((field) => !field.labels?.[0]?.textContent?.trim() && !field.ariaLabel).map((field) => field.outerHTML),
    ...[...document.querySelectorAll("button, a, progress")].filter((element) => !named(/** @type {HTMLElement} */ (element)) && element.checkVisibility()).map((element) => element.outerHTML),
    ...[...document.querySelectorAll("img:not([alt])")].map((element) => element.outerHTML),
    ...ids.filter((id, at) => ids.indexOf(id) !== at),
    ...(document.querySelectorAll("h1").length === 1 && document.documentElement.lang === "en" ? [] : ["h1 or lang"]),
  ];
}

/**
 * Returns the texts that stand out too little from what is behind them. It runs in the page.
 *
 * @param {number} least
 */
function faint(least) {
  const channels = (/** @type {string} */ color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (/** @type {number[]} */ rgb) => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (/** @type {Element | null} */ element) => {
    for (; element !== null; element = element.parentElement) {
      const [r = 0, g = 0, b = 0, alpha = 1] = channels(getComputedStyle(element).backgroundColor);
      if (alpha === 1) {
        return [r, g, b];
      }
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("body *")].filter(
    (element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
  );
  return texts.flatMap((element) => {
    const [front, back] = [luminance(channels(getComputedStyle(element).color).slice(0, 3)), luminance(behind(element))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    return ratio < least ? [`${ratio.toFixed(2)} ${element.textContent?.trim()}`] : [];
  });
}
