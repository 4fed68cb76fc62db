#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

import { FolderBucket } from "./folder.js";
import { listen } from "./node.js";
import type { Listening } from "./node.js";
import { createEdge } from "./runtime-node.js";
import { COUNT, TEXT, edgeOptions, readSettings } from "./settings.js";
import type { Settings } from "./settings.js";

const USAGE = "usage: sealwright-edge --config FILE [--host HOST] [--port PORT]";

/** What this host's configuration has besides; paths are relative to the file. */
interface FileSettings extends Settings {
  policy: Settings["policy"] & { bundle: string };
  /** An age identity file; the environment's `SEALWRIGHT_IDENTITIES`, its text, goes before it. */
  identities?: string;
  /** The folder of sealed documents. */
  bucket?: string;
  host?: string;
  port?: number;
}

try {
  const { values } = parseArgs({ options: { config: { type: "string" }, host: { type: "string" }, port: { type: "string" } } });
  if (values.config === undefined) {
    throw new TypeError(USAGE);
  }
  const { origin, close } = await started(values.config, values.host, values.port);
  process.stderr.write(`The edge is at ${origin}/\n`);
  const end = (): void => void close().then(() => process.exit());
  process.once("SIGTERM", end).once("SIGINT", end);
} catch (failure) {
  process.stderr.write(`sealwright-edge: ${explained(failure)}\n`);
  process.exitCode = 2;
}

async function started(config: string, host: string | undefined, port: string | undefined): Promise<Listening> {
  const settings = readSettings(await readFile(config, "utf8"), {
    identities: TEXT,
    bucket: TEXT,
    host: TEXT,
    port: COUNT,
  }) as unknown as FileSettings;
  const beside = (path: string): string => resolve(dirname(config), path);
  const { bundle, ...policy } = settings.policy;
  if (bundle === undefined) {
    throw new TypeError("`policy` lacks `bundle`");
  }
  const edge = await createEdge({
    ...edgeOptions(settings),
    policy: { ...policy, bundle: await readFile(beside(bundle)) },
    identities: [await secret(settings.identities, beside)],
    ...(settings.bucket === undefined ? {} : { bucket: await FolderBucket.open(beside(settings.bucket)) }),
  });
  const { origin } = settings;
  return listen(edge, { host: host ?? settings.host ?? "127.0.0.1", port: portOf(port) ?? settings.port ?? 8490, ...(origin && { origin }) });
}

async function secret(path: string | undefined, beside: (path: string) => string): Promise<string> {
  const text = process.env["SEALWRIGHT_IDENTITIES"] || undefined;
  if (text === undefined && path === undefined) {
    throw new TypeError("expected `identities`, a path, in the configuration, or their text in `SEALWRIGHT_IDENTITIES`");
  }
  return text ?? readFile(beside(path as string), "utf8");
}

function portOf(text: string | undefined): number | undefined {
  if (text !== undefined && !(/^\d{1,5}$/.test(text) && Number(text) < 65_536)) {
    throw new RangeError(`expected a port from 0 to 65535, got \`${text}\``);
  }
  return text === undefined ? undefined : Number(text);
}

function explained(failure: unknown): string {
  const { code, message, port } = failure as NodeJS.ErrnoException & { port?: number };
  return code === "EADDRINUSE" ? `port ${port} is taken: choose another with --port` : message;
}
