import { SealwrightError } from "../error.js";

/** Holds what an answer says besides its status and code. */
export interface ProblemOptions {
  detail?: string | undefined;
  /** Members of the problem beyond those of RFC 9457. */
  members?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** Is an answer that is not what was asked for (`spec/release.md`, "Problems"). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, { detail, members = {}, headers = {}, cause }: ProblemOptions = {}) {
    super(detail ?? code, { cause });
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.members = members;
    this.headers = headers;
  }

  /** Returns it as it crosses the wire. */
  response(): Response {
    const { status, code, detail } = this;
    const body = { ...this.members, type: "about:blank", title: TITLES[status], status, code, ...(detail && { detail }) };
    const headers = { ...this.headers, ...authentication(status, code), "content-type": "application/problem+json" };
    return new Response(JSON.stringify(body), { status, headers });
  }
}

/** Turns whatever was thrown into the answer. What nobody foresaw tells the caller nothing. */
export function problemOf(failure: unknown): Problem {
  if (failure instanceof Problem) {
    return failure;
  }
  if (!(failure instanceof SealwrightError)) {
    return new Problem(500, "internal", { cause: failure });
  }
  const { code, message: detail } = failure;
  if (/^(token|proof)_/.test(code)) {
    return new Problem(401, code, { detail });
  }
  if (code === "upload_gone") {
    return uploadGone();
  }
  switch (failure.kind) {
    case "malformed":
    case "integrity":
    case "no_key":
      return new Problem(422, code, { detail });
    case "usage":
      return new Problem(400, "request_invalid", { detail });
    default:
      return new Problem(500, "internal", { cause: failure });
  }
}

/** Says that a ticket is of no upload that is under way, whatever the reason. */
export function uploadGone(): Problem {
  return new Problem(410, "upload_gone", { detail: "no upload is under way under this ticket: begin again" });
}

/** The names of RFC 9110, as `about:blank` asks for. */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** Returns the challenge of RFC 9449, section 7.1. */
function authentication(status: number, code: string): Record<string, string> {
  const error = ERRORS.find(([pattern]) => pattern.test(code))?.[1];
  if (status !== 401 && code !== "scope_missing") {
    return {};
  }
  const parameters = [...(error === undefined ? [] : [`error="${error}"`]), 'algs="EdDSA ES256 RS256"'];
  return { "www-authenticate": `DPoP ${parameters.join(", ")}` };
}

/** Who sent no credentials is told no error (RFC 6750, section 3.1). */
const ERRORS: readonly (readonly [RegExp, string | undefined])[] = [
  [/^token_missing$/, undefined],
  [/^token_/, "invalid_token"],
  [/^proof_/, "invalid_dpop_proof"],
  [/^scope_missing$/, "insufficient_scope"],
];
