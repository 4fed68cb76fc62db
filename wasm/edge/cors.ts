/** Answers CORS for the origins that were configured, and for no others. */
export class Cors {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: Iterable<string>) {
    this.#origins = new Set(Array.from(origins, checked));
  }

  /** Answers a preflight, or any other `OPTIONS`. */
  preflight(request: Request, methods: readonly string[]): Response {
    const allow = [...methods, "OPTIONS"].join(", ");
    const headers = new Headers({ allow });
    if (this.#allows(request) && request.headers.has("access-control-request-method")) {
      headers.set("access-control-allow-methods", methods.join(", "));
      headers.set("access-control-allow-headers", REQUEST_HEADERS);
      headers.set("access-control-max-age", "600");
    }
    return new Response(null, { status: 204, headers });
  }

  /** Lets a page of a configured origin read the answer. */
  apply(request: Request, headers: Headers): void {
    if (this.#origins.size === 0) {
      return;
    }
    headers.append("vary", "Origin");
    if (this.#allows(request)) {
      headers.set("access-control-allow-origin", request.headers.get("origin") as string);
      headers.set("access-control-expose-headers", RESPONSE_HEADERS);
    }
  }

  #allows(request: Request): boolean {
    const origin = request.headers.get("origin");
    return origin !== null && this.#origins.has(origin);
  }
}

const REQUEST_HEADERS =
  "authorization, content-type, dpop, if-none-match, if-range, range, upload-length, upload-ticket, x-request-id";

const RESPONSE_HEADERS = "accept-ranges, content-length, content-range, etag, location, retry-after, www-authenticate, x-request-id";

/** Browsers send origins as the URL standard writes them: another form would never match, and nobody would know why. */
function checked(origin: string): string {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new TypeError(`expected an origin such as \`https://portal.example\`, got \`${origin}\``);
  }
  return origin;
}
