/**
 * What went wrong, in words for a person: of an error of the library with what to do, of an error of
 * the browser without the name of its kind.
 */
export function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { reason, instruction } = failure as { reason?: string; instruction?: string };
  if (reason !== undefined) return instruction === undefined ? reason : `${reason}. ${instruction}`;
  return failure.message || failure.name;
}
