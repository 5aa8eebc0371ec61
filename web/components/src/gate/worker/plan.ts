import {
  type GateSettings,
  gateSettings,
  type KeptTrust,
  policy,
  PublicKey,
  type RelayAccess,
  type Retention,
  storedSetup,
  Trust,
  trustOfSetup,
} from "livepermit/gate";

import type { GateOptions, GateRuleOptions, GateSetupOptions } from "../options.js";

/** What a gate was told, as the library takes it. */
export interface Plan {
  readonly settings: GateSettings;
  readonly trust: KeptTrust;
  /** Where the trust list is; nothing if the keys were named. */
  readonly trustList?: string;
  readonly statusLists: readonly string[];
  readonly retention?: Retention;
  /** Where the gates of the zone share their used codes. */
  readonly relay?: RelayAccess;
  readonly database?: string;
}

/** Throws the codes of setups, of keys and of policies. */
export function planOf(options: GateOptions): Plan {
  return "setup" in options ? planOfSetup(options) : planOfRules(options);
}

function planOfSetup({ setup, asks, database }: GateSetupOptions): Plan {
  const told = storedSetup(setup);
  const { settings, trust, statusLists, retention, relay } = told;
  const { policy } = settings;
  return {
    // Stricter than the operator said is not weaker.
    settings: asks === true
      ? { ...settings, policy: { ...policy, challenge: "required" } } : settings,
    trust: trustOfSetup(told),
    statusLists,
    retention,
    ...(trust.kind === "listed" && { trustList: trust.address }),
    ...(relay !== undefined && { relay }),
    ...(database !== undefined && { database }),
  };
}

function planOfRules(options: GateRuleOptions): Plan {
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

function trustOf({ trust }: GateRuleOptions): KeptTrust {
  if (trust.kind === "keys") {
    const keys = trust.keys.map((key) => ({ ...key, key: PublicKey.fromCoseKey(key.key) }));
    return { keys: new Trust(keys) };
  }
  const { name, roots, lowestVersion } = trust;
  return { name, roots: roots.map((root) => PublicKey.fromCoseKey(root)), lowestVersion };
}
