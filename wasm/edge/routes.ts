import type { Context } from "./context.js";
import { listObjects } from "./listing.js";
import { getObject, putObject } from "./objects.js";
import { getConfiguration, getPolicy } from "./published.js";
import { postEvaluation, postEvaluations, postRelease } from "./queries.js";

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

/** Finds the route of a path, and what stands for `{id}`. */
export function routeOf(path: string): { route: Route; id: string } | undefined {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) {
    return { route: fixed, id: "" };
  }
  const id = /^\/v1\/objects\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? undefined : { route: OBJECT, id };
}

function route(path: string, methods: Route["methods"]): Route {
  return { path, methods: Object.assign(Object.create(null) as object, methods) };
}
