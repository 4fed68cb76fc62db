import type { Context } from "./context.js";
import { listObjects } from "./listing.js";
import { getObject, putObject } from "./objects.js";
import { getConfiguration, getPolicy } from "./published.js";
import { postEvaluation, postEvaluations, postRelease } from "./queries.js";
import { putSender } from "./senders.js";
import { abortUpload, beginUpload, completeUpload, putPart } from "./uploads.js";

/** Is a path, and what answers each of its methods. */
export interface Route {
  path: string;
  methods: Readonly<Record<string, ((context: Context) => Promise<Response>) | undefined>>;
}

const FIXED = new Map(
  [
    route("/v1/release", { POST: postRelease }),
    route("/access/v1/evaluation", { POST: postEvaluation }),
    route("/access/v1/evaluations", { POST: postEvaluations }),
    route("/v1/objects", { GET: listObjects, HEAD: listObjects }),
    route("/v1/policy", { GET: getPolicy, HEAD: getPolicy }),
    route("/v1/configuration", { GET: getConfiguration, HEAD: getConfiguration }),
  ].map((one) => [one.path, one]),
);

const OBJECT = route("/v1/objects/{id}", { GET: getObject, HEAD: getObject, PUT: putObject });

const UPLOADS = route("/v1/objects/{id}/uploads", { POST: beginUpload, DELETE: abortUpload });

const COMPLETION = route("/v1/objects/{id}/uploads/complete", { POST: completeUpload });

const PART = route("/v1/objects/{id}/uploads/{n}", { PUT: putPart });

const SENDER = route("/v1/senders/{id}", { PUT: putSender });

/** Is a route, and what stands in its path. */
export interface Routed {
  route: Route;
  /** For `{id}`. */
  id: string;
  /** For `{n}`. */
  part: number;
}

const PATTERNS: readonly (readonly [RegExp, Route])[] = [
  [/^\/v1\/objects\/([^/]+)$/, OBJECT],
  [/^\/v1\/objects\/([^/]+)\/uploads$/, UPLOADS],
  [/^\/v1\/objects\/([^/]+)\/uploads\/complete$/, COMPLETION],
  [/^\/v1\/objects\/([^/]+)\/uploads\/([1-9]\d{0,3})$/, PART],
  [/^\/v1\/senders\/([^/]+)$/, SENDER],
];

/** Finds the route of a path. */
export function routeOf(path: string): Routed | undefined {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) {
    return { route: fixed, id: "", part: 0 };
  }
  for (const [pattern, found] of PATTERNS) {
    const [, id, part = "0"] = pattern.exec(path) ?? [];
    if (id !== undefined) {
      return { route: found, id, part: Number(part) };
    }
  }
  return undefined;
}

function route(path: string, methods: Route["methods"]): Route {
  return { path, methods: Object.assign(Object.create(null) as object, methods) };
}
