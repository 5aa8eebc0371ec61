import { Host, hosts, type Source } from "./host.js";
import * as glue from "./wasm/gate.js";

export { Asked, FrameScanner, GateScanner, type Pixels, type ScanStep } from "./camera.js";
export { listRejectionCodes } from "./codes.js";
export * from "./core.js";
export type * from "./gate-records.js";
export { KeptGate, type KeptGateOptions, type KeptTrust } from "./kept-gate.js";
export {
  type Begun,
  cautionCodes,
  defaultRetention,
  Gate,
  gateSettings,
  type Pending,
  Store,
} from "./lane.js";
export {
  type AcceptOptions,
  defaultStatusLimits,
  ListFetch,
  mostListBytes,
  StatusList,
  TrustAnchor,
  type TrustList,
  type TrustState,
} from "./lists.js";
export * from "./memory.js";
export { RelayStore, type RelayStoreOptions } from "./relay.js";
export {
  acceptFirstSetup,
  acceptNextSetup,
  type GateSetup,
  readSetup,
  readSetupBytes,
  type RelayAccess,
  setupCheckNumber,
  setupRejectionCodes,
  type SetupTrust,
  storedSetup,
  trustOfSetup,
  type UnverifiedSetup,
} from "./setup.js";
export {
  type Change,
  type GateStorage,
  type Held,
  IndexedDbStorage,
  type IndexedDbPlace,
  MemoryStorage,
  type Wanted,
} from "./storage.js";
export { policy, Verifier } from "./verifier.js";

hosts.gate = new Host(glue);

/**
 * Loads the module for gates. Await it once, before anything else. Unless `source` says from where,
 * the module is beside the scripts of the package.
 */
export function loadGate(
  source: Source = new URL("./wasm/gate.wasm", import.meta.url),
): Promise<void> {
  return (hosts.gate as Host).load(source);
}
