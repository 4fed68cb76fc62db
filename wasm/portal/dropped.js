/**
 * Returns the files that were dropped, those in folders too.
 *
 * @param {DataTransfer | null} transfer
 * @param {number} most
 * @returns {Promise<File[]>}
 */
export async function filesOf(transfer, most) {
  const entries = [...(transfer?.items ?? [])]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry());
  const loose = [...(transfer?.files ?? [])];
  if (entries.every((entry) => entry === null || entry.isFile)) {
    return loose;
  }
  /** @type {File[]} */
  const files = [];
  for (const entry of entries) {
    await gather(entry, files, most);
  }
  return files;
}

/**
 * @param {FileSystemEntry | null} entry
 * @param {File[]} files
 * @param {number} most
 */
async function gather(entry, files, most) {
  if (entry === null || files.length >= most) {
    return;
  }
  if (entry.isFile) {
    files.push(
      await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject)),
    );
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) {
      return;
    }
    for (const one of some) {
      await gather(one, files, most);
    }
  }
}
