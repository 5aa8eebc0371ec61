import {
  type GateSettings,
  gateSettings,
  type KeptTrust,
  policy,
  PublicKey,
  type Retention,
  Trust,
} from "livepermit/gate";

import type { GateOptions } from "../options.js";

/** What a gate was told, as the library takes it. */
export interface Plan {
  readonly settings: GateSettings;
  readonly trust: KeptTrust;
  /** Where the trust list is; nothing if the keys were named. */
  readonly trustList?: string;
  readonly statusLists: readonly string[];
  readonly retention?: Retention;
  readonly database?: string;
}

/** Throws the codes of keys and of policies. */
export function planOf(options: GateOptions): Plan {
  const { gate, classes, revocation } = options.policy;
  const rules = { ...policy(gate, classes, revocation), ...options.policy };
  const { trust, statusLists = [], retention, database } = options;
  return {
    settings: { ...gateSettings(rules), ...options.settings },
    trust: trustOf(options),
    statusLists,
    ...(trust.kind === "list" && { trustList: trust.url }),
    ...(retention !== undefined && { retention }),
    ...(database !== undefined && { database }),
  };
}

function trustOf({ trust }: GateOptions): KeptTrust {
  if (trust.kind === "keys") {
    const keys = trust.keys.map((key) => ({ ...key, key: PublicKey.fromCoseKey(key.key) }));
    return { keys: new Trust(keys) };
  }
  const { name, roots, lowestVersion } = trust;
  return { name, roots: roots.map((root) => PublicKey.fromCoseKey(root)), lowestVersion };
}
