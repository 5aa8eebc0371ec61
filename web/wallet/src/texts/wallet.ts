import type { Texts } from "../../../components/src/texts.js";

/** What the wallet says around its permits. */
export const walletTexts = {
  title: { en: "Permits", zh: "许可" },
  back: { en: "Back", zh: "返回" },
  add: { en: "Add a permit", zh: "添加许可" },
  otherLanguage: { en: "中文", zh: "English" },
  loading: { en: "The wallet starts …", zh: "正在启动……" },

  emptyTitle: { en: "No permit yet", zh: "还没有许可" },
  emptyText: {
    en: "Apply for a permit here, or take the offer that an office gave you.",
    zh: "您可以在这里申请许可，或使用签发机构给您的绑定码。",
  },
  emptyLost: {
    en:
      "You had permits here before? Some browsers erase what pages keep: after some days " +
      "without use, or when a private window closes. Your permit is still valid: ask the " +
      "office for a new offer.",
    zh: "以前这里有许可？有些浏览器会在数日不用或关闭无痕窗口后清除网页数据。许可仍然有效：请向签发机构领取新的绑定码。",
  },
  lostTitle: { en: "The browser erased your keys", zh: "浏览器清除了您的密钥" },
  lostText: {
    en:
      "There were permits of {issuers} here. They are still valid, but this phone can no " +
      "longer show them. Bind them anew: ask the office for a new offer.",
    zh: "这里曾有 {issuers} 的许可。许可仍然有效，但这部手机已无法出示。请重新绑定：向签发机构领取新的绑定码。",
  },
  lostDismiss: { en: "I understand", zh: "知道了" },
  mayBeErased: {
    en:
      "This browser may erase your keys. Add this page to the home screen, and do not use" +
      " a private window.",
    zh: "此浏览器可能清除您的密钥。请把本页添加到主屏幕，不要使用无痕窗口。",
  },
  install: { en: "Install the wallet", zh: "安装应用" },
  offlineNot: {
    en: "Without a network this page does not open: this browser keeps no pages.",
    zh: "没有网络时本页无法打开：此浏览器不保存网页。",
  },
  newer: { en: "A newer version is here.", zh: "有新版本。" },
  newerLoad: { en: "Load it", zh: "更新" },
  noStorage: {
    en:
      "This browser keeps no data for this page, so the wallet cannot work. Leave the " +
      "private window, or allow storage.",
    zh: "此浏览器不允许本页保存数据，应用无法使用。请退出无痕窗口，或允许保存数据。",
  },
  noCrypto: {
    en: "Keys need a safe connection: open this page by https.",
    zh: "密钥需要安全连接：请通过 https 打开本页。",
  },
  failed: { en: "The wallet could not start: {reason}", zh: "应用无法启动：{reason}" },
} satisfies Texts;

/** Adding a permit. */
export const addTexts = {
  offerTitle: { en: "With an offer of the office", zh: "使用签发机构的绑定码" },
  offerText: {
    en: "The office shows a code and says six digits.",
    zh: "工作人员会出示一个二维码，并告诉您六位数字。",
  },
  link: { en: "The offer, as a link", zh: "绑定链接" },
  linkHint: { en: "Paste it here, or scan the code.", zh: "请粘贴到这里，或扫描二维码。" },
  scan: { en: "Scan the code", zh: "扫描二维码" },
  digits: { en: "The digits that the office said", zh: "工作人员告知的数字" },
  take: { en: "Bind the permit to this phone", zh: "绑定到这部手机" },
  newPhone: {
    en: "A permit lives on one phone: the phone that had it before can then no longer show it.",
    zh: "一个许可只能在一部手机上：绑定后，原来的手机将无法再出示。",
  },
  applyTitle: { en: "From home", zh: "在线申请" },
  applyText: {
    en: "You apply on the page of the issuer, and come back here.",
    zh: "您将在签发机构的网页上申请，然后回到这里。",
  },
  issuer: { en: "The address of the issuer", zh: "签发机构的网址" },
  apply: { en: "Go to the application", zh: "前往申请" },
  working: { en: "The issuer is being asked …", zh: "正在与签发机构通信……" },
  notAnOffer: { en: "This is not an offer of an office.", zh: "这不是签发机构的绑定码。" },
  noDigits: { en: "Type the digits that the office said.", zh: "请输入工作人员告知的数字。" },
  notAnAddress: {
    en: "Type an address that begins with https://.",
    zh: "请输入以 https:// 开头的网址。",
  },
  wrongDigits: {
    en: "The digits are wrong, or the offer has ended or was used. {reason}",
    zh: "数字不正确，或绑定码已过期或已使用。{reason}",
  },
  strange: {
    en: "The browser came back with an answer that nobody asked for. Begin again here.",
    zh: "浏览器带回的结果与请求不符。请在这里重新开始。",
  },
  refused: { en: "The application was not handed in.", zh: "申请未提交。" },
  failed: {
    en: "This did not work. Look at the network, and try again. {reason}",
    zh: "操作未完成。请检查网络，然后重试。{reason}",
  },
} satisfies Texts;

/** One permit. */
export const permitTexts = {
  show: { en: "Show the code", zh: "出示动态码" },
  good: { en: "Valid", zh: "有效" },
  waiting: { en: "The office has not decided yet", zh: "签发机构尚未决定" },
  waitingText: {
    en: "The wallet asks again by itself. You can close it.",
    zh: "应用会自动查询，您可以关闭。",
  },
  withdrawn: { en: "Withdrawn", zh: "已注销" },
  withdrawnText: {
    en: "The issuer withdrew this permit or bound it to another phone. Gates refuse it.",
    zh: "签发机构已注销此许可，或已绑定到另一部手机。闸机将拒绝。",
  },
  suspended: { en: "Suspended", zh: "已暂停" },
  suspendedText: {
    en: "The issuer suspended this permit. Gates refuse it until that ends.",
    zh: "签发机构已暂停此许可。恢复之前，闸机将拒绝。",
  },
  ended: { en: "Ended on {at}", zh: "已于 {at} 到期" },
  endedText: {
    en: "Connect to the internet: the wallet then fetches the credential of today.",
    zh: "请连接网络，应用会获取今天的凭证。",
  },
  keyGone: { en: "The key is gone", zh: "密钥已丢失" },
  keyGoneText: {
    en:
      "The browser no longer has the key of this permit. Bind the permit anew: ask the " +
      "office for a new offer.",
    zh: "浏览器已不再保存此许可的密钥。请重新绑定：向签发机构领取新的绑定码。",
  },
  none: { en: "No credential yet", zh: "尚未取得凭证" },
  noneText: { en: "The wallet asks the issuer again by itself.", zh: "应用会自动再次查询。" },

  denied: {
    en: "The issuer gives no credential now: {reason}",
    zh: "签发机构目前不提供凭证：{reason}",
  },
  sessionEnded: {
    en:
      "The issuer no longer knows this phone. Was the permit bound to another phone? Else" +
      " ask the office for a new offer.",
    zh: "签发机构已不再识别这部手机。许可是否已绑定到另一部手机？否则请领取新的绑定码。",
  },
  clockState: { en: "Not valid by this phone's clock", zh: "按手机时钟，此凭证无效" },
  clock: {
    en: "This phone's clock differs from the issuer's. Let the phone set its clock by itself.",
    zh: "手机时钟与签发机构的时钟不一致。请让手机自动校准时钟。",
  },
  unreachable: {
    en: "The issuer was not reached. The wallet tries again by itself.",
    zh: "未能联系到签发机构，应用会自动重试。",
  },
  notUnderstood: {
    en: "The issuer's answer was not understood ({code}). {reason}",
    zh: "无法理解签发机构的答复（{code}）。{reason}",
  },

  acting: { en: "You show it for another person, as {role}", zh: "您以{role}身份代他人出示" },
  guardian: { en: "guardian", zh: "监护人" },
  number: { en: "Number", zh: "许可编号" },
  class: { en: "Class", zh: "类别" },
  issuer: { en: "Issuer", zh: "签发机构" },
  validUntil: { en: "This credential is valid until {at}", zh: "凭证有效期至 {at}" },
  ask: { en: "Answer a gate's question", zh: "回答闸机的问题" },
  details: { en: "About this permit", zh: "许可详情" },
  label: { en: "Name on this phone", zh: "在这部手机上的名称" },
  labelHint: {
    en: "Such as the name of your child. It stays on this phone.",
    zh: "例如孩子的名字。名称只保存在这部手机上。",
  },
  labelSave: { en: "Keep the name", zh: "保存名称" },
  renew: { en: "Ask the issuer now", zh: "立即联系签发机构" },
  renewed: { en: "The issuer was asked.", zh: "已联系签发机构。" },
  remove: { en: "Remove from this phone", zh: "从这部手机移除" },
  removeSure: {
    en: "The key is erased. To show this permit again you need a new offer of the office.",
    zh: "密钥将被清除。要再次出示，需要向签发机构领取新的绑定码。",
  },
  removeYes: { en: "Erase the key and remove", zh: "清除密钥并移除" },
  keep: { en: "Keep", zh: "保留" },
} satisfies Texts;

/** Answering a gate's question. */
export const askTexts = {
  title: { en: "A gate's question", zh: "闸机的问题" },
  scan: { en: "Scan the gate's code", zh: "扫描闸机上的码" },
  orType: { en: "Or type what the guard says", zh: "或输入值守人员告知的内容" },
  gate: { en: "Name of the gate", zh: "闸机名称" },
  digits: { en: "Six digits", zh: "六位数字" },
  answer: { en: "Show the answer", zh: "出示回答" },
  isThis: {
    en: "The code says that it is of the gate {gate}. Answer only if you stand before this gate.",
    zh: "此码称其属于 {gate} 闸机。请确认您就在该闸机前，再回答。",
  },
  confirm: { en: "Yes, answer this gate", zh: "是，回答此闸机" },
  forGate: { en: "Only for the gate {gate}", zh: "仅用于 {gate} 闸机" },
  answers: { en: "This answers the question of the gate {gate}", zh: "此码回答 {gate} 闸机的问题" },
  forAll: { en: "Show the code for every gate", zh: "出示通用动态码" },
  over: { en: "This question is over. Scan the gate's code again.", zh: "此问题已过期，请重新扫描闸机上的码。" },
  notAGate: { en: "This is not the code of a gate.", zh: "这不是闸机的码。" },
  needBoth: {
    en: "Type the name of the gate and six digits.",
    zh: "请输入闸机名称和六位数字。",
  },
  noCamera: {
    en: "There is no camera, or the browser does not allow it. {reason}",
    zh: "没有摄像头，或浏览器不允许使用。{reason}",
  },
  stop: { en: "Stop", zh: "停止" },
  looking: { en: "Hold the code before the camera.", zh: "请把二维码对准摄像头。" },
} satisfies Texts;
