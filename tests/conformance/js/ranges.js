// A server of one document, which serves ranges as RFC 9110 says, or wrongly in one way.
import { createServer } from "node:http";

/**
 * @typedef {(response: import("node:http").ServerResponse, range: { start: number, end: number, size: number }) => boolean} Fault
 *   takes the place of the answer to a request, and tells whether it gave one
 */

/**
 * Serves what `document.bytes` is at the time of a request, under the tag that `document.tag` is.
 *
 * @param {{ bytes: Uint8Array, tag?: string }} document
 * @param {Fault} [fault]
 */
export async function serve(document, fault) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.range ?? "all");
    answer(document, request, response, fault);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${port}/sealed.age?token=secret`, asked, close };
}

/**
 * @param {{ bytes: Uint8Array, tag?: string }} document
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {Fault} [fault]
 */
export function answer({ bytes, tag }, request, response, fault = () => false) {
  const size = bytes.length;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const [start, end] = [Number(first), Math.min(Number(last) + 1, size)];
  if (tag !== undefined) {
    response.setHeader("etag", tag);
  }
  if (fault(response, { start, end, size })) {
    return;
  }
  if (first === undefined) {
    response.writeHead(200, { "content-length": size }).end(bytes);
  } else if (start >= size) {
    response.writeHead(416, { "content-range": `bytes */${size}` }).end("there is no such range");
  } else {
    partial(response, { start, end, size }, bytes.subarray(start, end));
  }
}

/**
 * Answers with a range.
 *
 * @param {import("node:http").ServerResponse} response
 * @param {{ start: number, end: number, size: number }} range what the answer says that it is
 * @param {Uint8Array} body
 */
export function partial(response, { start, end, size }, body) {
  response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${size}`, "content-length": body.length }).end(body);
}
