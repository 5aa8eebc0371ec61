// Whether the browser keeps what the wallet stores.

/** A mark beside the database: whose permits should be here. It has no key and no person. */
const MARK = "livepermit-wallet";

/** What the mark says. */
export interface Mark {
  /** The names of the issuers, as the person saw them. */
  readonly issuers: readonly string[];
  readonly permits: number;
}

/** Whether the browser promised to keep the storage. */
export type Keeping = "kept" | "may-be-erased" | "unknown";

/** Asks the browser to keep the storage. Browsers look at whether the page is installed or used. */
export async function askToKeep(): Promise<Keeping> {
  const { storage } = navigator as Partial<Navigator>;
  if (storage?.persist === undefined) return "unknown";
  try {
    return (await storage.persisted()) || (await storage.persist()) ? "kept" : "may-be-erased";
  } catch {
    return "unknown";
  }
}

export function writeMark(mark: Mark): void {
  try {
    if (mark.permits === 0) localStorage.removeItem(MARK);
    else localStorage.setItem(MARK, JSON.stringify(mark));
  } catch {
    // A browser that forbids this keeps no permits either, and says so at the database.
  }
}

/**
 * The mark, if there should be more permits than there are: the browser erased the database and
 * left the mark. Where both are erased together, nothing can tell that.
 */
export function lost(found: number): Mark | undefined {
  try {
    const mark = JSON.parse(localStorage.getItem(MARK) ?? "null") as Mark | null;
    return mark !== null && mark.permits > found ? mark : undefined;
  } catch {
    return undefined;
  }
}
