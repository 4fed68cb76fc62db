import type { Json, JsonObject } from "../records.js";
import type { LogEntry } from "./log.js";
import { Problem } from "./problem.js";

interface Answer {
  status: number;
  body: JsonObject & { code?: string; detail?: string };
}

/** Takes the core's answer apart: returns the JSON to send, or throws the problem that it is. */
export function settled(text: string, entry: LogEntry): string {
  const { status, body } = JSON.parse(text) as Answer;
  entry.decision_ids = Array.from(decisions(body));
  if (status !== 200) {
    const { code = "internal", detail, status: _, title: __, type: ___, ...members } = body;
    throw new Problem(status, code, { detail, members });
  }
  // The core writes canonical JSON, `body` before `status`; written anew here, names like `10` would change their places.
  return text.slice('{"body":'.length, text.lastIndexOf(',"status":'));
}

/** Finds the ids of all decisions in an answer. */
function* decisions(value: Json): Generator<string> {
  if (typeof value !== "object" || value === null) {
    return;
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === "decision_id" && typeof item === "string") {
      yield item;
    } else {
      yield* decisions(item as Json);
    }
  }
}
