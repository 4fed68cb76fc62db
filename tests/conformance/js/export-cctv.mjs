// Writes the age vectors of npm `cctv-age` into the folder named, one file a vector, decompressed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import * as vectors from "cctv-age";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of Object.entries(vectors)) {
  const vector = Buffer.from(bytes);
  const split = vector.indexOf("\n\n");
  const head = vector.subarray(0, split).toString();
  const body = vector.subarray(split + 2);
  const compressed = /^compressed: zlib$/m.test(head);
  const text = head.replace(/^compressed: .*\n?/m, "").trimEnd();
  writeFileSync(join(folder, name), Buffer.concat([Buffer.from(`${text}\n\n`), compressed ? inflateSync(body) : body]));
}
