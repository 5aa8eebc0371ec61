import type { Texts } from "../texts.js";

/** What `<permit-code>` says. */
export const codeTexts = {
  label: { en: "Live permit code", zh: "动态许可码" },
  next: { en: "New code in {seconds} s", zh: "{seconds} 秒后更新" },
  bright: {
    en: "Turn the brightness of the screen fully up.",
    zh: "请把屏幕亮度调到最高。",
  },
  awake: {
    en: "This screen may go dark: touch it now and then.",
    zh: "屏幕可能自动熄灭：请不时轻触屏幕。",
  },
  empty: { en: "No permit is chosen.", zh: "尚未选择许可。" },
  waits: { en: "The next code is being made …", zh: "正在生成新码……" },
  hidden: { en: "The code is hidden while you do not look.", zh: "页面不在前台，动态码已隐藏。" },
  ended: {
    en: "This credential ended on {at}.",
    zh: "此凭证已于 {at} 到期。",
  },
  endedDo: {
    en: "Connect to the internet: the wallet then fetches the credential of today.",
    zh: "请连接网络，应用会获取今天的凭证。",
  },
  endsSoon: {
    en: "The credential ends on {at}. Connect to the internet before.",
    zh: "凭证将于 {at} 到期。请在此之前联网。",
  },
  early: {
    en: "This credential is valid from {from}, and this phone's clock is earlier.",
    zh: "此凭证自 {from} 起有效，而手机时钟早于这个时间。",
  },
  clockDo: {
    en: "Let the phone set its clock by itself.",
    zh: "请让手机自动校准时钟。",
  },
  clockAhead: {
    en: "The clock of this phone was set forward by {span}.",
    zh: "手机时钟被调快了 {span}。",
  },
  clockBack: {
    en: "The clock of this phone was set back by {span}.",
    zh: "手机时钟被调慢了 {span}。",
  },
  keyGone: {
    en: "The key of this permit is no longer on this phone.",
    zh: "此许可的密钥已不在这部手机上。",
  },
  keyGoneDo: {
    en: "Bind the permit to this phone anew: the office gives a new offer.",
    zh: "请重新绑定：向签发机构领取新的绑定码。",
  },
  locked: { en: "The key of this permit is locked.", zh: "此许可的密钥已锁定。" },
  lockedDo: { en: "Unlock the phone.", zh: "请解锁手机。" },
  failed: { en: "The code could not be signed.", zh: "动态码未能签名。" },
  failedDo: {
    en: "It is tried again by itself. If this stays, start the app again.",
    zh: "正在自动重试。若一直如此，请重新打开应用。",
  },
} satisfies Texts;
