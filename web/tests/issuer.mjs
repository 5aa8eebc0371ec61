// A real issuer for tests: `livepermit-issuer serve` over a folder of its own, an officer, and a
// trust list. The demonstration's people speak for everybody beside the wallet.

import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as lp from "livepermit/issuer";

import { Officer } from "../../ci/wallet-client.d/people.mjs";
import { program } from "./kit.mjs";

const PASSWORD = "correct horse battery staple";
const OFFICER = "officer-7";
/** In the credentials of this issuer. */
const CLASS = "bj.example:residence";

/** The program; `missing(issuerProgram)` says whether it is built. */
export const issuerProgram = program("livepermit-issuer");

/** The keys of the issuer, as gates trust them. */
async function trustedKeys(folder) {
  const key = async (name) =>
    lp.PublicKey.fromSpkiPem(await readFile(join(folder, name), "utf8"));
  const common = { issuer: "bj.example", algorithm: "Ed25519", classes: [CLASS] };
  return [
    { ...common, key: await key("issuer.pem.pub"), uses: ["credential", "pass", "slip"] },
    { ...common, key: await key("status.pem.pub"), uses: ["status"] },
  ];
}

/**
 * Starts an issuer that knows the wallet at this address. `root` is the file of the key that signs
 * its trust list; `add(name, roles)` makes somebody who can log in at the `desk`.
 */
export async function startIssuer(wallet) {
  await lp.loadIssuer();
  const folder = await mkdtemp(join(tmpdir(), "livepermit-issuer-"));
  const home = join(folder, "bj");
  const [wallets, offices] = await freePorts(2);
  const address = `http://127.0.0.1:${wallets}`;
  run(["init", home, "--issuer", "bj.example", "--public", address]);
  const keys = await trustedKeys(home);
  const root = lp.SecretKey.generateEd25519();
  const rootFile = join(folder, "root.pem.pub");
  await writeFile(rootFile, root.publicKey.toSpkiPem());
  const now = lp.secondsNow();
  const content = { name: "bj-gates", version: 1, keys };
  const list = root.sign(lp.prepareTrustList(content, root.publicKey, now, now + 30 * 86_400));
  await writeFile(join(home, "trust.cwt"), list);
  const file = join(home, "issuer.toml");
  const client = `clients = [{ id = "${wallet}", redirects = ["${wallet}"] }]`;
  const settings = (await readFile(file, "utf8"))
    .replace(/^listen = "127.0.0.1:8480"$/m, `listen = "127.0.0.1:${wallets}"\n${client}`)
    .replace(/^listen = "127.0.0.1:8481"$/m, `listen = "127.0.0.1:${offices}"`)
    .replace(/^# trust = /m, "trust = ");
  await writeFile(file, `${settings}\n[lists]\nlifetime = 3600\nrefresh = 300\ncache = 0\n`);
  const add = (name, roles) => {
    const each = roles.flatMap((role) => ["--role", role]);
    const added = run(["staff", "add", name, ...each, "--config", file], PASSWORD);
    const secret = /secret=([A-Z2-7]+)/.exec(added)[1];
    return { name, password: PASSWORD, totp: () => totp(secret) };
  };
  const known = add(OFFICER, ["intake", "check", "decide"]);

  const server = spawn(issuerProgram, ["serve", "--config", file], { stdio: "ignore" });
  await answers(`${address}/health/ready`);
  const office = `http://127.0.0.1:${offices}`;
  const officer = await Officer.logIn(`${office}/office`, { ...known, totp: known.totp() });
  const end = async () => {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  let ended;
  const stop = () => (ended ??= end());
  const trust = new lp.Trust(keys);
  const desk = `${office}/desk`;
  return { address, officer, me: OFFICER, desk, add, trust, keys, root: rootFile, stop };
}

/** A permit of somebody, and an offer for a phone. */
export async function anOffer({ officer, me }, applicant) {
  const asked = { kind: "new", class: "residence", applicant };
  const submitted = await officer.post("/cases", asked, 201);
  const permit = await officer.approve(submitted.id, me);
  return { permit, ...(await another({ officer }, permit)) };
}

/** Another offer of a permit that is there. */
export async function another({ officer }, permit) {
  const { uri, tx_code: digits } = await officer.decide(`/permits/${permit}`, "/offers", {}, 201);
  return { uri, digits };
}

function run(given, input = "") {
  const { status, stdout, stderr } = spawnSync(issuerProgram, given, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${given.join(" ")}: ${stderr}`);
  return stdout;
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

async function answers(url) {
  for (let tries = 0; tries < 200; tries += 1) {
    const good = await fetch(url).then(({ ok }) => ok, () => false);
    if (good) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`${url} does not answer`);
}

/** The one-time code of now (RFC 6238). */
function totp(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const five = (sign) => letters.indexOf(sign).toString(2).padStart(5, "0");
  const bits = [...secret].map(five).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac.at(-1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
