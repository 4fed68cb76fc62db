import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Edge } from "./edge.js";

export { FolderBucket } from "./folder.js";
export * from "./runtime-node.js";

/** Says where to listen, and as which origin callers reach the edge: the one that their proofs are for. */
export interface ListenOptions {
  /** This machine alone, `127.0.0.1`, if absent. */
  host?: string;
  /** Any that is free if absent. */
  port?: number;
  /** `http://` and the address if absent. */
  origin?: string;
}

/** Is a server that answers. */
export interface Listening {
  server: Server;
  /** As which origin it is reached. */
  origin: string;
  /** Takes no more requests, and ends once those at hand are answered. */
  close(): Promise<void>;
}

/** How long somebody may go on sending a body that nobody reads any more. */
const LINGER_MS = 2_000;

const HEADERS_TIMEOUT_MS = 10_000;

/** Longer than clients and proxies keep idle connections: who ends one first must not be the side that is asked. */
const KEEP_ALIVE_MS = 75_000;

/** Serves an edge over HTTP. */
export async function listen(edge: Edge, options: ListenOptions = {}): Promise<Listening> {
  const { host = "127.0.0.1", port = 0 } = options;
  let origin = options.origin ?? "";
  // A body may take its time: the edge gives up where one stands still.
  const settings = { requestTimeout: 0, headersTimeout: HEADERS_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(settings, (incoming, response) => {
    answer(edge, origin, incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => resolve());
  });
  origin ||= `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.close((failure) => (failure === undefined ? resolve() : reject(failure)));
      server.closeIdleConnections();
    });
  return { server, origin, close };
}

async function answer(edge: Edge, origin: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = requestOf(origin, incoming);
  if (request === undefined) {
    response.writeHead(400, { "cache-control": "no-store" }).end();
    return;
  }
  const answered = await edge(request);
  const headers = Object.fromEntries(answered.headers);
  if (answered.body === null || headers["content-length"] === undefined) {
    const body = Buffer.from(await answered.arrayBuffer());
    const unread = !incoming.complete && !incoming.destroyed;
    const length = answered.body === null ? {} : { "content-length": body.length };
    response.writeHead(answered.status, { ...headers, ...length, ...(unread && { connection: "close" }) });
    response.write(body);
    if (unread) {
      await drained(incoming);
    }
    response.end();
    return;
  }
  response.writeHead(answered.status, headers);
  await pipeline(Readable.fromWeb(answered.body as Parameters<typeof Readable.fromWeb>[0]), response);
}

/** Returns the request, unless its target is none that this host has. */
function requestOf(origin: string, incoming: IncomingMessage): Request | undefined {
  const { method = "GET", url = "" } = incoming;
  // The origin is the host's own word: who calls may write any `Host`, and any target in absolute form.
  if (!url.startsWith("/") || !URL.canParse(origin + url) || /^(connect|trace|track)$/i.test(method)) {
    return undefined;
  }
  const headers = new Headers();
  for (let place = 0; place < incoming.rawHeaders.length; place += 2) {
    headers.append(incoming.rawHeaders[place] ?? "", incoming.rawHeaders[place + 1] ?? "");
  }
  const bodiless = method === "GET" || method === "HEAD";
  return new Request(origin + url, { method, headers, ...(bodiless ? {} : { body: bodyOf(incoming), duplex: "half" }) });
}

/** Returns the body as a stream that reads no more than is asked for. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let open = true;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      const ended = (end: () => void) => () => {
        if (open) {
          open = false;
          end();
        }
      };
      incoming.on("data", (part: Uint8Array) => {
        if (open) {
          controller.enqueue(part);
          incoming.pause();
        }
      });
      incoming.once("end", ended(() => controller.close()));
      incoming.once("error", ended(() => controller.error(new Error("the body was cut short"))));
      incoming.once("close", ended(() => controller.error(new Error("the body was cut short"))));
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      open = false;
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** Waits for somebody to be done with a body that nobody reads any more: cut off, they might not see the answer. */
async function drained(incoming: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    incoming.removeAllListeners("data").once("end", end).once("close", end).resume();
  });
}
