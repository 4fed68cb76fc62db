import type { ByteRange } from "./bucket.js";
import { Problem } from "./problem.js";

/** Reads a `Range` of RFC 9110 for a representation of so many bytes; nothing where the header asks for the whole. */
export function byteRange(header: string | null, size: number): ByteRange | undefined {
  if (header === null) {
    return undefined;
  }
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    throw unsatisfiable(size, "expected one range of bytes");
  }
  const offset = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (offset >= end) {
    throw unsatisfiable(size, "the range holds no byte of the object");
  }
  return { offset, length: end - offset };
}

function unsatisfiable(size: number, detail: string): Problem {
  return new Problem(416, "range_invalid", { detail, headers: { "content-range": `bytes */${size}` } });
}
