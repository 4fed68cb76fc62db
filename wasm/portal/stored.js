// What this browser keeps of a portal between visits: the key of its tokens, and the key that signs documents.

const NAME = "sealwright-portal";
const STORE = "values";

/**
 * Returns what is kept under a name.
 *
 * @param {string} name
 * @returns {Promise<any>}
 */
export function kept(name) {
  return inStore("readonly", (store) => store.get(name));
}

/**
 * Keeps a value: anything that can be cloned, so keys that cannot be exported too.
 *
 * @param {string} name
 * @param {unknown} value
 * @returns {Promise<unknown>}
 */
export function keep(name, value) {
  return inStore("readwrite", (store) => store.put(value, name));
}

/**
 * Forgets what is kept under a name.
 *
 * @param {string} name
 * @returns {Promise<unknown>}
 */
export function forget(name) {
  return inStore("readwrite", (store) => store.delete(name));
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} act
 */
async function inStore(mode, act) {
  const database = await opened();
  try {
    return await settled(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
