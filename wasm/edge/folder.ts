import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { BucketFullError, isObjectId } from "./bucket.js";
import type { Bucket, ByteRange, Stored, StoredEntry } from "./bucket.js";

/** Where objects are written before they have a name. No id begins with a full stop. */
const UNFINISHED = ".unfinished";

/** How long a process may take to write one object; what is older was left behind by one that ended. */
const ABANDONED_MS = 86_400_000;

const READ_SIZE = 256 * 1024;

/** Keeps objects as files of one folder. */
export class FolderBucket implements Bucket {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, if it is not there, and removes what was left half written. */
  static async open(folder: string): Promise<FolderBucket> {
    const unfinished = join(folder, UNFINISHED);
    await mkdir(unfinished, { recursive: true });
    for (const name of await readdir(unfinished)) {
      const file = join(unfinished, name);
      const { mtimeMs } = await stat(file);
      if (Date.now() - mtimeMs > ABANDONED_MS) {
        await rm(file, { force: true });
      }
    }
    return new FolderBucket(folder);
  }

  async put(id: string, body: ReadableStream<Uint8Array>, { size }: { size: number }): Promise<boolean> {
    const draft = join(this.#folder, UNFINISHED, randomUUID());
    try {
      await written(draft, body, size);
      return await this.#named(draft, this.#file(id));
    } catch (failure) {
      throw NO_ROOM.has(code(failure)) ? new BucketFullError(failure) : failure;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async head(id: string): Promise<Stored | undefined> {
    const found = await ifThere(lstat(this.#file(id)));
    return found?.isFile() ? { size: found.size } : undefined;
  }

  async get(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    const file = await ifThere(open(this.#file(id), constants.O_RDONLY | constants.O_NOFOLLOW));
    if (file === undefined) {
      return undefined;
    }
    return streamed(file, range ?? { offset: 0, length: (await file.stat()).size });
  }

  async list({ after = "", limit }: { after?: string | undefined; limit: number }): Promise<StoredEntry[]> {
    const names = (await readdir(this.#folder)).filter((name) => isObjectId(name) && name > after).sort();
    const entries: StoredEntry[] = [];
    for (const id of names) {
      const found = await this.head(id);
      if (found !== undefined) {
        entries.push({ id, ...found });
      }
      if (entries.length === limit) {
        break;
      }
    }
    return entries;
  }

  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Gives a file its name, which nothing else may have: a link is made whole or not at all. */
  async #named(draft: string, file: string): Promise<boolean> {
    try {
      await link(draft, file);
    } catch (failure) {
      if (code(failure) === "EEXIST") {
        return false;
      }
      throw failure;
    }
    await synced(this.#folder);
    return true;
  }

  #file(id: string): string {
    if (!isObjectId(id)) {
      throw new TypeError(`expected an object's id, got \`${id}\``);
    }
    return join(this.#folder, id);
  }
}

/** What a file system says where there is no more room, for all or for this user. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

async function written(path: string, body: ReadableStream<Uint8Array>, size: number): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    let place = 0;
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      for (let from = 0; from < part.length; ) {
        const { bytesWritten } = await file.write(part, from, part.length - from, place);
        from += bytesWritten;
        place += bytesWritten;
      }
    }
    if (place !== size) {
      throw new RangeError(`expected ${size} bytes, got ${place}`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name is safe once its folder is. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function streamed(file: FileHandle, { offset, length }: ByteRange): ReadableStream<Uint8Array> {
  let place = offset;
  const end = offset + length;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const buffer = new Uint8Array(Math.min(READ_SIZE, end - place));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, place);
    place += bytesRead;
    if (bytesRead === 0 && place < end) {
      throw new RangeError("the object is shorter than it was");
    }
    if (bytesRead > 0) {
      controller.enqueue(buffer.subarray(0, bytesRead));
    }
    if (place === end) {
      await file.close();
      controller.close();
    }
  };
  const source = {
    pull: (controller: ReadableStreamDefaultController<Uint8Array>) =>
      pull(controller).catch(async (failure: unknown) => {
        await file.close();
        throw failure;
      }),
    cancel: () => file.close(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

async function ifThere<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (failure) {
    if (code(failure) === "ENOENT") {
      return undefined;
    }
    throw failure;
  }
}

function code(failure: unknown): string {
  return String((failure as NodeJS.ErrnoException | undefined)?.code);
}
