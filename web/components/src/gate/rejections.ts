import type { Texts } from "../texts.js";

/** What to do about each rejection. A test compares them with the library and the command. */
export const REJECTIONS: Texts = {
  empty: { zh: "请重新扫描。", en: "Scan again." },
  "too-long": {
    zh: "这不是许可码。请对方打开许可应用。",
    en: "This is not a permit code. Ask for the permit app.",
  },
  "not-ours": {
    zh: "这不是许可码。请对方打开许可应用。",
    en: "This is not a permit code. Ask for the permit app.",
  },
  "other-version": {
    zh: "请升级闸机，或请对方升级许可应用。",
    en: "Update the gate, or ask for the permit app to be updated.",
  },
  malformed: {
    zh: "请重新扫描；若仍如此，是应用或签发机构生成了错误的码。",
    en: "Scan again; if it stays, the app or its issuer makes broken codes.",
  },
  "unknown-type": {
    zh: "这不是许可码。请对方打开许可应用。",
    en: "This is not a permit code. Ask for the permit app.",
  },
  "credential-alone": {
    zh: "请出示应用中的动态码，不要出示凭证的副本。",
    en: "Ask for the live code in the app, not a copy of the credential.",
  },
  "trust-list-expired": {
    zh: "闸机故障：请获取新的信任名单。",
    en: "Gate out of order: fetch a new trust list.",
  },
  "unknown-key": {
    zh: "请拒绝。若许多访客都如此，是闸机的信任密钥过旧。",
    en: "Refuse. If many visitors show this, the gate's trusted keys are old.",
  },
  "algorithm-mismatch": { zh: "请拒绝。", en: "Refuse." },
  "bad-signature": {
    zh: "请拒绝：此码被改动或伪造。",
    en: "Refuse: the code was altered or forged.",
  },
  "bad-device-key": { zh: "请拒绝，并通知签发机构。", en: "Refuse and tell the issuer." },
  "bad-device-signature": {
    zh: "请拒绝：此码被改动或伪造。",
    en: "Refuse: the code was altered or forged.",
  },
  "issuer-mismatch": { zh: "请拒绝，并通知签发机构。", en: "Refuse and tell the issuer." },
  "class-not-granted": { zh: "请拒绝，并通知签发机构。", en: "Refuse and tell the issuer." },
  "use-not-granted": { zh: "请拒绝，并通知签发机构。", en: "Refuse and tell the issuer." },
  "key-not-yet-valid": { zh: "请拒绝，并通知签发机构。", en: "Refuse and tell the issuer." },
  "key-retired": {
    zh: "请拒绝；持有人需要向签发机构换领新许可。",
    en: "Refuse; the holder needs a new permit from the issuer.",
  },
  "key-expired": {
    zh: "请拒绝；持有人需要向签发机构换领新许可。",
    en: "Refuse; the holder needs a new permit from the issuer.",
  },
  "not-yet-valid": {
    zh: "请拒绝；到所示时间才生效。若许多访客都如此，请检查闸机时钟。",
    en: "Refuse; it becomes valid at the time shown. If many visitors show this, check the"
      + " gate's clock.",
  },
  expired: {
    zh: "请持有人联网，让应用获取新的凭证。",
    en: "Ask the holder to go online so that the app fetches a new credential.",
  },
  "credential-too-old": {
    zh: "请持有人联网，让应用获取新的凭证。",
    en: "Ask the holder to go online so that the app fetches a new credential.",
  },
  "times-out-of-order": {
    zh: "请持有人校准手机时钟。",
    en: "Ask the holder to set the phone's clock.",
  },
  "from-the-future": {
    zh: "请持有人校准手机时钟。若许多访客都如此，请检查闸机时钟。",
    en: "Ask the holder to set the phone's clock. If many visitors show this, check the"
      + " gate's clock.",
  },
  stale: { zh: "请出示应用中的动态码。", en: "Ask for the live code in the app." },
  "wrong-audience": {
    zh: "请持有人为本闸机生成二维码。",
    en: "Ask the holder to make a code for this gate.",
  },
  "challenge-missing": {
    zh: "请持有人先扫描闸机上的码。",
    en: "Ask the holder to scan the gate's code first.",
  },
  "challenge-unexpected": {
    zh: "请持有人为本闸机生成二维码。",
    en: "Ask the holder to make a code for this gate.",
  },
  "challenge-mismatch": {
    zh: "请持有人重新扫描闸机上的码。",
    en: "Ask the holder to scan the gate's code again.",
  },
  "challenge-expired": {
    zh: "请持有人扫描闸机上的新码。",
    en: "Ask the holder to scan the gate's new code.",
  },
  "challenge-not-supplied": {
    zh: "闸机故障：请通知管理员。",
    en: "Gate out of order: tell its operator.",
  },
  "form-not-accepted": {
    zh: "请拒绝；并说明本闸机接受哪种码。",
    en: "Refuse; say which form this gate takes.",
  },
  "class-not-accepted": {
    zh: "请拒绝：此许可不适用于这里。",
    en: "Refuse: the permit is not for this place.",
  },
  "acting-not-accepted": {
    zh: "请拒绝；许可上的本人必须亲自前来。",
    en: "Refuse; the person named in the permit must come in person.",
  },
  "status-missing": { zh: "请拒绝，并通知签发机构。", en: "Refuse and tell the issuer." },
  "status-list-unknown": {
    zh: "闸机故障：请获取签发机构的状态名单。",
    en: "Gate out of order: fetch the issuer's status lists.",
  },
  "status-list-expired": {
    zh: "闸机故障：请获取签发机构的状态名单。",
    en: "Gate out of order: fetch the issuer's status lists.",
  },
  "status-list-too-old": {
    zh: "闸机故障：请获取签发机构的状态名单。",
    en: "Gate out of order: fetch the issuer's status lists.",
  },
  "status-index-out-of-range": {
    zh: "请拒绝，并通知签发机构。",
    en: "Refuse and tell the issuer.",
  },
  revoked: { zh: "请拒绝：此许可已被注销。", en: "Refuse: the permit was withdrawn." },
  suspended: {
    zh: "请拒绝：此许可已被暂停；请持有人咨询签发机构。",
    en: "Refuse: the permit is suspended; the holder asks the issuer.",
  },
  "status-not-valid": {
    zh: "请拒绝；请持有人咨询签发机构。",
    en: "Refuse; the holder asks the issuer.",
  },
  "clock-below-floor": {
    zh: "闸机故障：请校准闸机时钟。",
    en: "Gate out of order: set its clock.",
  },
  "clock-suspect": { zh: "闸机故障：请检查闸机时钟。", en: "Gate out of order: check its clock." },
  "challenge-unknown": {
    zh: "请持有人重新扫描闸机上的码。",
    en: "Ask the holder to scan the gate's code again.",
  },
  "already-accepted-here": {
    zh: "无需操作：已经放行。若是另一个人出示同一个码，则不放行。",
    en: "Nothing: it was let in already. A second person showing the same code is not.",
  },
  "already-used": {
    zh: "请拒绝：请出示应用中的动态码。",
    en: "Refuse: ask for the live code in the app.",
  },
  superseded: {
    zh: "请拒绝：请出示应用中的动态码。",
    en: "Refuse: ask for the live code in the app.",
  },
  "cooling-down": {
    zh: "暂不放行；到所示时间可再次通行。",
    en: "Refuse for now; it is free again at the time shown.",
  },
  "memory-ahead": {
    zh: "闸机对此许可无法判断：请检查闸机时钟。若时钟无误，请在所示时间之前人工放行。",
    en: "Gate out of order for this permit: check the gate's clock. If the clock is right,"
      + " let the holder in by hand until the time shown.",
  },
  forgotten: {
    zh: "闸机故障：到所示时间恢复验码。请等到那时，再扫描新的码。",
    en: "Gate out of order: codes and slips are accepted again from the time shown. Wait"
      + " until then and scan a new code.",
  },
  "store-full": {
    zh: "闸机故障：请扩大存储空间。",
    en: "Gate out of order: give its store more room.",
  },
  "store-unreachable": { zh: "闸机故障：请检查存储。", en: "Gate out of order: check its store." },
};

/** What to do about each caution. */
export const CAUTIONS: Texts = {
  "revocation-not-checked": {
    zh: "本闸机不查询许可是否已注销。",
    en: "This gate does not know which permits were withdrawn.",
  },
  "status-old": {
    zh: "注销名单已过期：请获取新的名单。",
    en: "The list of withdrawn permits is overdue: fetch a new one.",
  },
  printed: { zh: "纸质凭条：请核对身份证件。", en: "Printed: check the identity document." },
  acting: {
    zh: "代他人出示：请核对出示人的身份。",
    en: "Shown for another person: check who it is.",
  },
  "replay-not-checked": {
    zh: "本闸机无法判断此码是否用过。",
    en: "This gate cannot tell whether the code was used before.",
  },
  "clock-jumped": {
    zh: "闸机时钟向前跳变，或长时间无人通行：请检查时钟。",
    en: "The gate's clock jumped forward, or nobody came for long: check it.",
  },
};
