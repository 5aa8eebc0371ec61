// Everybody beside the wallet, by plain HTTP: the officer at the offices' port, and the browser of
// an applicant.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** The smallest PDF document with a page. */
const PAPER =
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n' +
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n' +
    'trailer<</Root 1 0 R>>\n%%EOF\n';

async function good(answer, status) {
    const body = await answer.text();
    assert.equal(answer.status, status, `${answer.url} answered ${answer.status}: ${body}`);
    return body;
}

/** An officer who has logged in. */
export class Officer {
    constructor(offices, token) {
        this.offices = offices;
        this.headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    }

    static async logIn(offices, login) {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify(login);
        const answer = await fetch(`${offices}/login`, { method: 'POST', headers, body });
        return new Officer(offices, JSON.parse(await good(answer, 201)).token);
    }

    async get(path) {
        const answer = await fetch(`${this.offices}${path}`, { headers: this.headers });
        return { etag: answer.headers.get('etag'), json: JSON.parse(await good(answer, 200)) };
    }

    async post(path, body, status, version = {}) {
        const headers = { ...this.headers, ...version, 'idempotency-key': randomUUID() };
        const asked = { method: 'POST', headers, body: JSON.stringify(body) };
        return JSON.parse(await good(await fetch(`${this.offices}${path}`, asked), status));
    }

    /** Does something on the version that the thing has now. */
    async decide(thing, step, body, status) {
        const { etag } = await this.get(thing);
        return this.post(`${thing}${step}`, body, status, { 'if-match': etag });
    }

    /** Does all until the permit is there. Its id. */
    async approve(id, officer) {
        const path = `/cases/${id}`;
        await this.decide(path, '/assign', { office: 'haidian', officer }, 200);
        await this.decide(path, '/checks', { finding: 'as-stated' }, 200);
        return (await this.decide(path, '/approve', {}, 200)).permit.id;
    }
}

function attribute(page, element, name) {
    const tag = page.split('<').find((one) => one.includes(element));
    const found = tag?.match(new RegExp(`${name}="([^"]*)"`))?.[1];
    assert(found !== undefined, `the page has no ${element}`);
    return found.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
}

/** Goes where a wallet sends the browser, and applies. The address to which it goes back. */
export async function apply(issuer, address, { name, born, document }) {
    const manual = { redirect: 'manual' };
    const sent = await fetch(address, manual);
    await good(sent, 303);
    const page = await good(await fetch(sent.headers.get('location')), 200);
    const form = new FormData();
    form.set('token', attribute(page, 'name="token"', 'value'));
    form.set('class', 'residence');
    form.set('name', name);
    form.set('born', born);
    form.set('document_kind', document.kind);
    form.set('document_number', document.number);
    form.set('address', '海淀区示例路1号');
    form.set('identity', new Blob([PAPER], { type: 'application/pdf' }), 'copy.pdf');
    const action = new URL(attribute(page, 'method="post"', 'action'), issuer);
    const receipt = await good(await fetch(action, { method: 'POST', body: form }), 200);
    const back = new URL(attribute(receipt, 'id="back"', 'href'), issuer);
    const gone = await fetch(back, manual);
    await good(gone, 303);
    return gone.headers.get('location');
}
