// A small reader of CBOR (RFC 8949), for trust lists: items with the bytes that they stand in.

/** An item. Maps of other keys than numbers are not read: trust lists have none. */
export interface Item {
  readonly value: Value;
  /** The bytes of the whole item. */
  readonly bytes: Uint8Array;
}

export type Value =
  | number
  | string
  | Uint8Array
  | boolean
  | readonly Item[]
  | ReadonlyMap<number, Item>
  | { readonly tag: number; readonly item: Item };

const DEEPEST = 8;

/** Reads one item that fills the bytes. Nothing for what is no such item. */
export function readCbor(bytes: Uint8Array): Item | undefined {
  try {
    const reader = new Reader(bytes);
    const item = reader.item(0);
    return reader.isAtEnd ? item : undefined;
  } catch (failure) {
    // Too short or another kind of item; no UTF-8.
    if (failure instanceof RangeError || failure instanceof TypeError) return undefined;
    throw failure;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(depth: number): Item {
    if (depth > DEEPEST) throw new RangeError("too deep");
    const from = this.#at;
    const value = this.#value(depth);
    return { value, bytes: this.#bytes.slice(from, this.#at) };
  }

  #value(depth: number): Value {
    const head = this.#take(1)[0] ?? 0;
    const [major, info] = [head >> 5, head & 31];
    if (major === 7) {
      if (info !== 20 && info !== 21) throw new RangeError("a simple value");
      return info === 21;
    }
    const size = this.#size(info);
    switch (major) {
      case 0:
        return size;
      case 1:
        return -1 - size;
      case 2:
        return this.#take(size).slice();
      case 3:
        return new TextDecoder("utf-8", { fatal: true }).decode(this.#take(size));
      case 4:
        return this.#items(size, depth);
      case 5:
        return this.#map(size, depth);
      default:
        return { tag: size, item: this.item(depth + 1) };
    }
  }

  #items(size: number, depth: number): Item[] {
    // Each item has a byte at least.
    if (size > this.#bytes.length - this.#at) throw new RangeError("too short");
    return Array.from({ length: size }, () => this.item(depth + 1));
  }

  #map(size: number, depth: number): Map<number, Item> {
    const items = this.#items(2 * size, depth);
    const map = new Map<number, Item>();
    for (let at = 0; at < items.length; at += 2) {
      const [key, value] = [items[at]?.value, items[at + 1]];
      if (typeof key !== "number" || value === undefined) throw new RangeError("another key");
      map.set(key, value);
    }
    return map;
  }

  #size(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw new RangeError("no length");
    const bytes = this.#take(2 ** (info - 24));
    const size = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(size)) throw new RangeError("too large");
    return size;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("too short");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
