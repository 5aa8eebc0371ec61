import { anyHost, gateHost, type Host, hosts } from "./host.js";
import type { CodeFacts } from "./records.js";

/** Every code with which a token is refused, in the order of the checks. */
export function rejectionCodes(): CodeFacts[] {
  return anyHost().run((glue) => glue.rejectionCodes() as CodeFacts[]);
}

/** Every code with which a trust list or a status list is refused. */
export function listRejectionCodes(): CodeFacts[] {
  return gateHost().run((glue) => glue.listRejectionCodes() as CodeFacts[]);
}

/**
 * Defects that a test asks for, in each module that is loaded: a panic, and a trap without a word.
 * The package that users get has neither, and says so by `undefined`.
 */
export function defectsForTests(): { panic(): void; trap(): void } | undefined {
  const broken = [hosts.gate, hosts.issuer, hosts.holder].filter(
    (host) => host?.ready && host.run((glue) => "panicForTests" in glue),
  ) as Host[];
  const called = (name: "panicForTests" | "trapForTests") => () => {
    const thrown: unknown[] = [];
    for (const host of broken) {
      try {
        host.run((glue) => (glue as unknown as Record<typeof name, () => void>)[name]());
      } catch (defect) {
        thrown.push(defect);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  };
  const defects = { panic: called("panicForTests"), trap: called("trapForTests") };
  return broken.length > 0 ? defects : undefined;
}
