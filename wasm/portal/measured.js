import { sizeWords, timeWords } from "./words.js";

/** How long reading may keep the page from drawing and from clicks, in milliseconds. */
const LONGEST_TURN = 24;

/** How much is read at once where the reader brings no buffer, in bytes. */
const PIECE_SIZE = 1 << 20;

/**
 * Is a file that tells how far it has been read and stops at a signal.
 *
 * It is a `Blob`, so that the package reads it as often as it has to.
 */
export class MeasuredFile extends Blob {
  #file;
  #signal;
  #told;

  /**
   * @param {Blob} file
   * @param {AbortSignal} signal
   * @param {(bytes: number) => void} told is called with the size of each piece that is read
   */
  constructor(file, signal, told) {
    super([], { type: file.type });
    this.#file = file;
    this.#signal = signal;
    this.#told = told;
  }

  /** @override */
  get size() {
    return this.#file.size;
  }

  /**
   * Reads into the reader's own buffer, as the file's stream does: fresh buffers pile up in large files.
   *
   * @override
   */
  stream() {
    const reader = this.#file.stream().getReader({ mode: "byob" });
    let began = performance.now();
    return new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: PIECE_SIZE,
      pull: async (controller) => {
        this.#signal.throwIfAborted();
        if (performance.now() - began > LONGEST_TURN) {
          await nextTurn();
          began = performance.now();
        }
        const request = /** @type {ReadableStreamBYOBRequest} */ (controller.byobRequest);
        const view = /** @type {Uint8Array<ArrayBuffer>} */ (request.view);
        const { value, done } = await reader.read(view).catch((failure) => unread(this.#file, failure));
        this.#told(value?.length ?? 0);
        if (done) {
          controller.close();
        }
        request.respondWithNewView(/** @type {Uint8Array<ArrayBuffer>} */ (value));
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }
}

/** Shows how far something is, how fast it goes and how long it will take. */
export class Meter {
  #bar;
  #text;
  #total;
  #before;
  #done;
  #shown = 0;
  #began = performance.now();

  /**
   * @param {HTMLProgressElement} bar
   * @param {HTMLElement} text
   * @param {number} total in bytes
   * @param {number} [done] how much of it was there before
   */
  constructor(bar, text, total, done = 0) {
    this.#bar = bar;
    this.#text = text;
    this.#total = total;
    this.#before = done;
    this.#done = done;
    this.#show(this.#began);
  }

  /** @param {number} bytes */
  add(bytes) {
    this.#done += bytes;
    const now = performance.now();
    if (now - this.#shown > 120) {
      this.#show(now);
    }
  }

  /** @param {number} now */
  #show(now) {
    this.#shown = now;
    const share = this.#total === 0 ? 1 : Math.min(this.#done / this.#total, 1);
    const speed = (this.#done - this.#before) / Math.max((now - this.#began) / 1000, 0.001);
    this.#bar.value = share;
    const parts = [`${Math.floor(share * 100)} %`];
    if (this.#done > this.#before) {
      parts.push(`${sizeWords(speed)}/s`, timeWords((this.#total - this.#done) / speed));
    }
    this.#text.textContent = parts.join(" · ");
  }
}

/** Lets the page draw and take clicks. A timer would do too, but browsers slow timers down in tabs at the back. */
function nextTurn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(undefined);
  });
}

/**
 * Says why a file could not be read on: streams of files that changed or are gone tell of a network error only.
 *
 * @param {Blob} file
 * @param {unknown} failure
 * @returns {Promise<never>}
 */
async function unread(file, failure) {
  await file.slice(0, 1).arrayBuffer();
  throw failure instanceof TypeError ? new DOMException("the file could not be read on", "NotReadableError") : failure;
}
