// What the issuer's status list says of a permit. The list is checked by the library's module for
// gates, which is loaded only for this and for the camera.

import { clock } from "../../components/src/clock.js";
import { loaded } from "./kept-keys.js";
import { isSafe } from "./protocol/address.js";
import { bytesOf } from "./protocol/fetching.js";
import type { PermitRecord } from "./record.js";

/** The entry of a permit; nothing if the list does not come or is not one of the issuer. */
export async function statusOf(record: PermitRecord): Promise<PermitRecord["status"]> {
  const reference = record.facts?.status;
  if (reference === undefined || !isSafe(reference.uri)) return undefined;
  const gate = await import("livepermit/gate");
  await gate.loadGate();
  const list = await bytesOf(reference.uri, gate.mostListBytes());
  if (list === undefined) return undefined;
  try {
    const trust = new gate.Trust(record.issuerKeys.map(loaded));
    const accepted = gate.StatusList.accept(list, trust, clock.wall());
    const value = accepted.get(reference.index);
    accepted.free();
    return value === undefined ? undefined : { value, issuedAt: accepted.issuedAt };
  } catch {
    // A list that is not accepted says nothing.
    return undefined;
  }
}
