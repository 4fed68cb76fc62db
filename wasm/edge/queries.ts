import { utc } from "../clock.js";
import type { Exports } from "../wasm/edge.js";
import { authenticated } from "./caller.js";
import { settled } from "./answer.js";
import type { Context } from "./context.js";
import { wholeBody } from "./incoming.js";
import { Problem } from "./problem.js";

/** The most that a question may have. */
const BODY_SIZE = 1 << 20;

/** Answers `POST /v1/release`. */
export async function postRelease(context: Context): Promise<Response> {
  return answered(context, (service, caller, body, now) => service.release(caller, body, now));
}

/** Answers `POST /access/v1/evaluation`. */
export async function postEvaluation(context: Context): Promise<Response> {
  return answered(context, (service, caller, body, now) => service.evaluate(caller, body, now));
}

/** Answers `POST /access/v1/evaluations`. */
export async function postEvaluations(context: Context): Promise<Response> {
  return answered(context, (service, caller, body, now) => service.evaluateAll(caller, body, now));
}

type Question = (service: Exports.Releaser, caller: string, body: Uint8Array, now: string) => string;

async function answered(context: Context, ask: Question): Promise<Response> {
  const { edge, request, entry } = context;
  expectJson(request);
  const caller = await authenticated(context);
  const body = await wholeBody(request, BODY_SIZE);
  const text = edge.service.run((service) => ask(service, caller.json, body, utc(edge.clock())));
  return new Response(settled(text, entry), { headers: { "content-type": "application/json" } });
}

/** Refuses a body that says that it is something else than JSON. */
export function expectJson(request: Request): void {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Problem(415, "media_type", { detail: "expected `application/json`" });
  }
}
