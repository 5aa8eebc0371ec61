// A gate at a door runs for months: its memory stays flat.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

// 100,000 in the ordinary run; a million are ten minutes.
const calls = Number(process.env.LIVEPERMIT_JS_CALLS ?? 100_000);

test(`${calls} verdicts leave memory flat`, () => {
  const file = join(mkdtempSync(join(tmpdir(), "livepermit-")), "codes.json");
  const exchange = (...words) =>
    execFileSync(
      process.execPath,
      ["--expose-gc", new URL("exchange.mjs", import.meta.url).pathname, ...words],
      { encoding: "utf8" },
    );
  exchange("make", file);
  // What leaks does so each time. That Node compiles something late, or takes pages, is chance.
  const runs = [];
  while (runs.length < 3) {
    const [, grown] = exchange("cost", file, String(calls)).trim().split(" ").map(Number);
    runs.push(grown);
    if (grown < 4096) return;
  }
  assert.fail(`${runs.join(", ")} KiB more in the second half of three runs`);
});
