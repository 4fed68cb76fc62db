// What tests of the portal do in it, as people do.
import { start } from "../../../wasm/portal/demo/start.js";

/** @typedef {import("playwright-core").Page} Page */

/** Starts provider, edge and portal at three ports that are free. */
export async function portal() {
  for (let tries = 0; ; tries += 1) {
    try {
      return await start(20_000 + Math.floor(Math.random() * 20_000));
    } catch (failure) {
      if (/** @type {NodeJS.ErrnoException} */ (failure).code !== "EADDRINUSE" || tries === 5) {
        throw failure;
      }
    }
  }
}

/**
 * Signs in at the provider, and waits until the page is ready for the person.
 *
 * @param {Page} page
 * @param {string} person
 * @param {{ second?: boolean, trusted?: boolean, ready?: string }} [options]
 */
export async function signIn(page, person, { second = true, ready = "idle" } = {}) {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("radio", { name: new RegExp(`^${person}`) }).check();
  await page.getByLabel("Password").fill("demo");
  await page.getByRole("checkbox", { name: /second factor/ }).setChecked(second);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("body[data-ready]").waitFor();
  if (person === "Ines") {
    await page.locator(`sealwright-upload[data-state=${ready}]`).waitFor();
  }
}

/** @param {Page} page */
export async function signOut(page) {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: /^Sign in to upload/ }).waitFor();
}

/**
 * Has the edge trust this browser's key.
 *
 * @param {Page} page
 */
export async function enrol(page) {
  await page.getByRole("button", { name: "Trust this browser" }).click();
  await page.getByText("This browser is trusted now.").waitFor({ state: "attached" });
}

/**
 * @param {Page} page
 * @param {...string} files
 */
export async function add(page, ...files) {
  await page.locator("sealwright-upload input[type=file]").first().setInputFiles(files);
}

/**
 * @param {Page} page
 * @param {string} file
 */
export async function upload(page, file) {
  await card(page, file)
    .getByRole("button", { name: /^Seal and upload/ })
    .click();
  await shows(card(page, file), "Sealed and uploaded");
}

/**
 * @param {Page} page
 * @param {string} file
 */
export function card(page, file) {
  return page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: file, exact: true }) });
}

/**
 * @param {import("playwright-core").Locator | Page} element
 * @param {string} text
 */
export async function shows(element, text) {
  await element.getByText(text).first().waitFor();
}
