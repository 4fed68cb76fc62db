/** The most that is kept in memory, in bytes, where the browser cannot write to a file as it goes. */
export const MEMORY_LIMIT = 256 * 1024 * 1024;

/** The size from which a result is written to a file as it is made, in bytes. */
export const STREAMED_FROM = 64 * 1024 * 1024;

/**
 * Is where a result goes.
 *
 * @typedef {object} Place
 * @property {(stream: ReadableStream<Uint8Array<ArrayBuffer>>, signal: AbortSignal) => Promise<Blob>} fill
 * @property {boolean} saved whether the result is in a file of the user's already
 */

/** Says that a result would not fit into memory. */
export class TooLarge extends Error {}

/**
 * Chooses where a result goes: large ones into a file that the user picks, others into memory.
 *
 * The picker needs a fresh click, so this comes first, before anything is read.
 *
 * @param {string} name
 * @param {number} size in bytes
 * @returns {Promise<Place>}
 */
export async function place(name, size) {
  if (size < STREAMED_FROM) {
    return memory();
  }
  if ("showSaveFilePicker" in window) {
    return picked(name);
  }
  if (size > MEMORY_LIMIT) {
    throw new TooLarge();
  }
  return memory();
}

/**
 * Has the browser save a result that is in memory.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @returns {Place} */
function memory() {
  return {
    saved: false,
    fill: async (stream, signal) => {
      /** @type {Uint8Array<ArrayBuffer>[]} */
      const parts = [];
      await stream.pipeTo(new WritableStream({ write: (part) => void parts.push(part) }), { signal });
      return new Blob(parts, { type: "application/octet-stream" });
    },
  };
}

/**
 * @param {string} suggestedName
 * @returns {Promise<Place>}
 */
async function picked(suggestedName) {
  const handle = await /** @type {Picker} */ (/** @type {unknown} */ (window)).showSaveFilePicker({ suggestedName });
  return {
    saved: true,
    // The browser writes beside the file and puts it in place only when all of it is there.
    fill: async (stream, signal) => {
      await stream.pipeTo(await handle.createWritable(), { signal });
      return handle.getFile();
    },
  };
}

/** @typedef {{ showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle> }} Picker */
