import { Failure } from "./failure.js";
import { unreachable } from "./edge.js";

/**
 * Puts a file. `XMLHttpRequest` tells how far it is, which `fetch` does not, and the browser reads the file from disk as it sends.
 *
 * @param {Blob} file
 * @param {{ url: string, headers: Record<string, string>, signal: AbortSignal, told: (bytes: number) => void }} request
 * @returns {Promise<{ status: number, body: string }>}
 */
export function send(file, { url, headers, signal, told }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let sent = 0;
    request.upload.onprogress = ({ loaded }) => {
      told(loaded - sent);
      sent = loaded;
    };
    request.onload = () => resolve({ status: request.status, body: request.responseText });
    request.onerror = () => reject(unreachable());
    request.ontimeout = () => reject(unreachable());
    request.onabort = () => reject(new Failure({ name: "AbortError", message: "cancelled" }));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.open("PUT", url);
    Object.entries({ ...headers, "content-type": "application/octet-stream" }).forEach(([name, value]) =>
      request.setRequestHeader(name, value),
    );
    request.send(file);
  });
}
