import { Failure } from "./failure.js";

const FOLDER = "sealwright-uploads";

/** How much is written at once, in bytes. */
const PIECE_SIZE = 1 << 20;

/** What a document has at most besides what it was made of: header, and 16 bytes for each 64 KiB. */
const HEADER_LIMIT = 64 * 1024;

/**
 * Keeps sealed documents in the browser's private file system until they are sent. A file can be sent from there at any size
 * without passing through memory. What a closed tab left behind is removed by the next one.
 */
export class Deposits {
  #folder;

  /** @param {FileSystemDirectoryHandle} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  static async begin() {
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
    const own = crypto.randomUUID();
    // Held for as long as this worker lives.
    await new Promise((resolve) => navigator.locks.request(lockOf(own), () => new Promise(() => resolve(undefined))));
    const folder = await all.getDirectoryHandle(own, { create: true });
    await sweep(all, own);
    return new Deposits(folder);
  }

  /**
   * Fails where the browser has too little room left for what a file will be once it is sealed.
   *
   * @param {number} size
   */
  async expect(size) {
    const { quota, usage } = await navigator.storage.estimate();
    const needed = size + Math.ceil(size / 4096) + HEADER_LIMIT;
    if (quota !== undefined && usage !== undefined && quota - usage < needed) {
      throw noRoom();
    }
  }

  /**
   * Writes a document: its payload as it comes, then its header before it. Leaves nothing where that fails.
   *
   * @param {string} key
   * @param {import("/sealwright/browser.js").SealedParts} parts
   * @param {AbortSignal} signal
   */
  async write(key, { payload, header, headerSize }, signal) {
    /** @type {Access | undefined} */
    let access;
    try {
      const file = /** @type {Openable} */ (
        /** @type {unknown} */ (await this.#folder.getFileHandle(key, { create: true }))
      );
      access = await file.createSyncAccessHandle();
      access.truncate(0);
      const end = await written(payload, access, headerSize, signal);
      whole(access, await header, 0);
      access.flush();
      access.close();
      return end;
    } catch (failure) {
      access?.close();
      await payload.cancel(failure).catch(() => undefined);
      await this.remove(key);
      throw isQuota(failure) ? noRoom() : failure;
    }
  }

  /** @param {string} key */
  async read(key) {
    return (await this.#folder.getFileHandle(key)).getFile();
  }

  /** @param {string} key */
  async remove(key) {
    await this.#folder.removeEntry(key).catch(() => undefined);
  }
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} payload
 * @param {Access} access
 * @param {number} from
 * @param {AbortSignal} signal
 */
async function written(payload, access, from, signal) {
  const reader = payload.getReader({ mode: "byob" });
  let at = from;
  let buffer = new ArrayBuffer(PIECE_SIZE);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done) {
        return at;
      }
      at += whole(access, value, at);
      buffer = value.buffer;
    }
  } finally {
    reader.releaseLock();
  }
}

/**
 * Writes all of some bytes: one call may write fewer.
 *
 * @param {Access} access
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function whole(access, bytes, at) {
  for (let done = 0; done < bytes.length; ) {
    const count = access.write(bytes.subarray(done), { at: at + done });
    if (count === 0) {
      throw noRoom();
    }
    done += count;
  }
  return bytes.length;
}

/**
 * Removes the folders of tabs that are gone.
 *
 * @param {FileSystemDirectoryHandle} all
 * @param {string} own
 */
async function sweep(all, own) {
  for await (const name of /** @type {any} */ (all).keys()) {
    if (name !== own) {
      await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
        await (lock && all.removeEntry(name, { recursive: true }).catch(() => undefined));
      });
    }
  }
}

/** @param {string} name */
function lockOf(name) {
  return `${FOLDER}/${name}`;
}

function noRoom() {
  return new Failure({ code: "no_room", kind: "environment", message: "the browser has too little room" });
}

/** @param {unknown} failure */
function isQuota(failure) {
  return failure instanceof Error && failure.name === "QuotaExceededError";
}

/**
 * @typedef {{ createSyncAccessHandle(): Promise<Access> }} Openable
 * @typedef {{ write(bytes: Uint8Array, options: { at: number }): number, truncate(size: number): void, flush(): void, close(): void }} Access
 */
