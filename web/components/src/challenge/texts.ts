import type { Texts } from "../texts.js";

/** What `<permit-challenge>` says. */
export const challengeTexts = {
  label: { en: "Question of the gate {gate}, as a code", zh: "闸机 {gate} 的问题（二维码）" },
  scan: {
    en: "Scan this code with the app first, then show your code.",
    zh: "请先用应用扫描此码，再出示您的码。",
  },
  type: {
    en: "Type these digits into the app. The gate's name is {gate}.",
    zh: "请在应用中输入这些数字。闸机名称：{gate}。",
  },
  left: { en: "{seconds} s left", zh: "还剩 {seconds} 秒" },
  over: { en: "This question is over.", zh: "此问题已过期。" },
  none: { en: "There is no question now.", zh: "目前没有问题。" },
} satisfies Texts;
