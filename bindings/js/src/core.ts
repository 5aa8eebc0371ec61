// What all entries give.
export { defectsForTests, rejectionCodes } from "./codes.js";
export { LivepermitError, type Evidence } from "./error.js";
export type { Source } from "./host.js";
export { challengeQrText, drawQr, gateNameQrText, type QrPicture } from "./pictures.js";
export { PublicKey } from "./public-key.js";
export type * from "./records.js";
export { secondsNow } from "./seconds.js";
export { Trust } from "./trust.js";
