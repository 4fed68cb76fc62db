/** Tells of one request, in one line of JSON. It never holds tokens, proofs, keys, headers or documents. */
export interface LogLine {
  /** When the answer was ready: UTC, to the millisecond. */
  time: string;
  method: string;
  /** The route, without what stands for `{id}`; absent where none fits. */
  route?: string;
  status: number;
  /** The problem's code. */
  code?: string;
  /** The subject's id, once it is known. */
  subject?: string;
  /** The object's id, once the caller is known. */
  object?: string;
  decision_ids?: string[];
  duration_ms: number;
  /** What failed, where the edge or something behind it did. */
  error?: string;
}

/** Is what is known of a request while it is answered. */
export type LogEntry = Pick<LogLine, "route" | "code" | "subject" | "object" | "decision_ids" | "error">;

/** Writes a line to the console, as hosts do that collect it. */
export function logToConsole(line: LogLine): void {
  console.log(JSON.stringify(line));
}

/** Says what failed and why, without the stack. */
export function described(failure: unknown): string {
  const text = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  const cause = failure instanceof Error && failure.cause !== undefined ? `; ${described(failure.cause)}` : "";
  return `${text}${cause}`.slice(0, 1024);
}
