// The examples of README.md, as they stand there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import test from "node:test";

test("the examples of the README run", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)];
  assert.deepEqual(examples.map(([, name]) => name), ["issuer.mjs", "wallet.mjs", "gate.mjs"]);
  const folder = new URL("../readme/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [, name, text] of examples) {
    writeFileSync(new URL(name, folder), text);
    const lines = text.trimEnd().split("\n");
    assert.ok(lines.length <= 15, `${name} has ${lines.length} lines`);
  }
  const said = execFileSync(process.execPath, ["gate.mjs"], { cwd: folder, encoding: "utf8" });
  assert.equal(said, "come in\n");
});
