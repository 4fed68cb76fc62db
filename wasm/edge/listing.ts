import type { JsonObject } from "../records.js";
import { isObjectId } from "./bucket.js";
import type { Bucket, Stored, StoredEntry } from "./bucket.js";
import { reaching } from "./bucket-problem.js";
import type { Caller } from "./caller.js";
import type { Context } from "./context.js";
import { storedHeader } from "./front.js";
import { admission, admittedTo } from "./objects.js";
import { Problem, problemOf } from "./problem.js";

/** The most objects of a page. */
const PAGE_SIZE = 1000;

/** How many objects in a row the caller may not see before a page ends without them. */
const MOST_UNSEEN = 10_000;

/** Answers `GET /v1/objects`. */
export async function listObjects(context: Context): Promise<Response> {
  const { request, url } = context;
  const limit = pageSize(url.searchParams.get("limit"));
  let { after, skip } = cursor(url.searchParams.get("cursor"));
  const { caller, bucket } = await admittedTo(context);
  const objects: JsonObject[] = [];
  let unseen = 0;
  for await (const object of entries(bucket, after, Math.max(limit, 100))) {
    unseen += 1;
    const label = unseen > skip ? await labelFor(context, caller, bucket, object.id, object) : undefined;
    if (label !== undefined) {
      objects.push({ id: object.id, label, size: object.size });
      [after, skip, unseen] = [object.id, 0, 0];
    }
    if (objects.length === limit || unseen >= skip + MOST_UNSEEN) {
      return listed(request, { cursor: `${unseen}.${after ?? ""}`, objects });
    }
  }
  return listed(request, { objects });
}

function listed(request: Request, page: { cursor?: string; objects: JsonObject[] }): Response {
  const body = request.method === "HEAD" ? null : JSON.stringify(page);
  return new Response(body, { headers: { "content-type": "application/json" } });
}

async function* entries(bucket: Bucket, after: string | undefined, limit: number): AsyncGenerator<StoredEntry> {
  for (let place = after, more = true; more; ) {
    const page = await reaching(() => bucket.list({ after: place, limit }));
    yield* page;
    place = page.at(-1)?.id;
    more = page.length === limit;
  }
}

/** Returns an object's label, if the caller may fetch the object. */
async function labelFor(
  context: Context,
  caller: Caller,
  bucket: Bucket,
  id: string,
  object: Stored,
): Promise<JsonObject | undefined> {
  try {
    const header = await storedHeader(context.edge.service, bucket, id, object);
    return admission({ ...context, entry: {} }, caller, "fetch", id, header, object.size).label;
  } catch (failure) {
    // What is refused, and what is no document, is not in the list; whatever else fails is told.
    if ([403, 404, 422].includes(problemOf(failure).status)) {
      return undefined;
    }
    throw failure;
  }
}

function pageSize(text: string | null): number {
  if (text === null) {
    return PAGE_SIZE;
  }
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > PAGE_SIZE) {
    throw new Problem(400, "request_invalid", { detail: `expected a limit from 1 to ${PAGE_SIZE}` });
  }
  return limit;
}

/**
 * Reads a cursor: the last object that the caller was shown, and how many stand behind it that were looked at and not shown. It
 * names no object that the caller does not know.
 */
function cursor(text: string | null): { after: string | undefined; skip: number } {
  if (text === null) {
    return { after: undefined, skip: 0 };
  }
  const [, skip, after] = /^(\d{1,9})\.(.*)$/.exec(text) ?? [];
  if (skip === undefined || after === undefined || (after !== "" && !isObjectId(after))) {
    throw new Problem(400, "request_invalid", { detail: "expected a cursor of an earlier page" });
  }
  return { after: after === "" ? undefined : after, skip: Number(skip) };
}
