import type { PermitRecord, RequestRecord } from "./record.js";

const NAME = "livepermit-wallet";
const PERMITS = "permits";
const REQUESTS = "requests";

/** The wallet's database. A change is on disk when its promise is fulfilled. */
export class WalletStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab has a newer version of the wallet.
    database.onversionchange = () => database.close();
  }

  static open(): Promise<WalletStore> {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(NAME, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(PERMITS, { keyPath: "id" });
        opening.result.createObjectStore(REQUESTS);
      };
      opening.onsuccess = () => resolve(new WalletStore(opening.result));
      opening.onerror = () => reject(opening.error ?? new Error("the database does not open"));
      opening.onblocked = () => reject(new Error("another tab keeps the database"));
    });
  }

  /** The permits, the one that came first before the others. */
  async permits(): Promise<PermitRecord[]> {
    const found = await this.#do<PermitRecord[]>(PERMITS, "readonly", (all) => all.getAll());
    return found.sort((one, other) => one.added - other.added);
  }

  permit(id: string): Promise<PermitRecord | undefined> {
    return this.#do<PermitRecord | undefined>(PERMITS, "readonly", (all) => all.get(id));
  }

  async put(record: PermitRecord): Promise<void> {
    await this.#do(PERMITS, "readwrite", (all) => all.put(record));
  }

  /**
   * Changes a record if it is still there. A permit that was removed meanwhile does not come back.
   */
  change(id: string, change: (record: PermitRecord) => PermitRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#begin(PERMITS, "readwrite", reject);
      const permits = transaction.objectStore(PERMITS);
      const asked = permits.get(id);
      asked.onsuccess = () => {
        const found = asked.result as PermitRecord | undefined;
        if (found !== undefined) permits.put(change(found));
      };
      transaction.oncomplete = () => resolve();
    });
  }

  async remove(id: string): Promise<void> {
    await this.#do(PERMITS, "readwrite", (all) => all.delete(id));
  }

  /** The one request for which the browser is away. A newer one replaces it. */
  request(): Promise<RequestRecord | undefined> {
    return this.#do<RequestRecord | undefined>(REQUESTS, "readonly", (all) => all.get("now"));
  }

  async putRequest(record: RequestRecord): Promise<void> {
    await this.#do(REQUESTS, "readwrite", (all) => all.put(record, "now"));
  }

  async endRequest(): Promise<void> {
    await this.#do(REQUESTS, "readwrite", (all) => all.delete("now"));
  }

  #begin(name: string, mode: IDBTransactionMode, reject: (error: unknown) => void): IDBTransaction {
    const transaction = this.#database.transaction(name, mode, { durability: "strict" });
    transaction.onabort = () => reject(transaction.error ?? new Error("nothing was kept"));
    return transaction;
  }

  #do<T>(
    name: string,
    mode: IDBTransactionMode,
    work: (all: IDBObjectStore) => IDBRequest,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.#begin(name, mode, reject);
      const asked = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result as T);
    });
  }
}
