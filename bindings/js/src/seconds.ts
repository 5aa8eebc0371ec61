/** The seconds since 1970, as this machine's clock has them. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
