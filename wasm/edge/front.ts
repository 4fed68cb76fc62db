import type { Inspection } from "../records.js";
import type { Bucket, Stored } from "./bucket.js";
import { reaching } from "./bucket-problem.js";
import { joined } from "./incoming.js";
import { Problem } from "./problem.js";
import type { Service } from "./service.js";

/** As much as all but a few headers have. */
const FRONT_SIZE = 8 * 1024;

/** As much as any header has (`spec/document.md`, "Limits"). */
export const HEADER_SIZE = 64 * 1024;

/** Is the front of a document that is not armored. */
export interface Front {
  header: Uint8Array<ArrayBuffer>;
  /** What was read behind the header: the payload begins with it. */
  rest: Uint8Array;
}

/** Reads from a source up to the end of the header. */
export async function frontOf(service: Service, next: () => Promise<Uint8Array | undefined>): Promise<Front> {
  const { instance } = service;
  const reader = instance.run((core) => new core.Reader());
  try {
    const parts: Uint8Array[] = [];
    for (let complete = false; !complete; ) {
      const part = await next();
      if (part === undefined) {
        instance.run(() => reader.finish());
        break;
      }
      parts.push(part);
      complete = instance.run(() => reader.push(part));
    }
    const { armored, header_size: size } = JSON.parse(instance.run(() => reader.inspection())) as Inspection;
    if (armored) {
      throw new Problem(422, "not_age", { detail: "expected a document that is not armored" });
    }
    const front = joined(parts);
    return { header: front.slice(0, size), rest: front.subarray(size) };
  } finally {
    instance.free(reader);
  }
}

/** Reads the header of what a bucket holds. */
export async function storedHeader(
  service: Service,
  bucket: Bucket,
  id: string,
  { size, front }: Stored,
): Promise<Uint8Array<ArrayBuffer>> {
  let read = 0;
  const { header } = await frontOf(service, async () => {
    if (read === 0 && front !== undefined && front.length > 0) {
      read = front.length;
      return front;
    }
    const offset = read;
    const length = Math.min(size, read < FRONT_SIZE ? FRONT_SIZE : HEADER_SIZE) - read;
    const part = length > 0 ? await reaching(async () => bytesOf(await bucket.get(id, { offset, length }))) : new Uint8Array(0);
    read += part.length;
    return part.length === 0 ? undefined : part;
  });
  return header;
}

async function bytesOf(stream: ReadableStream<Uint8Array> | undefined): Promise<Uint8Array> {
  return stream === undefined ? new Uint8Array(0) : new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}
