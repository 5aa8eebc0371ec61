import type { Texts } from "../../components/src/texts.js";

export const TRY = {
  title: { zh: "试一试：能出示，不能复制的许可", en: "Try it: a permit that can be shown, but not copied" },
  intro: {
    zh: "手机、截图和闸机都在此页中，不向任何服务器发送数据。签发机构的密钥刚刚在此页生成，关闭页面即消失。",
    en: "A phone, a screenshot and a gate, all within this page: nothing is sent to any server. The"
      + " issuer's key was made in this page a moment ago, and is gone with the page.",
  },
  phone: { zh: "访客的手机", en: "The visitor's phone" },
  screenshot: { zh: "一张截图", en: "A screenshot" },
  gate: { zh: "闸机", en: "The gate" },
  noScreenshot: { zh: "还没有截图。", en: "There is no screenshot yet." },
  takenAgo: { zh: "{span}前截取", en: "taken {span} ago" },
  screenshotOf: { zh: "截图中的二维码", en: "The code of the screenshot" },
  steps: { zh: "步骤", en: "Steps" },
  outcome: { zh: "发生了什么", en: "What happened" },
  loading: { zh: "正在加载…", en: "Loading…" },
  ready: { zh: "请点击第一步。", en: "Click the first step." },
  walks: { zh: "访客走开，另一人走近…", en: "The visitor goes in, and another person steps up…" },
  looks: { zh: "闸机正在看…", en: "The gate looks…" },
  failed: { zh: "此页无法在本浏览器中运行：{reason}", en: "This page does not run here: {reason}" },

  live: { zh: "出示动态码", en: "Show the live code" },
  "live.green": {
    zh: "通行：手机刚刚用自己的密钥签了此码，签发机构签了手机的凭证，闸机无需联网即可核对两者。",
    en: "Accepted: the phone signed this code a moment ago, the issuer signed the phone's"
      + " credential, and the gate checked both without a network.",
  },
  copy: { zh: "出示它的截图", en: "Show a screenshot of it" },
  "copy.red": {
    zh: "拒绝：闸机记得此码已经用过，每个码只放行一次。",
    en: "Refused: the gate remembers that this code was used; each code lets in once.",
  },
  old: { zh: "出示一分钟前的截图", en: "Show a screenshot from a minute ago" },
  "old.red": {
    zh: "拒绝：码只在三十秒内有效，即使从未用过；截图不会更新。",
    en: "Refused: a code is live for half a minute, even if nobody used it, and a screenshot does"
      + " not change.",
  },
  clock: { zh: "把手机时钟拨快五分钟", en: "Turn the phone's clock five minutes ahead" },
  "clock.red": {
    zh: "拒绝：提前做好的码带着将来的时间，闸机看得出来。",
    en: "Refused: a code that was made ahead carries a time that is still to come, and the gate"
      + " sees that.",
  },
  change: { zh: "改动一个比特", en: "Change one bit" },
  "change.red": {
    zh: "拒绝：签名与内容不再相符，哪怕只改了一个比特。",
    en: "Refused: the signature no longer fits the content, though only one bit is different.",
  },
  withdraw: { zh: "注销许可", en: "Withdraw the permit" },
  "withdraw.red": {
    zh: "拒绝：签发机构注销了许可，闸机从名单得知；手机上的码毫无变化。",
    en: "Refused: the issuer withdrew the permit, and the gate knows that from a list. The code of"
      + " the phone is as it was.",
  },
  ask: { zh: "让闸机提问", en: "Let the gate ask a question" },
  "ask.red": {
    zh: "拒绝：这一闸机先提问，别处做好的码没有回答问题。",
    en: "Refused: this gate asks first, and a code that was made elsewhere answers no question.",
  },
  answer: { zh: "让手机回答", en: "Let the phone answer" },
  "answer.green": {
    zh: "通行：手机扫描了闸机的问题，并签在码里；此码在别处、在别时都无用。",
    en: "Accepted: the phone scanned the gate's question and signed it into the code, which is of"
      + " no use anywhere else, or later.",
  },
  again: { zh: "下一位访客", en: "Next visitor" },
  other: {
    zh: "闸机的回答是“{code}”：{instruction}", en: "The gate's answer is “{code}”: {instruction}",
  },
} as const satisfies Texts;
