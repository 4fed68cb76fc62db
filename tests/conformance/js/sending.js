// Sends a stream off to where the page came from. It runs in the page.

const PART = 4 << 20;

/**
 * Sends a stream in parts, through one buffer: fresh ones pile up faster than a browser collects them.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 */
export async function send(stream) {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(PART);
  for (let held = 0, ended = false; !ended; ) {
    const { value, done } = await reader.read(new Uint8Array(buffer, held));
    buffer = value?.buffer ?? buffer;
    held += value?.length ?? 0;
    ended = done;
    if (held === PART || ended) {
      const response = await fetch("/upload", { method: "POST", body: new Blob([new Uint8Array(buffer, 0, held)]) });
      if (!response.ok) {
        throw new Error(`the server answered ${response.status}`);
      }
      held = 0;
    }
  }
}
