import { LivepermitError, reasonOf } from "./error.js";

/** What the module for issuers exports. The modules for gates and wallets export a part of it. */
export type Glue = typeof import("./wasm/issuer.js");

/** What loads a module, whichever. */
const ANY = "`loadHolder()`, `loadGate()` or `loadIssuer()`";

/** Where the bytes of a module come from: an address, the bytes, or a compiled module. */
export type Source = URL | string | Response | ArrayBuffer | Uint8Array | WebAssembly.Module;

/**
 * A module of WebAssembly and its present instance.
 *
 * A panic ends an instance: its memory may be half written. So whatever leaves the instance that is
 * no error of ours ends the instance. A fresh instance takes over at once, and each object makes
 * its half inside the module again when the object is used next.
 */
export class Host {
  /** Counts instances. What an earlier instance made is of no use to a later one. */
  generation = 0;
  readonly #glue: Glue;
  #loading: Promise<void> | undefined;
  #ready = false;
  #busy = false;

  constructor(glue: unknown) {
    this.#glue = glue as Glue;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Loads the module once. After a failure, the next call tries again. */
  load(source: Source): Promise<void> {
    this.#loading ??= compile(source)
      .then(async (module) => {
        await this.#glue.default({ module_or_path: module });
        this.#ready = true;
      })
      .catch((cause: unknown) => {
        this.#loading = undefined;
        throw new LivepermitError(
          {
            code: "module-not-loaded",
            reason: `the module did not load: ${reasonOf(cause)}`,
            instruction: "Let the server give the `.wasm` file beside the scripts of the package.",
          },
          { cause },
        );
      });
    return this.#loading;
  }

  /** Calls the module. `work` calls the module alone, nothing else of this package. */
  run<T>(work: (glue: Glue) => T): T {
    if (!this.#ready) throw notLoaded(ANY);
    if (this.#busy) {
      throw new LivepermitError({
        code: "called-within-call",
        reason: "the module was called while it read an argument",
        instruction: "Give plain values: no getters and no proxies that call the package.",
      });
    }
    this.#busy = true;
    try {
      return work(this.#glue);
    } catch (thrown) {
      const failure = thrown as { code?: unknown; reason?: unknown };
      if (
        typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) &&
        typeof failure.code === "string" && typeof failure.reason === "string"
      ) {
        throw new LivepermitError(thrown as never);
      }
      throw this.#startAgain(thrown);
    } finally {
      this.#busy = false;
    }
  }

  #startAgain(cause: unknown): LivepermitError {
    this.generation += 1;
    try {
      this.#glue.__wbg_reset_state();
    } catch {
      // No memory for another instance. The page must load the module again.
      this.#ready = false;
      this.#loading = undefined;
    }
    return new LivepermitError(
      {
        code: "internal",
        reason: reasonOf(cause),
        instruction: "Tell who makes livepermit: this is a defect.",
      },
      { cause },
    );
  }
}

/** No module that is loaded has what was called; `loads` says what loads one that has. */
function notLoaded(loads: string): LivepermitError {
  return new LivepermitError({
    code: "module-not-loaded",
    reason: "no module that is loaded has this function",
    instruction: `Await ${loads} first.`,
  });
}

async function compile(source: Source): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) {
    return WebAssembly.compile(source as BufferSource);
  }
  const isUrl = typeof source === "string" || source instanceof URL;
  const url = isUrl ? new URL(source, import.meta.url) : undefined;
  if (url?.protocol === "file:") {
    // Node: its `fetch` reads no files. Hidden from bundlers, which know no such module.
    const files = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ files)) as {
      readFile(file: URL): Promise<Uint8Array>;
    };
    return WebAssembly.compile((await readFile(url)) as BufferSource);
  }
  const response = url === undefined ? (source as Response) : await fetch(url);
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  // Streaming needs the right type of content, which not every server gives.
  if (response.headers.get("content-type")?.startsWith("application/wasm")) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** The modules that are loaded. A page can have several. */
export const hosts: { gate?: Host; holder?: Host; issuer?: Host } = {};

/** The first of these modules that is loaded; `loads` says what loads one of them. */
function ready(loads: string, ...modules: (Host | undefined)[]): Host {
  const found = modules.find((host) => host?.ready);
  if (found === undefined) throw notLoaded(loads);
  return found;
}

/** A module that has what all have: keys as values, pictures, codes of rejections. */
export function anyHost(): Host {
  return ready(ANY, hosts.issuer, hosts.gate, hosts.holder);
}

/** A module that has what wallets need. What a wallet prepares, a key of the issuer's can sign. */
export function holderHost(): Host {
  return ready("`loadHolder()` or `loadIssuer()`", hosts.issuer, hosts.holder);
}

/** A module that has what gates need. */
export function gateHost(): Host {
  return ready("`loadGate()` or `loadIssuer()`", hosts.gate, hosts.issuer);
}

/** The module for issuers. */
export function issuerHost(): Host {
  return ready("`loadIssuer()` of `livepermit/issuer`", hosts.issuer);
}

interface Freed {
  free(): void;
}

/**
 * The half of an object that is inside a module. It can be made again, from what is kept outside.
 */
export class Handle<Raw extends Freed> {
  readonly #make: (host: Host) => Raw;
  #host: Host | undefined;
  #generation = -1;
  #raw: Raw | undefined;

  constructor(make: (host: Host) => Raw) {
    this.#make = make;
  }

  /** The half inside this module. */
  in(host: Host): Raw {
    if (this.#raw === undefined || this.#host !== host || this.#generation !== host.generation) {
      const raw = this.#make(host);
      [this.#raw, this.#host, this.#generation] = [raw, host, host.generation];
    }
    return this.#raw;
  }

  /** The module where the half is, for objects that change: they stay where they began. */
  home(usual: () => Host): Host {
    return this.#host ?? usual();
  }

  /** Gives the memory back now, and not when the garbage collector finds time. */
  free(): void {
    if (this.#host?.generation === this.#generation) this.#raw?.free();
    this.#raw = undefined;
  }
}

/** Tells equal bytes. Nothing secret is compared. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
