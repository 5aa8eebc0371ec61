// A wallet by a library that nobody here wrote (npm @openid4vc/openid4vci), against the issuer of
// this tree: an offer of an office, the daily renewal, an application from home with its wait, and
// what has to be refused. Each step is told; the first that goes wrong ends the run.
// Usage: node client.mjs PROGRAM    the example `issuer` of livepermit-issuer, built

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
    Oauth2Client,
    Oauth2ClientErrorResponseError,
    clientAuthenticationAnonymous,
    clientAuthenticationNone,
    setGlobalConfig,
} from '@openid4vc/oauth2';
import {
    Openid4vciClient,
    Openid4vciRetrieveCredentialsError,
    Openid4vciSendNotificationError,
    Openid4vciVersion,
} from '@openid4vc/openid4vci';
import { check, trusted } from './credential.mjs';
import { callbacks, newKey } from './keys.mjs';
import { Officer, apply } from './people.mjs';

// The standards want https, and the issuer of this run is on the machine itself.
setGlobalConfig({ allowInsecureUrls: true });

const CONFIGURATION = 'permit';
const grandmother = {
    name: '赵桂兰',
    born: '1948-09-03',
    document: { kind: 'identity-card', number: '000000194809030002' },
};
const applicant = {
    name: '林小雨',
    born: '1993-04-12',
    document: { kind: 'identity-card', number: '000000199304120001' },
};

let steps = 0;
function told(what, came) {
    steps += 1;
    console.log(`  ${what.padEnd(58)} ${came}`);
}

/** The error of the standard that the library found in the answer to this. */
async function refused(asked) {
    try {
        await asked;
    } catch (error) {
        if (error instanceof Oauth2ClientErrorResponseError) return error.errorResponse.error;
        const { response } = error;
        const found =
            error instanceof Openid4vciRetrieveCredentialsError
                ? (response.credentialErrorResponseResult ??
                  response.deferredCredentialErrorResponseResult)
                : error instanceof Openid4vciSendNotificationError &&
                  response.notificationErrorResponseResult;
        // Answers that the library does not understand are faults, not refusals.
        if (found && found.success) return found.data.error;
        throw error;
    }
    throw new Error('this was to be refused, and was not');
}

async function isRefused(what, code, asked) {
    assert.equal(await refused(asked), code, what);
    told(what, code);
}

/** A phone: a key for its session, one for its permit, and the library. */
class Phone {
    static async new(metadata, clientId) {
        const phone = new Phone();
        [phone.session, phone.device] = [await newKey(), await newKey()];
        // Public clients may leave their name out with an offer (OpenID4VCI 1.0, 6.1).
        const named = clientId && clientAuthenticationNone({ clientId });
        const asks = named || clientAuthenticationAnonymous();
        phone.keys = [phone.session, phone.device];
        const given = { callbacks: callbacks(phone.keys, asks) };
        phone.vci = new Openid4vciClient(given);
        phone.oauth = new Oauth2Client(given);
        phone.dpop = { signer: phone.session.signer };
        phone.clientId = clientId;
        phone.issuer = { issuerMetadata: metadata };
        phone.server = { authorizationServerMetadata: metadata.authorizationServers[0] };
        return phone;
    }

    /** Signs DPoP proofs by another key from now on, where this is given. */
    async otherKey() {
        this.keys.push(await newKey());
        return { signer: this.keys.at(-1).signer };
    }

    /** A credential of the day with the session that the phone has. What it says. */
    async renew(keys) {
        this.took(await this.refresh());
        const { credentialResponse } = await this.credential(await this.nonce());
        return check(credentialResponse, keys, this.device);
    }

    /** Keeps the tokens of an answer. */
    took({ accessTokenResponse }) {
        assert.equal(accessTokenResponse.token_type, 'DPoP');
        assert.equal(accessTokenResponse.expires_in, 600);
        this.access = { accessToken: accessTokenResponse.access_token, dpop: this.dpop };
        this.refreshToken = accessTokenResponse.refresh_token ?? this.refreshToken;
        assert(this.refreshToken);
    }

    async redeem(authorizationCode, pkce, redirectUri, dpop = this.dpop) {
        const pkceCodeVerifier = pkce.codeVerifier;
        const asked = { ...this.server, authorizationCode, pkceCodeVerifier, redirectUri, dpop };
        return this.oauth.retrieveAuthorizationCodeAccessToken(asked);
    }

    async refresh(dpop = this.dpop) {
        const { refreshToken } = this;
        return this.oauth.retrieveRefreshTokenAccessToken({ ...this.server, refreshToken, dpop });
    }

    async nonce() {
        const { c_nonce: nonce } = await this.vci.requestNonce(this.issuer);
        return nonce;
    }

    /** Asks for a credential, with a proof over this nonce. */
    async credential(nonce) {
        const common = { ...this.issuer, credentialConfigurationId: CONFIGURATION };
        const { signer } = this.device;
        const { clientId } = this;
        const proof = { ...common, signer, clientId, nonce, issuedAt: new Date() };
        const { jwt } = await this.vci.createCredentialRequestJwtProof(proof);
        return this.vci.retrieveCredentials({ ...common, ...this.access, proofs: { jwt: [jwt] } });
    }

    async deferred(transactionId) {
        const asked = { ...this.issuer, ...this.access, transactionId };
        return this.vci.retrieveDeferredCredentials(asked);
    }

    async notify(notificationId, event) {
        const notification = { notificationId, event };
        return this.vci.sendNotification({ ...this.issuer, ...this.access, notification });
    }
}

/** An office makes an offer, a phone takes it, and renews the credential a day later. */
async function anOffer(metadata, officer, me, keys) {
    const asked = { kind: 'new', class: 'residence', applicant: grandmother };
    const submitted = await officer.post('/cases', asked, 201);
    const permit = await officer.approve(submitted.id, me);
    const offer = await officer.decide(`/permits/${permit}`, '/offers', {}, 201);

    const phone = await Phone.new(metadata);
    const credentialOffer = await phone.vci.resolveCredentialOffer(offer.uri);
    assert.deepEqual(credentialOffer.credential_configuration_ids, [CONFIGURATION]);
    told('the phone reads the offer of the office', 'pre-authorized code, tx_code');
    const take = (txCode) => {
        const taken = { ...phone.issuer, credentialOffer, txCode, dpop: phone.dpop };
        return phone.vci.retrievePreAuthorizedCodeAccessTokenFromOffer(taken);
    };
    const wrong = String((Number(offer.tx_code) + 1) % 1_000_000).padStart(6, '0');
    await isRefused('the digits are wrong', 'invalid_grant', take(wrong));
    phone.took(await take(offer.tx_code));
    told('the digits are right', 'tokens bound by DPoP');
    await isRefused('the offer is taken again', 'invalid_grant', take(offer.tx_code));

    const nonce = await phone.nonce();
    const { response, credentialResponse } = await phone.credential(nonce);
    assert.equal(response.status, 200);
    told('the phone proves its key', await check(credentialResponse, keys, phone.device));
    await isRefused('a proof over the same nonce', 'invalid_nonce', phone.credential(nonce));
    await isRefused('a nonce that nobody gave', 'invalid_nonce', phone.credential('AAAA'));

    const name = credentialResponse.notification_id;
    assert(name);
    const noted = await phone.notify(name, 'credential_accepted');
    assert.equal(noted.response.status, 204);
    told('the phone has kept the credential', 'noted');
    const strange = phone.notify(`${name}A`, 'credential_accepted');
    await isRefused('a notification of something else', 'invalid_notification_id', strange);

    told('the credential of the next day', await phone.renew(keys));
    const other = await phone.otherKey();
    await isRefused('the session by another key', 'invalid_grant', phone.refresh(other));
}

/** A phone sends its browser, somebody applies; the credential comes when the office approves. */
async function fromHome(metadata, officer, me, keys, { client_id: clientId, redirect_uri: back }) {
    const issuer = metadata.credentialIssuer.credential_issuer;
    const phone = await Phone.new(metadata, clientId);
    const scope = metadata.credentialIssuer.credential_configurations_supported.permit.scope;
    const start = (state) =>
        phone.oauth.initiateAuthorization({
            ...phone.server,
            clientId,
            redirectUri: back,
            scope,
            state,
            resource: issuer,
            dpop: phone.dpop,
        });
    const came = (url, state) => {
        const answer = phone.vci.parseAndVerifyAuthorizationResponseRedirectUrl({
            url,
            ...phone.server,
        });
        assert.deepEqual([answer.state, answer.iss], [state, issuer]);
        return answer.code;
    };

    const { authorizationRequestUrl, pkce } = await start('from-home');
    const code = came(await apply(issuer, authorizationRequestUrl, applicant), 'from-home');
    told('somebody applies on the page', 'the browser is back with a code');
    const stranger = { codeVerifier: 'A'.repeat(43) };
    const guessed = phone.redeem(code, stranger, back);
    await isRefused('the code without the secret of PKCE', 'invalid_grant', guessed);
    // The library names the key in the request (`dpop_jkt`, RFC 9449, 10).
    const byOther = phone.redeem(code, pkce, back, await phone.otherKey());
    await isRefused('the code by a key that was not named', 'invalid_grant', byOther);
    phone.took(await phone.redeem(code, pkce, back));
    told('the code with it', 'tokens bound by DPoP');

    const first = await phone.credential(await phone.nonce());
    const { transaction_id: transaction, interval } = first.credentialResponse;
    assert.equal(first.response.status, 202);
    told('the phone proves its key', `deferred, to ask again after ${interval} s`);
    const waits = await phone.deferred(transaction);
    assert.equal(waits.response.status, 202);
    assert.equal(waits.deferredCredentialResponse.transaction_id, transaction);
    told('the phone asks before the decision', 'deferred');
    const guess = phone.deferred(`${transaction}A`);
    await isRefused('the phone asks for something else', 'invalid_transaction_id', guess);

    const { json: queue } = await officer.get('/cases?state=submitted');
    assert.equal(queue.cases.length, 1);
    await officer.approve(queue.cases[0].id, me);
    phone.took(await phone.refresh());
    const { deferredCredentialResponse: given } = await phone.deferred(transaction);
    told('the office approves', await check(given, keys, phone.device));
    const late = phone.deferred(transaction);
    await isRefused('what was fetched is asked for again', 'invalid_transaction_id', late);
    told('the credential of the next day', await phone.renew(keys));

    const stolen = phone.redeem(code, pkce, back);
    await isRefused('somebody shows the code a second time', 'invalid_grant', stolen);
    await isRefused('the session of that code has ended', 'invalid_grant', phone.refresh());
}

const server = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
try {
    const ended = once(server, 'exit').then(() => assert.fail('the issuer ended too early'));
    const said = once(createInterface({ input: server.stdout }), 'line');
    const [line] = await Promise.race([said, ended]);
    const { public: address, offices, login, wallet } = JSON.parse(line);
    const officer = await Officer.logIn(offices, login);
    const looking = new Openid4vciClient({
        callbacks: callbacks([], clientAuthenticationAnonymous()),
    });
    const metadata = await looking.resolveIssuerMetadata(address);
    assert.equal(metadata.originalDraftVersion, Openid4vciVersion.V1);
    const { permit } = metadata.credentialIssuer.credential_configurations_supported;
    assert.equal(permit.format, 'sd-cwt');
    told('the two documents of the issuer', `OpenID4VCI ${metadata.originalDraftVersion}`);
    const keys = await trusted(address);
    await anOffer(metadata, officer, login.name, keys);
    await fromHome(metadata, officer, login.name, keys, wallet);
    console.log(`${steps} steps as they should be`);
} finally {
    // The issuer ends with its input.
    server.stdin.end();
}
