// What a wallet has, and an issuer's programs too.
export { DeviceKey, type DeviceAlgorithm, type KeyPlace } from "./device-key.js";
export {
  liveCodes,
  platformClock,
  type LiveOptions,
  type LiveScreen,
  type PhoneClock,
  type Signer,
} from "./live-codes.js";
export { PreparedToken } from "./prepared.js";
export { CodeSchedule, Holder, readGateCode } from "./wallet.js";
