import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test, { before } from "node:test";

import { loadGate, loadIssuer } from "livepermit/issuer";

import { FILES, runFile } from "./vectors.mjs";

// What the module for gates has runs there. The other one has the private keys.
before(() => Promise.all([loadGate(), loadIssuer()]));

for (const name of Object.keys(FILES)) {
  test(`every vector of ${name} has its verdict`, () => {
    const { ran, failures } = runFile(name);
    assert.equal(ran, FILES[name]);
    assert.deepEqual(failures, []);
  });
}

test("no file of vectors is left out", () => {
  const files = readdirSync(process.env.LIVEPERMIT_VECTORS)
    .filter((name) => name.endsWith(".json") && name !== "schema.json")
    .map((name) => name.slice(0, -5));
  assert.deepEqual(files.sort(), Object.keys(FILES).sort());
  assert.equal(Object.values(FILES).reduce((sum, count) => sum + count), 2871);
});
