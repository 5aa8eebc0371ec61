// Setups of gates, made by the operator's command.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as lp from "livepermit/issuer";

import { program } from "./kit.mjs";
import { CLASS, issuerKey, NOW } from "./people.mjs";

export const folder = mkdtempSync(join(tmpdir(), "livepermit-setups-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The keys of an operator, and of another one. */
function operator(seed) {
  const file = join(folder, `operator-${seed}.pem`);
  const pem = lp.SecretKey.fromEd25519Seed(new Uint8Array(32).fill(seed)).toPkcs8Pem();
  writeFileSync(file, pem, { mode: 0o600 });
  return file;
}

const issuer = join(folder, "issuer.pem");
writeFileSync(issuer, issuerKey.toSpkiPem());

/**
 * A setup that the operator of this seed signed: the text of its code, and the number that the
 * operator's screen shows.
 */
export function setupBy(seed, server, more = [], number = NOW, at = NOW) {
  return setupWith(seed, [
    "--number", String(number), "--zone", "hall", "--class", CLASS,
    "--issuer", "issuer.example", "--issuer-key", issuer,
    "--status", `${server.address}/lists/status`, "--at", String(at), ...more,
  ]);
}

/** The same for any issuer, which the options name. */
export function setupWith(seed, options) {
  const { stdout, stderr, status } = spawnSync(program("livepermit"), [
    "gate", "setup", "new", "--operator-key", operator(seed), "--gate", "gate-3",
    "--revocation", "required", "--max-list-age", "1h", ...options,
  ], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const [, text, checkNumber] = /^(LPG1:.*)\ncheck number +(\d{4} \d{4} \d{4})$/m.exec(stdout);
  return { text, checkNumber };
}
