// What both entries give.
export { DeviceKey, type DeviceAlgorithm, type KeyPlace } from "./device-key.js";
export { LivepermitError, type Evidence } from "./error.js";
export type { Source } from "./host.js";
export {
  liveCodes,
  platformClock,
  type LiveOptions,
  type LiveScreen,
  type PhoneClock,
  type Signer,
} from "./live-codes.js";
export { PreparedToken } from "./prepared.js";
export { PublicKey } from "./public-key.js";
export type * from "./records.js";
export { Trust } from "./trust.js";
export {
  challengeQrText,
  CodeSchedule,
  defectsForTests,
  diagnosticNotation,
  drawQr,
  gateNameQrText,
  Holder,
  inspect,
  listRejectionCodes,
  type QrPicture,
  readGateCode,
  readToken,
  readTokenText,
  rejectionCodes,
  secondsNow,
} from "./wallet.js";
