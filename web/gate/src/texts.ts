import type { Texts } from "../../components/src/texts.js";

export const PAGE = {
  title: { zh: "闸机", en: "Gate" },
  loading: { zh: "正在加载…", en: "Loading…" },
  setUp: { zh: "设置此闸机", en: "Set up this gate" },
  firstHint: {
    zh: "请用管理员为此闸机制作的设置码。",
    en: "Use the code that the operator made for this gate.",
  },
  nextHint: {
    zh: "新的设置码须由同一管理员签名，无需比较号码。",
    en: "The same operator must have signed the new code. No number has to be compared.",
  },
  scan: { zh: "用摄像头扫描", en: "Scan by camera" },
  paste: { zh: "或粘贴设置码的文字", en: "Or paste the text of the code" },
  read: { zh: "读取", en: "Read" },
  compare: {
    zh: "请与管理员屏幕上的核对号逐位比较。两者相同，才可接受。",
    en: "Compare this number with the one on the operator's screen, digit by digit. Accept only if"
      + " both are the same.",
  },
  checkNumber: { zh: "{gate} 闸机的核对号", en: "Check number for {gate}" },
  accept: { zh: "两个号码相同：接受", en: "Both are the same: accept" },
  refuse: { zh: "不同：拒绝", en: "They differ: refuse" },
  refused: {
    zh: "已拒绝。请向管理员重新索取设置码，不要使用这一个。",
    en: "Refused. Ask the operator for the setup again, and do not use this one.",
  },
  unreadable: { zh: "无法读取：{reason}", en: "This cannot be read: {reason}" },
  asking: { zh: "向来访者提问", en: "Question to visitors" },
  "asking.not": { zh: "不提问", en: "None" },
  "asking.code": { zh: "二维码，由手机扫描", en: "A code, for the phone" },
  "asking.digits": { zh: "六位数字，由本人输入", en: "Six digits, for the person" },
  log: { zh: "记录", en: "Log" },
  details: { zh: "详情", en: "Details" },
  back: { zh: "返回闸机", en: "Back to the gate" },
  csv: { zh: "导出 CSV", en: "Export CSV" },
  json: { zh: "导出 JSON", en: "Export JSON" },
  clear: { zh: "清空记录", en: "Clear the log" },
  clearSure: { zh: "再次点击即清空", en: "Press again to clear" },
  empty: { zh: "尚无记录。", en: "Nothing was scanned yet." },
  count: { zh: "共 {count} 条，显示最近 {shown} 条", en: "{count} lines, the last {shown} shown" },
  time: { zh: "时间", en: "Time" },
  light: { zh: "结果", en: "Light" },
  permit: { zh: "许可", en: "Permit" },
  logFailed: { zh: "记录无法写入：{reason}", en: "The log cannot be written: {reason}" },
  alone: {
    zh: "此闸机独立工作：用过的码只有本机知道。",
    en: "This gate is alone: only this device knows its used codes.",
  },
  notKept: {
    zh: "浏览器可能会删除此页的存储。请把此页安装到主屏幕，否则闸机可能忘记用过的码。",
    en: "The browser may delete what this page keeps. Install it on the home screen, or the gate"
      + " may forget used codes.",
  },
  zone: { zh: "区域", en: "Zone" },
  shared: {
    zh: "{zone}：通过 {relay} 与其他闸机共用已用码的记录",
    en: "{zone}: shares its used codes with other gates through {relay}",
  },
  newer: { zh: "有新版本", en: "A newer version is there" },
  update: { zh: "更新", en: "Update" },
  since: { zh: "启动于", en: "Runs since" },
  clock: { zh: "时钟", en: "Clock" },
  memory: { zh: "已用码的存储", en: "Memory of used codes" },
  memoryUntil: { zh: "{until} 起恢复", en: "waits until {until}" },
  inOrder: { zh: "正常", en: "in order" },
  last: { zh: "最近一次扫描", en: "Last scan" },
  lastSaid: { zh: "{time}，{light} {code}", en: "{time}, {light} {code}" },
  none: { zh: "启动以来没有", en: "none since the start" },
  frames: { zh: "摄像头", en: "Camera" },
  frameRate: { zh: "每秒 {second} 帧，共 {total} 帧", en: "{second} frames a second, {total} in all" },
  list: { zh: "名单", en: "List" },
  listMade: { zh: "{name}：生成于 {made}", en: "{name}: made at {made}" },
  fetched: { zh: "获取", en: "Fetched" },
  fetchedAt: { zh: "{url}：{at} 获取，{next} 再取", en: "{url}: {at}, asked again at {next}" },
  notFetched: { zh: "{url}：未获取。{reason}", en: "{url}: not fetched. {reason}" },
  newSetup: { zh: "新的设置", en: "Another setup" },
} as const satisfies Texts;

/** Why a setup is refused, and what to do: the codes of the library. */
export const SETUPS = {
  "setup-not-ours": {
    zh: "这不是闸机的设置码。请扫描管理员用 livepermit gate setup 制作的码。",
    en: "This is no setup of a gate. Scan the code that livepermit gate setup made.",
  },
  "setup-too-long": {
    zh: "此设置超过长度限制。请核对文件。", en: "The setup is too long. Check that it is the right file.",
  },
  "setup-malformed": {
    zh: "此设置码有误。请重新扫描；若仍如此，请管理员重新制作，或更新此页。",
    en: "The setup is broken. Scan again; if that stays, ask for a new one, or update this page.",
  },
  "setup-unknown-type": {
    zh: "这不是闸机的设置码。请扫描管理员用 livepermit gate setup 制作的码。",
    en: "What was signed is no setup. Scan the code that livepermit gate setup made.",
  },
  "setup-unknown-key": {
    zh: "签名者不是此闸机认识的管理员。请询问管理员。更换管理员须先手动重置此闸机。",
    en: "Another operator signed than the one whom this gate knows. Ask the operator. A gate that"
      + " changes its operator must first be reset by hand.",
  },
  "setup-algorithm-mismatch": {
    zh: "此设置的签名算法与密钥不符。请管理员重新制作。",
    en: "The setup names another algorithm than its key has. Ask the operator for a new code.",
  },
  "setup-bad-signature": {
    zh: "签名无效：此设置被改动或伪造。请勿使用，并向管理员索取正确的码。",
    en: "The signature does not verify: the setup was altered or forged. Do not use it. Ask the"
      + " operator for the right one.",
  },
  "setup-other-number": {
    zh: "核对号不符。请再次比较两个屏幕；若不同，请勿使用。",
    en: "The check number is not that of this setup. Compare both screens again. If they differ, do"
      + " not use the code.",
  },
  "setup-wrong-gate": {
    zh: "此设置用于另一个闸机。请扫描本闸机的码。",
    en: "The setup is for another gate. Scan the code of this gate.",
  },
  "setup-from-the-future": {
    zh: "此设置的日期晚于本机时间。请校准本机时间。",
    en: "The setup is dated later than this gate's clock. Set the clock.",
  },
  "setup-older": {
    zh: "此设置比现有的旧。请扫描最新的码。",
    en: "The setup is older than the one in use. Scan the newest code of this gate.",
  },
  "setup-reused": {
    zh: "此设置与现有设置编号相同而内容不同。请管理员制作编号更高的码。",
    en: "The setup has the number of the one in use, but other content. Ask the operator for a code"
      + " with a higher number.",
  },
} as const satisfies Texts;
