import { utc } from "../clock.js";
import type { JsonObject } from "../records.js";
import { settled } from "./answer.js";
import { isObjectId } from "./bucket.js";
import type { Bucket, Stored } from "./bucket.js";
import { reaching } from "./bucket-problem.js";
import { byteRange } from "./byte-range.js";
import { authenticated } from "./caller.js";
import type { Caller } from "./caller.js";
import type { Context } from "./context.js";
import { frontOf, storedHeader } from "./front.js";
import { Incoming, tooLarge } from "./incoming.js";
import { Problem } from "./problem.js";
import { matches } from "./published.js";
import { Upload } from "./upload.js";

/** Answers `PUT /v1/objects/{id}`. */
export async function putObject(context: Context): Promise<Response> {
  const { edge, request } = context;
  const size = announcedSize(request, "Content-Length", edge.maxObjectSize);
  const { caller, bucket } = await admittedTo(context);
  const incoming = new Incoming(request);
  try {
    return await stored(context, await received(context, caller, bucket, incoming, size));
  } catch (failure) {
    await incoming.cancel();
    throw failure;
  }
}

/** Is what the caller is told of a document that was stored, with its id and the time. */
interface Receipt {
  blake3: string;
  decision_id: string;
  size: number;
}

async function received(
  context: Context,
  caller: Caller,
  bucket: Bucket,
  incoming: Incoming,
  size: number,
): Promise<Receipt> {
  const { edge, id } = context;
  const { header, rest } = await frontOf(edge.service, () => incoming.next());
  const { decision_id } = admission(context, caller, "store", id, header, size).decision;
  await free(bucket, id);
  const first = rest.length > 0 ? [rest] : [];
  const next = async (): Promise<Uint8Array | undefined> => first.pop() ?? (await incoming.next());
  const receiver = edge.service.run((core) => core.receiver(header));
  const upload = new Upload(edge.service.instance, receiver, { size, held: header, next });
  try {
    if (!(await upload.into((stream) => reaching(() => bucket.put(id, stream, { size, front: header }))))) {
      throw taken();
    }
    return { blake3: upload.ask((receiver) => receiver.finish()), decision_id, size };
  } finally {
    upload.end();
  }
}

/** Answers that a document was stored. */
export function stored({ edge, id }: Context, receipt: Receipt): Response {
  const whole = { ...receipt, id, stored_at: utc(edge.clock()) };
  const headers = { "content-type": "application/json", location: `/v1/objects/${id}`, etag: `"${receipt.blake3}"` };
  return new Response(JSON.stringify(whole), { status: 201, headers });
}

/** Answers `GET` and `HEAD` of `/v1/objects/{id}`. */
export async function getObject(context: Context): Promise<Response> {
  const { edge, request, id } = context;
  const { caller, bucket } = await admittedTo(context);
  const object = await reaching(() => bucket.head(id));
  if (object === undefined) {
    throw new Problem(404, "not_found");
  }
  const header = await storedHeader(edge.service, bucket, id, object);
  const { payload } = admission(context, caller, "fetch", id, header, object.size);
  const etag = payload === undefined ? {} : { etag: `"${payload.blake3}"` };
  if (payload !== undefined && matches(request.headers.get("if-none-match"), `"${payload.blake3}"`)) {
    return new Response(null, { status: 304, headers: etag });
  }
  return sent(context, bucket, object, etag);
}

/** Is what the core says of a document that may be stored or fetched. */
export interface Admission {
  label: JsonObject;
  /** Absent where nobody who is believed signed the document. */
  payload?: { length: number; blake3: string };
  decision: { decision_id: string };
}

/** Asks the core whether a caller may store or fetch a document. */
export function admission(
  { edge, entry }: Context,
  caller: Caller,
  action: "store" | "fetch",
  id: string,
  header: Uint8Array,
  size: number,
): Admission {
  const now = utc(edge.clock());
  const text = edge.service.run((service) => service.admit(caller.json, action, id, header, BigInt(size), now));
  return JSON.parse(settled(text, entry)) as Admission;
}

/** Knows the caller, and that there is a bucket and that an id is one. */
export async function admittedTo(context: Context): Promise<{ caller: Caller; bucket: Bucket }> {
  const { bucket } = context.edge;
  if (bucket === undefined) {
    throw new Problem(404, "not_found");
  }
  if (context.id !== "" && !isObjectId(context.id)) {
    throw new Problem(400, "request_invalid", { detail: "expected an id of 1 to 128 of `A-Z a-z 0-9 - _ .`" });
  }
  const caller = await authenticated(context);
  if (context.id !== "") {
    context.entry.object = context.id;
  }
  return { caller, bucket };
}

/** Returns the size that a header says, which must be there and within the limit. */
export function announcedSize(request: Request, header: "Content-Length" | "Upload-Length", limit: number): number {
  const text = request.headers.get(header);
  if (text === null || !/^\d{1,15}$/.test(text)) {
    throw new Problem(411, "length_required", { detail: `expected \`${header}\`` });
  }
  if (Number(text) > limit) {
    throw tooLarge(limit);
  }
  return Number(text);
}

/** Refuses an id that is taken. */
export async function free(bucket: Bucket, id: string): Promise<void> {
  if ((await reaching(() => bucket.head(id))) !== undefined) {
    throw taken();
  }
}

/** Says that an id is taken. */
export function taken(): Problem {
  return new Problem(409, "exists", { detail: "there is an object of this id, and none is replaced" });
}

async function sent({ request, id }: Context, bucket: Bucket, { size }: Stored, etag: { etag?: string }): Promise<Response> {
  const condition = request.headers.get("if-range");
  const ranged = condition === null || condition === etag.etag;
  const range = ranged ? byteRange(request.headers.get("range"), size) : undefined;
  const headers = new Headers({ ...etag, "accept-ranges": "bytes", "content-type": "application/octet-stream" });
  headers.set("content-length", String(range?.length ?? size));
  if (range !== undefined) {
    headers.set("content-range", `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`);
  }
  const status = range === undefined ? 200 : 206;
  if (request.method === "HEAD") {
    return new Response(null, { status, headers });
  }
  const body = await reaching(() => bucket.get(id, range));
  if (body === undefined) {
    throw new Problem(404, "not_found");
  }
  return new Response(body as BodyInit, { status, headers });
}
