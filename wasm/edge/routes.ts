import type { Context } from "./context.js";
import { listObjects } from "./listing.js";
import { getObject, putObject } from "./objects.js";
import { getConfiguration, getPolicy } from "./published.js";
import { postEvaluation, postEvaluations, postRelease } from "./queries.js";
import { putSender } from "./senders.js";

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

const SENDER = route("/v1/senders/{id}", { PUT: putSender });

/** Finds the route of a path, and what stands for `{id}`. */
export function routeOf(path: string): { route: Route; id: string } | undefined {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) {
    return { route: fixed, id: "" };
  }
  const [, kind, id] = /^\/v1\/(objects|senders)\/([^/]+)$/.exec(path) ?? [];
  return id === undefined ? undefined : { route: kind === "objects" ? OBJECT : SENDER, id };
}

function route(path: string, methods: Route["methods"]): Route {
  return { path, methods: Object.assign(Object.create(null) as object, methods) };
}
