import { utc } from "../clock.js";
import { settled } from "./answer.js";
import type { StoredPart } from "./bucket.js";
import { reaching } from "./bucket-problem.js";
import type { Caller } from "./caller.js";
import type { Context } from "./context.js";
import { HEADER_SIZE } from "./front.js";
import { Incoming, wholeBody } from "./incoming.js";
import { admission, admittedTo, announcedSize, free, stored, taken } from "./objects.js";
import { Problem } from "./problem.js";
import { expectJson } from "./queries.js";
import { Upload } from "./upload.js";

/** The most of what completes an upload. */
const COMPLETION_SIZE = 8 << 20;

/** Answers `POST /v1/objects/{id}/uploads` (`spec/release.md`, "Uploads in parts"). */
export async function beginUpload(context: Context): Promise<Response> {
  const { edge, request, entry, id } = context;
  const size = announcedSize(request, "Upload-Length", edge.maxObjectSize);
  const { caller, bucket } = await admittedTo(context);
  const header = await wholeBody(request, HEADER_SIZE);
  admission(context, caller, "store", id, header, size);
  await free(bucket, id);
  const upload = await reaching(() => bucket.begin(id, { size, front: header }));
  try {
    const now = utc(edge.clock());
    const text = edge.service.run((core) => core.beginUpload(caller.json, id, header, BigInt(size), upload, now));
    return answered(201, settled(text, entry));
  } catch (failure) {
    await bucket.abort(id, upload).catch(() => undefined);
    throw failure;
  }
}

/** Answers `PUT /v1/objects/{id}/uploads/{n}`. */
export async function putPart(context: Context): Promise<Response> {
  const { edge, request, id, part: number } = context;
  const size = announcedSize(request, "Content-Length", edge.maxObjectSize);
  const { caller, bucket } = await admittedTo(context);
  const { ticket, upload } = underWay(context, caller);
  const now = utc(edge.clock());
  const receiver = edge.service.run((core) => core.part(caller.json, id, ticket, number, BigInt(size), now));
  const incoming = new Incoming(request);
  const passing = new Upload(edge.service.instance, receiver, { size, next: () => incoming.next() });
  try {
    const etag = await passing.into((stream) => reaching(() => bucket.part(id, upload, { number, size }, stream)));
    const receipt = passing.ask((receiver) => receiver.receipt(etag));
    return answered(200, JSON.stringify({ number, receipt }));
  } catch (failure) {
    await incoming.cancel();
    throw failure;
  } finally {
    passing.end();
  }
}

/** Answers `POST /v1/objects/{id}/uploads/complete`. */
export async function completeUpload(context: Context): Promise<Response> {
  const { edge, request, entry, id } = context;
  expectJson(request);
  const { caller, bucket } = await admittedTo(context);
  const ticket = ticketOf(request);
  const body = await wholeBody(request, COMPLETION_SIZE);
  const text = edge.service.run((core) => core.completeUpload(caller.json, id, ticket, body, utc(edge.clock())));
  const { blake3, decision, parts, size, upload } = JSON.parse(settled(text, entry)) as Completed;
  await free(bucket, id);
  if (!(await reaching(() => bucket.complete(id, upload, parts)))) {
    throw taken();
  }
  return stored(context, { blake3, decision_id: decision.decision_id, size });
}

/** Answers `DELETE /v1/objects/{id}/uploads`. */
export async function abortUpload(context: Context): Promise<Response> {
  const { caller, bucket } = await admittedTo(context);
  const { upload } = underWay(context, caller);
  await reaching(() => bucket.abort(context.id, upload));
  return new Response(null, { status: 204 });
}

/** Is what the core says of an upload all of whose parts are there. */
interface Completed {
  blake3: string;
  decision: { decision_id: string };
  parts: StoredPart[];
  size: number;
  upload: string;
}

/** Knows which upload a ticket is for. */
function underWay({ edge, request, entry, id }: Context, caller: Caller): { ticket: string; upload: string } {
  const ticket = ticketOf(request);
  const text = edge.service.run((core) => core.upload(caller.json, id, ticket, utc(edge.clock())));
  const { decision_id, upload } = JSON.parse(text) as { decision_id: string; upload: string };
  entry.decision_ids = [decision_id];
  return { ticket, upload };
}

function ticketOf(request: Request): string {
  const ticket = request.headers.get("upload-ticket");
  if (ticket === null) {
    throw new Problem(400, "request_invalid", { detail: "expected `Upload-Ticket`" });
  }
  return ticket;
}

function answered(status: number, json: string): Response {
  return new Response(json, { status, headers: { "content-type": "application/json" } });
}
