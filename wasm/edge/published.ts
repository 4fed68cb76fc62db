import type { Context } from "./context.js";

/** Answers `GET /v1/policy`. */
export async function getPolicy({ edge, request }: Context): Promise<Response> {
  const { bundle, etag } = edge.policy;
  const headers = { etag, "cache-control": "no-cache" };
  if (matches(request.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  const length = String(bundle.length);
  const body = request.method === "HEAD" ? null : bundle;
  return new Response(body, { headers: { ...headers, "content-type": "application/gzip", "content-length": length } });
}

/** Answers `GET /v1/configuration`. */
export async function getConfiguration({ edge, request }: Context): Promise<Response> {
  const body = request.method === "HEAD" ? null : edge.configuration();
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** Tells whether an `If-None-Match` names an entity tag. */
export function matches(header: string | null, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
