// What tests of the wallet call without a page.

export { loadHolder } from "livepermit/holder";

export { readCbor } from "../../wallet/src/cbor.js";
export { readIssuerKeys } from "../../wallet/src/issuer-keys.js";
export { authorizationUrl, readAnswer } from "../../wallet/src/protocol/authorize.js";
export { dpopProof, keyProof, thumbprint } from "../../wallet/src/protocol/jwt.js";
export { look, wellKnown } from "../../wallet/src/protocol/metadata.js";
export { readOffer, readOfferText } from "../../wallet/src/protocol/offer.js";
export { redeemCode, renew, takeOffer } from "../../wallet/src/protocol/talk.js";
