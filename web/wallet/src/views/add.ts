import { h } from "../../../components/src/dom.js";
import { reasonOf } from "../../../components/src/reason.js";
import type { App, View } from "../app.js";
import type { Enrolled } from "../issuer.js";
import { isSafe } from "../protocol/address.js";
import { type Offer, readOffer, type OfferText, readOfferText } from "../protocol/offer.js";
import type { Problem } from "../record.js";
import { addTexts as texts, walletTexts } from "../texts/wallet.js";
import { problemWords } from "../words.js";
import { cameraButton } from "./camera.js";
import { field, problemPlace } from "./parts.js";

/** Another permit: by an offer of an office, or by an application. */
export function add(app: App): View {
  const offer = offerForm(app);
  return {
    title: app.text(walletTexts.add),
    back: { view: "home" },
    body: [offer.element, applyForm(app)],
    leave: offer.stop,
    // What was typed stays.
    update: () => true,
  };
}

function offerForm(app: App): { element: HTMLElement; stop(): void } {
  const link = h("input", {
    name: "offer", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    placeholder: "openid-credential-offer://",
  });
  const digits = h("input", {
    name: "digits", class: "digits", inputmode: "numeric", autocomplete: "one-time-code",
    maxlength: 12,
  });
  const problem = problemPlace();
  let offer: OfferText | undefined = app.offer;
  app.offer = undefined;
  const digitsField = field(app.text(texts.digits), digits);
  const take = h("button", {}, app.text(texts.take));
  const show = () => {
    const needs = offer?.kind !== "offer" || isWithDigits(offer.offer);
    digitsField.hidden = !needs;
  };
  const camera = cameraButton(app, app.text(texts.scan), (text) => {
    const read = readOfferText(text);
    if (read.kind === "not-an-offer") return false;
    link.value = text;
    offer = undefined;
    show();
    digits.focus();
    return true;
  });
  const send = async () => {
    const found = await theOffer(app, link.value === "" ? offer : readOfferText(link.value));
    if (found === undefined) return problem.say(app.text(texts.notAnOffer));
    if (found.grant.kind === "authorization") {
      return goToIssuer(app, found.issuer, problem.say, found);
    }
    const typed = digits.value.replace(/\s/g, "");
    const needs = isWithDigits(found);
    if (needs && typed === "") return problem.say(app.text(texts.noDigits));
    take.disabled = true;
    take.textContent = app.text(texts.working);
    try {
      const enrolled = await (await app.issuers()).enrol(found, needs ? typed : undefined);
      await enter(app, enrolled, problem.say);
    } finally {
      take.disabled = false;
      take.textContent = app.text(texts.take);
    }
  };
  show();
  const element = h(
    "section",
    { class: "card" },
    h(
      "form",
      { submit: sends(app, problem.say, send), novalidate: true },
      h("h2", {}, app.text(texts.offerTitle)),
      h("p", {}, app.text(texts.offerText)),
      offer === undefined ? camera.element : undefined,
      offer === undefined ? field(app.text(texts.link), link, app.text(texts.linkHint)) : undefined,
      digitsField,
      h("p", { class: "soft" }, app.text(texts.newPhone)),
      problem.element,
      take,
    ),
  );
  return { element, stop: camera.stop };
}

function applyForm(app: App): HTMLElement {
  const issuer = h("input", {
    name: "issuer", type: "url", autocomplete: "url", placeholder: "https://",
    value: usualIssuer(app),
  });
  const problem = problemPlace();
  const send = async () => {
    const address = issuer.value.trim().replace(/\/$/, "");
    if (!isSafe(address)) return problem.say(app.text(texts.notAnAddress));
    await goToIssuer(app, address, problem.say);
  };
  return h(
    "section",
    { class: "card" },
    h(
      "form",
      { submit: sends(app, problem.say, send), novalidate: true },
      h("h2", {}, app.text(texts.applyTitle)),
      h("p", {}, app.text(texts.applyText)),
      field(app.text(texts.issuer), issuer),
      problem.element,
      h("button", { class: "quiet" }, app.text(texts.apply)),
    ),
  );
}

/** Sends a form, and says when that fails: what talks to issuers may not load. */
function sends(
  app: App,
  say: (what: string | undefined) => void,
  send: () => Promise<void>,
): EventListener {
  return (event) => {
    event.preventDefault();
    say(undefined);
    send().catch((failure: unknown) => say(app.text(texts.failed, { reason: reasonOf(failure) })));
  };
}

/** The issuer of a permit that is here, or the issuer's service if that serves this page. */
function usualIssuer(app: App): string {
  const known = app.permits.at(-1)?.record.session.facts.issuer;
  const served = /^(.*)\/web\/wallet\/$/.exec(location.pathname)?.[1];
  return known ?? (served === undefined ? "" : `${location.origin}${served}`);
}

async function theOffer(app: App, given: OfferText | undefined): Promise<Offer | undefined> {
  switch (given?.kind) {
    case "offer":
      return given.offer;
    case "reference": {
      const json = await (await app.issuers()).offerAt(given.url);
      return json === undefined ? undefined : readOffer(json);
    }
    default:
      return undefined;
  }
}

function isWithDigits({ grant }: Offer): boolean {
  return grant.kind === "pre-authorized" && grant.txCode !== undefined;
}

async function goToIssuer(
  app: App,
  issuer: string,
  say: (what: string | undefined) => void,
  offer?: Offer,
): Promise<void> {
  const state = offer?.grant.kind === "authorization" ? offer.grant.state : undefined;
  const ready = await (await app.issuers()).apply(issuer, offer?.configuration, state);
  if ("problem" in ready) return say(enrolWords(app, ready.problem));
  location.assign(ready.url);
}

/** Shows the permit that came, or says why none did. */
export async function enter(
  app: App,
  enrolled: Enrolled,
  say: (what: string | undefined) => void,
): Promise<void> {
  if (enrolled.kind === "refused") return say(enrolWords(app, enrolled.problem));
  await app.reload();
  app.go({ view: "permit", id: enrolled.id });
}

/** What a problem means while a permit is being added. */
export function enrolWords(app: App, problem: Problem): string {
  if (problem.kind === "session-ended") {
    return app.text(texts.wrongDigits, { reason: problem.reason });
  }
  if (problem.kind === "not-understood" && problem.code === "answer-strange") {
    return app.text(texts.strange);
  }
  return problemWords(app, problem) ?? app.text(texts.refused);
}
