// What the page itself keeps: how the gate was set up, how it asks, and the log. Used codes are in a
// database of their own, which the element keeps.

const NAME = "livepermit-gate-page";
const SETUP = "setup";
const HELD = "held";
const ASKING = "asking";
const LOG = "log";

/** The database of the page. */
export class PageStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  static open(): Promise<PageStore> {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(NAME, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(SETUP);
        opening.result.createObjectStore(LOG, { autoIncrement: true });
      };
      opening.onsuccess = () => resolve(new PageStore(opening.result));
      opening.onerror = () => reject(opening.error ?? new Error("the database does not open"));
    });
  }

  /** What `keepSetup` kept. */
  setup(): Promise<unknown> {
    return this.#step(SETUP, "readonly", (store) => store.get(HELD));
  }

  async keepSetup(setup: unknown): Promise<void> {
    await this.#step(SETUP, "readwrite", (store) => store.put(setup, HELD));
  }

  /** What `keepAsking` kept. */
  asking(): Promise<unknown> {
    return this.#step(SETUP, "readonly", (store) => store.get(ASKING));
  }

  async keepAsking(asking: unknown): Promise<void> {
    await this.#step(SETUP, "readwrite", (store) => store.put(asking, ASKING));
  }

  /** Adds a line to the log, and drops the oldest beyond `most`. */
  async log(line: unknown, most: number): Promise<void> {
    const key = await this.#step(LOG, "readwrite", (store) => store.add(line));
    const last = Number(key) - most;
    if (last > 0) {
      await this.#step(LOG, "readwrite", (store) => store.delete(IDBKeyRange.upperBound(last)));
    }
  }

  /** The lines of the log, the oldest first. */
  async lines(): Promise<unknown[]> {
    return (await this.#step(LOG, "readonly", (store) => store.getAll())) as unknown[];
  }

  async clearLog(): Promise<void> {
    await this.#step(LOG, "readwrite", (store) => store.clear());
  }

  #step(
    name: string,
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(name, mode);
      const asked = ask(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("nothing was written"));
    });
  }
}
