import { Host, hosts, type Source } from "./host.js";
import * as glue from "./wasm/holder.js";

export * from "./core.js";
export * from "./holding.js";

hosts.holder = new Host(glue);

/**
 * Loads the module for wallets. Await it once, before anything else. Unless `source` says from
 * where, the module is beside the scripts of the package.
 */
export function loadHolder(
  source: Source = new URL("./wasm/holder.wasm", import.meta.url),
): Promise<void> {
  return (hosts.holder as Host).load(source);
}
