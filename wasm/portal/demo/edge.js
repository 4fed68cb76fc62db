// The demo's edge: the package's own, on Node, with folders for documents and for the keys of contributors.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { FolderBucket, createEdge, listen } from "sealwright/edge/node";

/** The most bytes of a document. */
const MAX_OBJECT_SIZE = 4 * 2 ** 30;

/**
 * Starts the edge at its address.
 *
 * @param {{ portal: string, edge: string, issuer: string, folder: string, identity: import("sealwright").Identity, policy: { path: string, verifier: string } }} options
 */
export async function startEdge({ portal, edge, issuer, folder, identity, policy }) {
  const bucket = join(folder, "documents");
  const senders = join(folder, "senders");
  await Promise.all([bucket, senders].map((path) => mkdir(path, { recursive: true })));
  const handler = await createEdge({
    policy: { bundle: await readFile(policy.path), signers: [policy.verifier] },
    identities: [identity],
    issuers: [{ issuer, audience: edge, client_id: "portal", keys_url: `${issuer}/jwks` }],
    senders: await keysIn(senders),
    enrol: async (verifier) => {
      const id = verifier.split("+").slice(0, 2).join("+");
      await writeFile(join(senders, encodeURIComponent(id)), `${verifier}\n`);
    },
    bucket: await FolderBucket.open(bucket),
    origin: edge,
    corsOrigins: [portal],
    maxObjectSize: MAX_OBJECT_SIZE,
    // People see masked text by the gate of their own browser: whoever may not see a document in full is trusted to mask it.
    delegates: ["transform"],
    log: () => undefined,
  });
  return listen(handler, { port: Number(new URL(edge).port), origin: edge });
}

/** @param {string} folder */
async function keysIn(folder) {
  const names = await readdir(folder);
  return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}
