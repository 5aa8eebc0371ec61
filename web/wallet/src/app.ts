import type { Recipient } from "livepermit/holder";

import { clock } from "../../components/src/clock.js";
import { type Language, say, type Text, type Values } from "../../components/src/texts.js";
import type { Offline } from "../../shared/offline.js";
import type { Issuers } from "./issuer.js";
import { type Keeping, type Mark, writeMark } from "./memory.js";
import { Permit } from "./permit.js";
import type { Names } from "./protocol/metadata.js";
import type { OfferText } from "./protocol/offer.js";
import type { Renewals } from "./renewals.js";
import type { WalletStore } from "./store.js";

/** Where the wallet is: a part of the page's address, so that the browser's back button works. */
export type Place =
  | { readonly view: "home" | "add" }
  | { readonly view: "permit" | "ask"; readonly id: string };

/** For whom the next codes of a permit are, until when. */
export interface Answer {
  readonly recipient: Recipient & { readonly gate: string };
  readonly expires?: number;
}

/** What all views know. */
export class App {
  readonly language: Language;
  readonly store: WalletStore;
  /** Loads what talks to issuers. A code is shown without. */
  readonly issuers: () => Promise<Issuers>;
  renewals: Renewals | undefined;
  permits: readonly Permit[] = [];
  keeping: Keeping = "unknown";
  offline: Offline | undefined;
  /** What the browser erased, if it left the mark. */
  lost: Mark | undefined;
  /** An offer with which the page was opened. */
  offer: OfferText | undefined;
  /** A word about what was just done. */
  notice: string | undefined;
  /** Whether the details of a permit are open. */
  detailsOpen = false;
  /** Offers to install the page, where the browser can. */
  install: (() => void) | undefined;
  /** Answers to gates, by permit. They are for this minute, and are not stored. */
  readonly answers = new Map<string, Answer>();
  /** Names that a person types, by permit: an answer of the issuer draws the page anew. */
  readonly typed = new Map<string, string>();
  /** Draws the page again. */
  draw: () => void = () => undefined;

  constructor(language: Language, store: WalletStore, issuers: () => Promise<Issuers>) {
    this.language = language;
    this.store = store;
    this.issuers = issuers;
  }

  text(entry: Text, values?: Values): string {
    return say(entry, this.language, values);
  }

  /** Reads the store again, and draws. */
  async reload(): Promise<void> {
    const records = await this.store.permits();
    this.permits = await Promise.all(records.map((record) => Permit.open(record, clock.wall())));
    if (this.lost === undefined) this.mark();
    this.draw();
  }

  /** Writes beside the database what should be in it. */
  mark(): void {
    const names = this.permits.map((permit) => this.issuerOf(permit));
    writeMark({ permits: this.permits.length, issuers: [...new Set(names)] });
  }

  permit(id: string): Permit | undefined {
    return this.permits.find((permit) => permit.id === id);
  }

  issuerOf({ record }: Permit): string {
    const { issuer, issuerNames } = record.session.facts;
    return nameIn(issuerNames, this.language, new URL(issuer).host);
  }

  nameOf({ record, facts }: Permit): string {
    const { permitNames, configuration } = record.session.facts;
    return nameIn(permitNames, this.language, facts?.permitClass ?? configuration);
  }

  get place(): Place {
    const [view, id] = location.hash.replace(/^#\/?/, "").split("/");
    if (view === "add") return { view };
    if ((view === "permit" || view === "ask") && id !== undefined && this.permit(id)) {
      return { view, id };
    }
    return { view: "home" };
  }

  go(place: Place): void {
    const path = "id" in place ? `${place.view}/${place.id}` : place.view;
    const hash = place.view === "home" ? "#/" : `#/${path}`;
    if (location.hash === hash) this.draw();
    else location.hash = hash;
  }
}

/** The name in this language, or in any. */
function nameIn(names: Names, language: string, otherwise: string): string {
  return names[language] ?? Object.values(names)[0] ?? otherwise;
}

/** A page of the wallet. */
export interface View {
  readonly title: string;
  /** Where the back link leads. */
  readonly back?: Place;
  readonly body: readonly Node[];
  /** Ends what the view began, such as a camera. */
  leave?(): void;
  /** Takes in that permits changed, instead of being drawn anew. Gives false if it cannot. */
  update?(): boolean;
}
