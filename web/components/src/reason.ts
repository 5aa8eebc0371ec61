/**
 * What went wrong, in words for a person: of an error of the library with what to do, of an error of
 * the browser without the name of its kind. Not from the package: a gate's page would load 14 kB of
 * the package before it shows anything.
 */
export function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { reason, instruction } = failure as { reason?: string; instruction?: string };
  if (reason !== undefined) return instruction === undefined ? reason : `${reason}. ${instruction}`;
  return failure.message || failure.name;
}
