import { Host, hosts, type Source } from "./host.js";
import * as glue from "./wasm/issuer.js";

export * from "./gate.js";
export * from "./holding.js";
export {
  defaultValidity,
  Issuer,
  type IssuerOptions,
  permit,
  prepareTrustList,
  SecretKey,
  StatusListBuilder,
  type TrustListContent,
} from "./issuing.js";
export { PreparedList } from "./prepared.js";
export { diagnosticNotation, inspect, readToken, readTokenText } from "./tokens.js";

hosts.issuer = new Host(glue);

/**
 * Loads the module for issuers, which has all that gates and wallets need too. Await it once,
 * before anything else. Unless `source` says from where, the module is beside the scripts of the
 * package.
 */
export function loadIssuer(
  source: Source = new URL("./wasm/issuer.wasm", import.meta.url),
): Promise<void> {
  return (hosts.issuer as Host).load(source);
}
