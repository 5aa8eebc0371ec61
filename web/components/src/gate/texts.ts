import type { Texts } from "../texts.js";

/** What the element says. The terms are those of the command's gate. */
export const GATE = {
  green: { zh: "通行", en: "GREEN" },
  yellow: { zh: "通行并核对", en: "YELLOW" },
  red: { zh: "禁止通行", en: "RED" },
  "out-of-order": { zh: "闸机故障", en: "OUT OF ORDER" },
  neutral: { zh: "已经通行", en: "SEEN ALREADY" },
  letIn: { zh: "请放行。", en: "Let in." },
  letInAnd: { zh: "请放行。{cautions}", en: "Let in. {cautions}" },
  showCode: { zh: "请出示二维码", en: "Show your code" },
  holdStill: { zh: "请保持不动", en: "Hold still" },

  permit: { zh: "{class} {form}，许可编号 {permit}", en: "{form} of {class}, permit {permit}" },
  shownBy: {
    zh: "{who} 以 {role} 身份代 {subject} 出示", en: "shown by {who} as {role} of {subject}",
  },
  name: { zh: "姓名", en: "Name" },
  born: { zh: "出生日期", en: "Born" },
  checkNumber: { zh: "核对号", en: "Check number" },
  pass: { zh: "通行码", en: "pass" },
  credential: { zh: "凭证", en: "credential" },
  presentation: { zh: "动态码", en: "presentation" },
  slip: { zh: "纸质凭条", en: "slip" },

  start: { zh: "开启摄像头", en: "Start the camera" },
  again: { zh: "重试", en: "Try again" },
  opening: { zh: "正在打开闸机…", en: "The gate opens…" },
  camera: { zh: "摄像头", en: "Camera" },
  cameraNumber: { zh: "摄像头 {number}", en: "Camera {number}" },
  torch: { zh: "补光灯", en: "Torch" },
  sound: { zh: "声音", en: "Sound" },
  picture: { zh: "摄像头画面", en: "What the camera sees" },
  health: { zh: "闸机状态", en: "How the gate is" },
  noSetup: { zh: "此闸机尚未设置。", en: "This gate is not set up." },

  "not-allowed": {
    zh: "浏览器不允许使用摄像头。请在浏览器的网站设置中允许摄像头，然后重试。",
    en: "The browser does not allow the camera. Allow it in the browser's settings for this site,"
      + " then try again.",
  },
  "none-there": {
    zh: "没有找到摄像头。请连接摄像头，然后重试。",
    en: "There is no camera. Connect one, then try again.",
  },
  "in-use": {
    zh: "摄像头正被其他程序使用。请关闭该程序，然后重试。",
    en: "Another program uses the camera. Close it, then try again.",
  },
  "no-secure-page": {
    zh: "只有通过 https 打开的网页才能使用摄像头。",
    en: "Browsers give a camera only to pages that are opened by https.",
  },
  other: {
    zh: "摄像头无法打开：{reason}。请重试。",
    en: "The camera does not open: {reason}. Try again.",
  },
} as const satisfies Texts;

/** How the gate is. */
export const HEALTH = {
  inOrder: {
    zh: "{gate} 闸机，{lane} 通道，进入 {zone}：正常", en: "{gate}, lane {lane}, into {zone}: in order",
  },
  outOfOrder: {
    zh: "{gate} 闸机，{lane} 通道，进入 {zone}：故障",
    en: "{gate}, lane {lane}, into {zone}: OUT OF ORDER",
  },
  trustList: { zh: "信任名单 {name}", en: "trust list {name}" },
  statusList: { zh: "状态名单 {name}", en: "status list {name}" },
  "store-unreachable": {
    zh: "已用码的存储没有响应：{reason}。请检查本机的存储空间，并重新打开此页。",
    en: "The memory of used codes does not answer: {reason}. Look at the free space of this device,"
      + " and open the page again.",
  },
  "relay-unreachable": {
    zh: "区域的中继没有响应：{reason}。请检查网络，或通知管理员。",
    en: "The relay of the zone does not answer: {reason}. Look at the network, or tell the"
      + " operator.",
  },
  "memory-new": {
    zh: "闸机正在准备，因为已用码的记录是新的：{until} 起验码，还需 {span}",
    en: "The gate warms up, because its memory of used codes is new: codes are accepted from"
      + " {until}, in {span}",
  },
  "memory-lost": {
    zh: "已用码的记录丢失：{until} 起恢复验码，还需 {span}",
    en: "The memory of used codes was lost: codes are accepted again from {until}, in {span}",
  },
  "clock-suspect": {
    zh: "本闸机时钟与多部手机相差 {span}：请校准本机时间",
    en: "This gate's clock and several phones differ by {span}: set the time of this device",
  },
  "no-trust-list": {
    zh: "尚无信任名单：请检查网络。{reason}", en: "There is no trust list yet: look at the network. {reason}",
  },
  "no-status-list": {
    zh: "尚无状态名单：请检查网络。{reason}",
    en: "There is no status list yet: look at the network. {reason}",
  },
  "list-ageing": {
    zh: "{list} 已有 {age}，{until} 过旧", en: "{list} is {age} old, and too old at {until}",
  },
  "list-expiring": { zh: "{list} 于 {until} 到期", en: "{list} ends at {until}" },
  "list-refused": { zh: "名单未启用：{reason}", en: "A list is not in use: {reason}" },
  "not-fetched": {
    zh: "自 {until} 起未能获取名单：{reason}", en: "A list is not fetched since {until}: {reason}",
  },
  "frames-missing": {
    zh: "摄像头没有送来画面：请检查摄像头，或重新打开此页。",
    en: "No frame comes from the camera: look at the camera, or open the page again.",
  },
  "frames-wrong": {
    zh: "摄像头画面有误：{reason}", en: "The camera's frames cannot be right: {reason}",
  },
  "camera-missing": { zh: "{reason}", en: "{reason}" },
  "worker-failed": {
    zh: "闸机程序未能运行，正在重新启动：{reason}",
    en: "The gate's program does not run, and is started again: {reason}",
  },
  "not-asked": {
    zh: "闸机无法提问：{reason}", en: "The gate cannot ask its question: {reason}",
  },
  "memory-not-kept": {
    zh: "浏览器可能会删除此页的存储。请把此页安装到主屏幕。",
    en: "The browser may delete what this page stores. Install the page on the home screen.",
  },
} as const satisfies Texts;

/** Details of a refusal. */
export const DETAILS = {
  phoneAhead: {
    zh: "手机时钟比闸机快 {span}", en: "this phone's clock is {span} ahead of the gate's",
  },
  stale: { zh: "此码已于 {span}前失效", en: "it was live until {span} ago" },
  memoryLost: {
    zh: "{until} 起恢复验码，还需 {span}", en: "codes are accepted again from {until}, in {span}",
  },
  forgotten: {
    zh: "此码生成于 {made}，本闸机只记得 {from} 以后的码",
    en: "made at {made}, and this gate remembers used codes only from {from}",
  },
  phonesAgree: {
    zh: "手机或共用的已用码记录的时间是 {theirs}，闸机的时间是 {ours}",
    en: "phones or the shared memory say that it is {theirs}, the gate has {ours}",
  },
  memoryAhead: {
    zh: "本闸机记录此许可的时间是 {moment}，而这个时间尚未到来",
    en: "this gate remembers this permit from {moment}, and that is still to come",
  },
  freeIn: { zh: "{span}后可再次通行", en: "free again in {span}" },
  ago: { zh: "{span}前", en: "{span} ago" },
  letInAt: { zh: "{ago}已在 {lane} 通道放行", en: "let in {ago} at lane {lane}" },
  ended: { zh: "已于 {until} 结束，{span}前", en: "it ended at {until}, {span} ago" },
  begins: { zh: "{from} 才开始，还有 {span}", en: "it begins at {from}, in {span}" },
  beyond: { zh: "{found}，限值 {limit}", en: "{found}, limit {limit}" },
} as const satisfies Texts;
