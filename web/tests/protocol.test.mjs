// The wallet's protocol without a network: each talk is played against answers written by hand.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

import * as lp from "livepermit/issuer";

import { tested } from "./kit.mjs";

const wallet = await import(pathToFileURL(join(tested, "modules/wallet.js")));
const ISSUER = "https://bj.example";
const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

const good = (json, status = 200) => ({ kind: "answer", status, json });
const bad = (error, status = 400, more = {}) =>
  ({ kind: "answer", status, json: { error, error_description: `about ${error}` }, ...more });

const credentialIssuer = {
  credential_issuer: ISSUER,
  credential_endpoint: `${ISSUER}/credential`,
  nonce_endpoint: `${ISSUER}/nonce`,
  deferred_credential_endpoint: `${ISSUER}/deferred`,
  notification_endpoint: `${ISSUER}/notification`,
  display: [{ locale: "zh", name: "示例局" }, { locale: "en", name: "Bureau" }],
  credential_configurations_supported: {
    other: { format: "mso_mdoc" },
    permit: {
      format: "sd-cwt", scope: "permit",
      credential_metadata: { display: [{ locale: "en-GB", name: "Residence permit" }] },
    },
  },
};
const server = {
  issuer: ISSUER, authorization_endpoint: `${ISSUER}/authorize`, token_endpoint: `${ISSUER}/token`,
};
const tokens = (more = {}) =>
  good({ access_token: "access", token_type: "DPoP", refresh_token: "refresh", ...more });
const nonce = (value) => good({ c_nonce: value });
const credential = (more = {}) => good({ credentials: [{ credential: "AQID" }], ...more });

/** Plays a talk: what was asked or kept, and its end. */
function play(talk, answers) {
  const said = [];
  let came;
  for (;;) {
    const { done, value } = talk.next(came);
    if (done) return { said, end: value };
    if (value.kind === "keep") {
      said.push(["keep", value.session.refreshToken, value.session.transaction?.id]);
      came = undefined;
    } else {
      said.push([value.method, value.url.replace(ISSUER, "")]);
      assert.ok(answers.length > 0, `nothing answers ${value.url}`);
      const [answer] = answers.splice(0, 1);
      came = typeof answer === "function" ? answer(value) : answer;
    }
  }
}

const facts = play(wallet.look(ISSUER), [good(credentialIssuer), good(server)]).end;
const session = { facts, refreshToken: "refresh" };
const paths = ({ said }) => said.map(([first, second]) => (first === "keep" ? "keep" : second));

test("the two documents of an issuer", () => {
  assert.equal(facts.configuration, "permit");
  assert.deepEqual(facts.issuerNames, { zh: "示例局", en: "Bureau" });
  assert.deepEqual(facts.permitNames, { en: "Residence permit" });
  assert.equal(
    wallet.wellKnown("https://a.example/bj/", "openid-credential-issuer"),
    "https://a.example/.well-known/openid-credential-issuer/bj",
  );
  const refused = (issuer, ...answers) => play(wallet.look(issuer), answers).end.code;
  assert.equal(refused("http://bj.example"), "not-an-issuer");
  assert.equal(refused("javascript:alert(1)"), "not-an-issuer");
  assert.equal(refused("https://user:word@bj.example"), "not-an-issuer");
  const other = { ...credentialIssuer, credential_issuer: "https://evil.example" };
  assert.equal(refused(ISSUER, good(other), good(server)), "not-an-issuer");
  const unsafe = { ...credentialIssuer, credential_endpoint: "http://bj.example/credential" };
  assert.equal(refused(ISSUER, good(unsafe), good(server)), "not-an-issuer");
  const format = { ...credentialIssuer, credential_configurations_supported: {} };
  assert.equal(refused(ISSUER, good(format), good(server)), "format-unknown");
  assert.equal(refused(ISSUER, bad("not_found", 404)), "not-an-issuer");
  assert.equal(play(wallet.look(ISSUER), [bad("x", 503)]).end.kind, "later");
});

test("offers as links", () => {
  const offer = {
    credential_issuer: ISSUER, credential_configuration_ids: ["permit"],
    grants: { [PRE_AUTHORIZED]: {
      "pre-authorized_code": "code", tx_code: { input_mode: "numeric", length: 6 },
    } },
  };
  const link = (value, scheme = "openid-credential-offer://") =>
    `${scheme}?credential_offer=${encodeURIComponent(JSON.stringify(value))}`;
  const read = {
    kind: "offer",
    offer: {
      issuer: ISSUER, configuration: "permit",
      grant: { kind: "pre-authorized", code: "code", txCode: { length: 6, numeric: true } },
    },
  };
  assert.deepEqual(wallet.readOfferText(` ${link(offer)}\n`), read);
  assert.deepEqual(wallet.readOfferText(link(offer, "https://wallet.example/")), read);
  const online = { ...offer, grants: { authorization_code: { issuer_state: "s" } } };
  assert.deepEqual(wallet.readOfferText(link(online)).offer.grant, {
    kind: "authorization", state: "s",
  });
  const reference = (url) =>
    wallet.readOfferText(`openid-credential-offer://?credential_offer_uri=${url}`);
  assert.equal(reference("https%3A%2F%2Fbj.example%2Fo").url, "https://bj.example/o");
  for (const no of [
    "", "hello", "LP1:ABC", "openid-credential-offer://", link("text"), link([offer]),
    link({ ...offer, credential_issuer: "http://bj.example" }),
    link({ ...offer, credential_configuration_ids: [] }),
    `${link(offer)}&credential_offer_uri=https%3A%2F%2Fbj.example`,
  ]) {
    assert.equal(wallet.readOfferText(no).kind, "not-an-offer", no);
  }
  assert.equal(reference("http%3A%2F%2Fbj.example%2Fo").kind, "not-an-offer");
});

test("an offer is taken: the session is kept before anything else is asked", () => {
  const played = play(wallet.takeOffer(facts, "code", "123456"), [
    ({ body, dpop, url }) => {
      assert.deepEqual(body.form, {
        grant_type: PRE_AUTHORIZED, "pre-authorized_code": "code", tx_code: "123456",
      });
      assert.deepEqual([dpop, url], [{}, `${ISSUER}/token`]);
      return tokens();
    },
    nonce("one"),
    ({ keyProof, dpop }) => {
      assert.deepEqual(keyProof, { audience: ISSUER, nonce: "one" });
      assert.deepEqual(dpop, { accessToken: "access" });
      return credential({ notification_id: "n" });
    },
    { kind: "unreachable", reason: "" },
  ]);
  assert.deepEqual(
    paths(played), ["/token", "keep", "/nonce", "/credential", "keep", "/notification"],
  );
  assert.deepEqual([...played.end.credential], [1, 2, 3]);
});

test("a nonce that has ended is replaced once", () => {
  const one = play(wallet.takeOffer(facts, "code"), [
    tokens(), nonce("a"), bad("invalid_nonce"), nonce("b"), credential(),
  ]);
  assert.equal(one.end.kind, "credential");
  const two = play(wallet.takeOffer(facts, "code"), [
    tokens(), nonce("a"), bad("invalid_nonce"), nonce("b"), bad("invalid_nonce"),
  ]);
  assert.deepEqual([two.end.kind, two.end.code], ["refused", "invalid_nonce"]);
});

test("a case that is open is asked for again, and then the credential comes", () => {
  const first = play(wallet.redeemCode(facts, {
    code: "c", verifier: "v", redirect: "https://w.example/", client: "https://w.example/",
  }), [tokens(), nonce("a"), good({ transaction_id: "t", interval: 60 }, 202)]);
  assert.deepEqual([first.end.kind, first.end.interval], ["deferred", 60]);
  const waits = first.end.session;
  assert.deepEqual(waits.transaction, { id: "t", interval: 60 });
  const again = play(wallet.renew(waits), [
    tokens({ refresh_token: undefined }), good({ transaction_id: "t" }, 202),
  ]);
  assert.equal(again.end.kind, "deferred");
  const given = play(wallet.renew(waits), [tokens({ refresh_token: "next" }), credential()]);
  assert.deepEqual(paths(given), ["/token", "keep", "/deferred", "keep"]);
  assert.equal(given.end.session.transaction, undefined);
  assert.equal(given.end.session.refreshToken, "next");
  // The answer was lost on its way: the name is used up, and the key is bound.
  const lost = play(wallet.renew(waits), [
    tokens(), bad("invalid_transaction_id"), nonce("b"), credential(),
  ]);
  assert.equal(lost.end.kind, "credential");
});

test("what is no credential is told apart", () => {
  const end = (...answers) => play(wallet.renew(session), answers).end;
  const kind = (...answers) => {
    const { kind, code } = end(...answers);
    return code === undefined ? kind : `${kind} ${code}`;
  };
  assert.equal(kind({ kind: "unreachable", reason: "" }), "later");
  assert.equal(end(bad("x", 503, { retryAfter: 5 })).after, 5);
  assert.equal(kind(bad("slow_down", 429)), "later");
  assert.equal(kind(bad("invalid_grant")), "refused invalid_grant");
  assert.equal(kind(good({}, 404)), "refused answer-unknown");
  assert.equal(kind(tokens({ token_type: "Bearer" })), "refused answer-unknown");
  assert.equal(kind(tokens(), good({})), "refused answer-unknown");
  const asked = (answer) => kind(tokens(), nonce("a"), answer);
  assert.equal(asked(bad("credential_request_denied")), "refused credential_request_denied");
  for (const no of [
    {}, { credentials: [] }, { credentials: "AQID" }, { credentials: [{ credential: "" }] },
    { credentials: [{ credential: "+/=" }] }, { credentials: [null] },
  ]) {
    assert.equal(asked(good(no)), "refused answer-unknown", JSON.stringify(no));
  }
  assert.equal(asked(good({}, 202)), "refused answer-unknown");
});

test("a browser comes back only with the answer to its own question", async () => {
  const request = {
    facts, state: "s", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    client: "https://w.example/", redirect: "https://w.example/",
  };
  const url = new URL(await wallet.authorizationUrl(request, "thumb", "from-the-office"));
  // The example of RFC 7636, appendix B.
  const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  assert.equal(url.searchParams.get("code_challenge"), challenge);
  assert.equal(url.searchParams.get("dpop_jkt"), "thumb");
  assert.equal(url.searchParams.get("scope"), "permit");
  const back = (query) => wallet.readAnswer(new URLSearchParams(query), request);
  const iss = encodeURIComponent(ISSUER);
  assert.deepEqual(back(`code=c&state=s&iss=${iss}`), { kind: "code", code: "c" });
  assert.equal(back(`error=access_denied&state=s&iss=${iss}`).code, "access_denied");
  for (const no of [
    `code=c&state=t&iss=${iss}`, "code=c&state=s", "code=c&state=s&iss=https%3A%2F%2Fevil.example",
    `state=s&iss=${iss}`,
  ]) {
    assert.equal(back(no).kind, "strange", no);
  }
  assert.equal(wallet.readAnswer(new URLSearchParams(`code=c&state=s&iss=${iss}`)).kind, "strange");
});

test("the proofs are those of the standards", async () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const signer = {
    jwk: { kty, crv, x, y },
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, bytes)),
  };
  const opened = async (jwt) => {
    const [head, claims, signature] = jwt.split(".");
    const bytes = Buffer.from(signature, "base64url");
    const signed = Buffer.from(`${head}.${claims}`);
    assert.ok(await crypto.subtle.verify(algorithm, pair.publicKey, bytes, signed));
    return [head, claims].map((part) => JSON.parse(Buffer.from(part, "base64url")));
  };
  const about = {
    method: "POST", url: `${ISSUER}/token?x=1#y`, now: 7, id: "j", accessToken: "access",
  };
  const [head, claims] = await opened(await wallet.dpopProof(signer, about));
  assert.deepEqual(head, { typ: "dpop+jwt", alg: "ES256", jwk: signer.jwk });
  assert.deepEqual([claims.htm, claims.htu, claims.iat], ["POST", `${ISSUER}/token`, 7]);
  assert.equal(claims.ath.length, 43);
  const [, proof] = await opened(
    await wallet.keyProof(signer, { audience: ISSUER, nonce: "n", now: 7 }),
  );
  assert.deepEqual(proof, { aud: ISSUER, iat: 7, nonce: "n" });
  // The example of RFC 8037, appendix A.3.
  const rfc = { crv: "Ed25519", kty: "OKP", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
  assert.equal(
    await wallet.thumbprint({ jwk: rfc }), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  );
});

test("a trust list is read, and what is none is not", async () => {
  const wasm = createRequire(import.meta.url).resolve("livepermit/package.json");
  await wallet.loadHolder(await readFile(join(wasm, "../dist/wasm/holder.wasm")));
  await lp.loadIssuer();
  const [root, signer, status] = [1, 2, 3].map(() => lp.SecretKey.generateEd25519());
  const common = { issuer: "bj.example", algorithm: "Ed25519", classes: ["bj.example:residence"] };
  const keys = [
    { ...common, key: signer.publicKey, uses: ["credential", "pass"] },
    {
      ...common, key: status.publicKey, uses: ["status"], notBefore: 1_700_000_000,
      signUntil: 1_800_000_000, expires: 1_900_000_000,
    },
  ];
  const content = { name: "gates", version: 1, keys };
  const list = root.sign(lp.prepareTrustList(content, root.publicKey, 1_790_000_000, 1_800_000_000));
  // The wallet has a library of its own.
  const taken = (found) =>
    new lp.Trust(found.map((each) => ({ ...each, key: lp.PublicKey.fromCoseKey(each.key.coseKey) })));
  assert.deepEqual(taken(wallet.readIssuerKeys(list)).keys(), new lp.Trust(keys).keys());
  for (let length = 0; length < list.length; length += 1) {
    assert.equal(wallet.readIssuerKeys(list.slice(0, length)), undefined);
  }
  assert.equal(wallet.readCbor(new Uint8Array(40).fill(0x81)), undefined);
  assert.equal(wallet.readCbor(Uint8Array.of(0x9b, 0, 0, 0, 1, 0, 0, 0, 0)), undefined);
  // Each byte changed: a list, another list, or none, and never an error.
  for (let at = 0; at < list.length; at += 1) {
    const changed = list.slice();
    changed[at] ^= 0xff;
    const read = wallet.readIssuerKeys(changed) ?? [];
    assert.ok(read.every((key) => taken([key]).keys().length === 1), at);
  }
});
