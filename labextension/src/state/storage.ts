/** What a browser keeps for a person: unsent changes, edited answers. */

/** A small keyed store; `undefined` as a value deletes. One write is all or nothing. */
export interface KeptStorage {
  read(): Promise<[string, unknown][]>;
  write(changes: readonly (readonly [string, unknown])[]): Promise<void>;
}

/** Keeps nothing beyond the page: for browsers that refuse to store anything. */
export class MemoryStorage implements KeptStorage {
  private readonly values = new Map<string, unknown>();

  read(): Promise<[string, unknown][]> {
    return Promise.resolve([...this.values].map(([key, value]) => [key, structuredClone(value)]));
  }

  write(changes: readonly (readonly [string, unknown])[]): Promise<void> {
    for (const [key, value] of changes) {
      if (value === undefined) {
        this.values.delete(key);
      } else {
        this.values.set(key, structuredClone(value));
      }
    }
    return Promise.resolve();
  }
}

const STORE = 'changes';

/** Survives closed tabs and crashed browsers. */
export class IndexedDbStorage implements KeptStorage {
  private constructor(private readonly database: IDBDatabase) {}

  /** Open the database of one person at one server. */
  static async open(name: string): Promise<IndexedDbStorage> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    return new IndexedDbStorage(await done(request));
  }

  async read(): Promise<[string, unknown][]> {
    const store = this.database.transaction(STORE).objectStore(STORE);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    return keys.map((key, k) => [key as string, values[k] as unknown]);
  }

  write(changes: readonly (readonly [string, unknown])[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, 'readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
      const store = transaction.objectStore(STORE);
      for (const [key, value] of changes) {
        if (value === undefined) {
          store.delete(key);
        } else {
          store.put(value, key);
        }
      }
      transaction.commit();
    });
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('refused'));
  });
}

/** The best store this browser gives us. */
export async function openStorage(name: string): Promise<KeptStorage> {
  try {
    return await IndexedDbStorage.open(name);
  } catch {
    return new MemoryStorage(); // private windows of some browsers have no IndexedDB
  }
}
