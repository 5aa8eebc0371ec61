import type { GatePlace, GateVerdict } from "../../components/src/gate/permit-gate.js";

/** One scan. Names of persons are not kept. */
export interface LogLine extends GatePlace {
  /** Seconds since 1970. */
  readonly at: number;
  readonly light: string;
  readonly code: string;
  readonly opens: boolean;
  /** The first digits of the id of an accepted permit. */
  readonly permit?: string;
  readonly permitClass?: string;
  readonly form?: string;
  readonly cautions: readonly string[];
  /** What was compared, for a refusal. */
  readonly reason?: string;
}

/** The most lines that are kept: some weeks of a busy gate. */
export const MOST_LINES = 50_000;

export function lineOf(verdict: GateVerdict, place: GatePlace): LogLine {
  const { at, light, code, opens, cautions, permit, rejection } = verdict;
  const { gate, lane, zone } = place;
  return {
    at, light, code, opens, cautions, gate, lane, zone,
    ...(permit && { permit: permit.id, permitClass: permit.permitClass, form: permit.form }),
    ...(rejection && { reason: rejection.reason }),
  };
}

const COLUMNS = [
  "time", "light", "code", "opens", "gate", "lane", "zone", "permit", "class", "form", "cautions",
  "reason",
] as const;

/** The log for a table program. No cell is taken for a formula. */
export function toCsv(lines: readonly LogLine[]): string {
  const rows = lines.map((line) => [
    new Date(line.at * 1000).toISOString(), line.light, line.code, String(line.opens), line.gate,
    line.lane, line.zone, line.permit ?? "", line.permitClass ?? "", line.form ?? "",
    line.cautions.join(" "), line.reason ?? "",
  ]);
  // With the mark, table programs read the file as UTF-8.
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** RFC 4180, and an apostrophe before what a table program would compute. */
function cell(value: string): string {
  const safe = /^[\s]*[=+\-@\t\r|%]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The log for programs: one value. */
export function toJson(lines: readonly LogLine[]): string {
  const all = lines.map(({ at, ...rest }) => {
    return { time: new Date(at * 1000).toISOString(), ...rest };
  });
  return `${JSON.stringify(all, undefined, 2)}\n`;
}
