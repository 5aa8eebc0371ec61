/** What one step of a storage begins with. */
export interface Held {
  /** The values of the names that the step asked for; `undefined` where there is none. */
  readonly values: ReadonlyMap<string, unknown>;
  /** How many values have a name that begins with `record/`. */
  readonly records: number;
  /** Those values, if the step asked for them. */
  readonly all: ReadonlyMap<string, unknown>;
}

/** What one step of a storage ends with. */
export interface Change<T> {
  readonly result: T;
  /** Values to write; `undefined` removes. */
  readonly write?: ReadonlyMap<string, unknown>;
}

/** What a step reads. */
export interface Wanted {
  readonly names: readonly string[];
  /** Whether all records are wanted. */
  readonly records?: boolean;
}

/**
 * Where a gate keeps what must survive a reload: used codes, lists, what it knows about the time.
 * `IndexedDbStorage` is for browsers; a program with a database of its own writes another.
 */
export interface GateStorage {
  /**
   * Reads, lets `change` decide, and writes, as one step: no other step, of this page or of another
   * one, comes between. Resolves when what was written survives a power cut. `change` calls nothing
   * that is asynchronous. When it throws, nothing is written.
   */
  step<T>(wanted: Wanted, change: (held: Held) => Change<T>): Promise<T>;
}

/** How the names of records begin. */
export const RECORD = "record/";

/** A storage in this process, for tests. */
export class MemoryStorage implements GateStorage {
  #values = new Map<string, unknown>();

  async step<T>(wanted: Wanted, change: (held: Held) => Change<T>): Promise<T> {
    const records = [...this.#values].filter(([name]) => name.startsWith(RECORD));
    const { result, write } = change({
      values: new Map(wanted.names.map((name) => [name, structuredClone(this.#values.get(name))])),
      records: records.length,
      all: new Map(wanted.records ? structuredClone(records) : []),
    });
    for (const [name, value] of write ?? []) {
      if (value === undefined) this.#values.delete(name);
      else this.#values.set(name, structuredClone(value));
    }
    return result;
  }
}

const STORE = "gate";
// The names from `record/` to the last one that begins so.
const range = (): IDBKeyRange => IDBKeyRange.bound(RECORD, `${RECORD}\uffff`);

/** What IndexedDB lacks in an environment without browsers. */
export interface IndexedDbPlace {
  /** The name of the database; `livepermit-gate` unless said. All lanes of a zone name the same. */
  readonly database?: string;
  /** What opens the database, unless that of the platform. */
  readonly indexedDB?: IDBFactory;
}

/** A storage in IndexedDB. All pages of an origin that name the same database share it. */
export class IndexedDbStorage implements GateStorage {
  readonly #name: string;
  readonly #factory: IDBFactory;
  #database: Promise<IDBDatabase> | undefined;

  constructor(place: IndexedDbPlace = {}) {
    this.#name = place.database ?? "livepermit-gate";
    this.#factory = place.indexedDB ?? globalThis.indexedDB;
  }

  async step<T>(wanted: Wanted, change: (held: Held) => Change<T>): Promise<T> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      // Without `strict`, a browser says that all is well before the disk does.
      const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
      const store = transaction.objectStore(STORE);
      const values = new Map<string, unknown>();
      const all = new Map<string, unknown>();
      let result: T;
      let thrown: unknown;
      for (const name of wanted.names) {
        const asked = store.get(name);
        asked.onsuccess = () => values.set(name, asked.result);
      }
      let keys: IDBRequest<IDBValidKey[]> | undefined;
      if (wanted.records) {
        keys = store.getAllKeys(range());
        const found = store.getAll(range());
        found.onsuccess = () => {
          found.result.forEach((value, at) => all.set(String(keys?.result[at]), value));
        };
      }
      // Requests of a transaction come in order: this one is the last.
      const counted = store.count(range());
      counted.onsuccess = () => {
        try {
          const changed = change({ values, records: counted.result, all });
          for (const [name, value] of changed.write ?? []) {
            if (value === undefined) store.delete(name);
            else store.put(value, name);
          }
          result = changed.result;
        } catch (error) {
          thrown = error;
          transaction.abort();
        }
      };
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () =>
        reject(thrown ?? transaction.error ?? new Error("the database did not write"));
    });
  }

  /** Closes the database, so that it can be deleted. The next step opens it again. */
  async close(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    (await database)?.close();
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= new Promise<IDBDatabase>((resolve, reject) => {
      const opening = this.#factory.open(this.#name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
      opening.onerror = () => reject(opening.error ?? new Error("the database does not open"));
      opening.onsuccess = () => {
        const database = opening.result;
        const forget = () => {
          this.#database = undefined;
        };
        database.onversionchange = () => {
          database.close();
          forget();
        };
        database.onclose = forget;
        resolve(database);
      };
    }).catch((error: unknown) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }
}
