// How texts are kept: tables of entries, each with every language. An entry that lacks a language
// does not compile.

/** The languages of elements and pages. */
export type Language = "zh" | "en";

/** A text in every language. `{name}` stands for a value. */
export type Text = Readonly<Record<Language, string>>;

/** Texts under names that do not change. */
export type Texts = Readonly<Record<string, Text>>;

/** What stands in the place of `{name}`. */
export type Values = Readonly<Record<string, string | number>>;

/** The text in this language, with its values. */
export function say(text: Text, language: Language, values: Values = {}): string {
  return text[language].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** The first of these language tags that is ours; English where none is. */
export function languageOf(tags: Iterable<string>): Language {
  for (const tag of tags) {
    const [main] = tag.toLowerCase().split("-");
    if (main === "zh" || main === "en") return main;
  }
  return "en";
}

/** The language of a page: `?lang=` in its address, or what the browser prefers. */
export function languageOfPage(): Language {
  const asked = new URLSearchParams(location.search).get("lang");
  return languageOf(asked === null ? navigator.languages : [asked, ...navigator.languages]);
}

/** The language of an element: the nearest `lang` around it, through shadow roots. */
export function languageOfElement(element: Element): Language {
  let at: Element | null = element;
  while (at !== null) {
    const near: Element | null = at.closest("[lang]");
    const tag = near?.getAttribute("lang");
    if (tag) return languageOf([tag, ...navigator.languages]);
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return languageOf(navigator.languages);
}

const TAGS: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en-GB" };

/** The tag for `lang` and for `Intl`. */
export function tagOf(language: Language): string {
  return TAGS[language];
}

/** Day and time in the time zone of the device, such as `1 Dec 2026, 09:30`. */
export function dayAndTime(seconds: number, language: Language): string {
  const format = new Intl.DateTimeFormat(TAGS[language], {
    dateStyle: "medium", timeStyle: "short", hour12: false,
  });
  return format.format(seconds * 1000);
}

/** The day alone. */
export function day(seconds: number, language: Language): string {
  const format = new Intl.DateTimeFormat(TAGS[language], { dateStyle: "medium" });
  return format.format(seconds * 1000);
}

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;

/** A span in its largest unit, such as `3 minutes`. */
export function span(seconds: number, language: Language): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3];
  const format = new Intl.NumberFormat(TAGS[language], {
    style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0,
  });
  return format.format(Math.floor(Math.abs(seconds) / size));
}
