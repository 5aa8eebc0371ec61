//! What the pages say, in Chinese and English, from one table.

use jiff::civil::{Date, Weekday};

use crate::domain::IdentityKind;

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese, in simplified letters.
    Zh,
    /// English.
    En,
}

impl Language {
    /// As addresses name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// What stands between the parts of a list.
    pub(crate) const fn comma(self) -> &'static str {
        match self {
            Self::En => ", ",
            Self::Zh => "、",
        }
    }

    pub(crate) fn read(name: &str) -> Option<Self> {
        [Self::Zh, Self::En].into_iter().find(|language| language.name() == name)
    }

    /// As pages name it (BCP 47).
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-Hans",
            Self::En => "en",
        }
    }

    /// What its speakers call it.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    pub(crate) const fn texts(self) -> &'static Texts {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }

    /// A day, as people here write it.
    pub(crate) fn date(self, date: Date) -> String {
        match self {
            Self::En => date.strftime("%A %-d %B %Y").to_string(),
            Self::Zh => {
                let weekday = match date.weekday() {
                    Weekday::Monday => '一',
                    Weekday::Tuesday => '二',
                    Weekday::Wednesday => '三',
                    Weekday::Thursday => '四',
                    Weekday::Friday => '五',
                    Weekday::Saturday => '六',
                    Weekday::Sunday => '日',
                };
                let (year, month, day) = (date.year(), date.month(), date.day());
                format!("{year}年{month}月{day}日（星期{weekday}）")
            }
        }
    }
}

/// A text with a value in the place of `{}`.
pub(crate) fn filled(text: &str, value: impl std::fmt::Display) -> String {
    text.replace("{}", &value.to_string())
}

/// Makes the table from rows: `name: "English", "Chinese";`.
macro_rules! texts {
    ($($name:ident: $en:literal, $zh:literal;)+) => {
        /// All texts in one language. `{}` stands for a value.
        #[derive(Debug)]
        pub(crate) struct Texts { $(pub(crate) $name: &'static str,)+ }

        const EN: Texts = Texts { $($name: $en,)+ };
        const ZH: Texts = Texts { $($name: $zh,)+ };

        /// Name, English, Chinese of each text.
        #[cfg(test)]
        const ROWS: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh),)+];
    };
}
pub(crate) use texts;

texts! {
    skip: "Skip to the content", "跳到正文";
    languages: "Language", "语言";
    home: "Residence permit: start page", "居住证服务首页";
    error_prefix: "Error: ", "错误：";

    start_title: "Residence permit", "居住证";
    start_lead: "Apply for a residence permit here, and see how far your application is.",
        "您可以在此申请居住证，并查询办理进度。";
    start_apply: "Apply for a permit", "申请居住证";
    start_apply_text:
        "You need your identity document. The office decides within eight working days, and an \
         officer may visit you.",
        "请准备好您的身份证件。受理单位在八个工作日内作出决定，工作人员可能上门核查。";
    start_state_text: "With the code that you got when you applied, you see the state and the \
                       deadline of your application.",
        "凭提交申请时获得的查询码，可查询办理状态和办理期限。";
    start_wallet:
        "If you want the permit on your phone, begin in the wallet app: it opens this page and \
         fetches the permit when it is there.",
        "如需将居住证存入手机，请从钱包应用开始办理：应用会打开本页面，并在证件签发后自动领取。";

    apply_title: "Apply for a residence permit", "申请居住证";
    apply_lead: "All fields have to be filled in, but those that say “optional”.",
        "除标有“选填”的项目外，其余均为必填。";
    from_wallet: "You come from a wallet app. After you have handed in the application, go back to \
                  the app: it fetches the permit when it is decided.",
        "您从钱包应用进入本页面。提交申请后请返回应用，决定作出后应用会自动领取居住证。";
    optional: "optional", "选填";
    choose: "Choose", "请选择";
    section_permit: "The permit", "申请事项";
    section_files: "Documents", "证明材料";
    section_files_lead: "PDF, JPEG or PNG, at most 10 MB each. A photograph by phone is good enough if \
                         all can be read.",
        "支持 PDF、JPEG 或 PNG 格式，每个文件不超过10 MB。手机拍摄清晰可辨即可。";
    file_hint: "One or more files.", "可选择一个或多个文件。";
    file_identity: "Identity document", "身份证件";
    file_residence: "Where you live: lease, deed or statement of the landlord",
        "居住证明：租房合同、房产证或房东证明";
    file_occupation: "Work or studies", "就业或就读证明";
    file_portrait: "Photograph of the face", "本人照片";
    file_other: "Other documents", "其他材料";
    file_evidence: "What shows that the person may act, for example a birth certificate",
        "代办资格证明，例如出生医学证明";
    file_consent: "Signed consent", "书面同意书";
    file_missing: "Choose a file: {}.", "请选择文件：{}。";
    file_large: "A file may have 10 MB: choose a smaller one.", "每个文件不得超过10 MB，请选择较小的文件。";
    file_many: "There are more than 20 files: put pages into one PDF.",
        "文件超过20个，请将多页合并为一个 PDF。";
    file_type: "A file is neither a PDF nor a whole JPEG or PNG picture.",
        "有文件不是 PDF，也不是完整的 JPEG 或 PNG 图片。";
    file_active: "A PDF has programs, forms, other files or a password in it: print it to a new PDF, \
                  or send a picture.",
        "PDF 中含有程序、表单、附件或密码，请重新打印为新的 PDF，或改为上传图片。";
    file_unreadable: "A PDF cannot be looked into: print it to a new PDF, or send a picture.",
        "无法检查该 PDF 的内容，请重新打印为新的 PDF，或改为上传图片。";
    files_again: "Choose your files again: browsers forget them.", "请重新选择文件：浏览器不会保留已选文件。";
    section_acting: "Somebody applies for another person (optional)", "由他人代为申请（选填）";
    section_acting_lead: "Fill this in if a guardian applies for a child, or a relative for somebody \
                          who cannot do it alone.",
        "监护人为未成年人申请，或亲属为行动不便者申请时，请填写此部分。";
    acting: "Who acts for the applicant", "代办人身份";
    section_mandate: "Who acts, and by what right", "代办人信息";
    acting_missing: "Choose by what right the person acts.", "请选择代办人身份。";
    acting_choose: "Choose", "请选择";
    acting_nobody: "Nobody: the applicant applies", "无，本人申请";
    acting_guardian: "Guardian of a child", "未成年人的监护人";
    acting_relative: "Relative, with the applicant’s consent", "经申请人同意的亲属";
    of_acting: "Who acts for the applicant: {}", "代办人：{}";
    acting_until: "Acts until", "代办截止日期";
    acting_until_hint: "Leave it empty if no end is known. A guardian acts until the child is 18.",
        "如无期限可不填。监护人代办至未成年人年满18周岁为止。";
    acting_until_wrong: "This is no date that is still to come: write it like 2030-03-07.",
        "日期无效或早于明天，请按 2030-03-07 的格式填写。";
    acting_consent: "The guardian, or the applicant whom a relative helps, agrees",
        "监护人或由亲属协助的申请人已同意";
    acting_consent_missing: "Without the consent nobody can act: tick the box if it was given.",
        "未经同意不能代办，如已同意请勾选。";
    guardian_of_adult: "The applicant is 18 or older: choose the relative.",
        "申请人已年满18周岁，请选择“亲属”。";
    section_holder: "The permit that you have", "您现有的居住证";
    section_holder_lead: "So that nobody else asks for it. Type what the office knows now.",
        "用于确认申请人身份，请填写受理单位现有记录中的内容。";
    permit_number: "Number of the permit", "居住证编号";
    permit_number_hint: "Ten digits and letters, for example 0B1C-2D3-F4G. The page of your \
                         application’s state has it.",
        "共10位数字和字母，例如 0B1C-2D3-F4G，可在办理进度页面查看。";
    permit_number_missing: "Type the number of the permit.", "请填写居住证编号。";
    holder_number_hint: "Of the identity document with which you applied.", "申请居住证时使用的身份证件的号码。";
    holder_unknown: "These three do not fit together, or no permit has this number: compare all of \
                     them.",
        "以上三项信息不一致，或没有此编号的居住证，请逐项核对。";
    holder_too_often: "There were too many tries for this number. Try again in an hour, or go to the \
                       office.",
        "该编号尝试次数过多，请一小时后再试，或前往受理单位办理。";
    permit_over: "This permit is over, or was cancelled: apply for a new one.",
        "该居住证已到期或已注销，请重新申请。";
    endorsement_early: "The permit can be endorsed from {} on.", "该居住证自{}起可办理签注。";
    section_change: "The new data", "变更后的信息";
    section_change_lead: "Type all of it, also what stays as it is.", "请填写全部信息，包括未变更的内容。";
    change_title: "Change the data in a permit", "变更居住证信息";
    change_lead: "The permit stays, with the new data, when the office has decided.",
        "受理单位作出决定后，居住证信息将更新。";
    endorse_title: "Endorse a permit for another year", "居住证年度签注";
    endorse_lead: "A permit is good for a year. From 60 days before its end it can be endorsed for \
                   another.",
        "居住证有效期为一年，到期前60天起可办理年度签注，延长一年。";
    phone_title: "Put a permit on another phone", "更换手机";
    phone_lead: "The permit ends on the phone before as soon as it is on the other one.",
        "居住证存入新手机后，原手机上的居住证即失效。";
    cancel_title: "Cancel a permit", "注销居住证";
    cancel_lead: "A permit that was cancelled never comes back: phone and printed slips stop.",
        "居住证注销后不可恢复，手机和打印凭证均失效。";
    cancel_button: "Ask for the cancellation", "提交注销申请";
    permit_there: "I have a permit already: put it on this phone", "我已有居住证：存入此手机";
    start_permit: "If you have a permit", "已有居住证";
    section_person: "Who the permit is for", "申请人信息";
    class: "Kind of permit", "居住证种类";
    name: "Full name", "姓名";
    name_hint: "As in the identity document.", "与身份证件上的姓名一致。";
    born: "Date of birth", "出生日期";
    born_hint: "Year, month and day, for example 1990-03-07.", "年-月-日，例如 1990-03-07。";
    document_kind: "Kind of identity document", "身份证件种类";
    document_number: "Number of the identity document", "身份证件号码";
    identity_card: "Identity card", "居民身份证";
    passport: "Passport", "护照";
    birth_certificate: "Birth certificate", "出生医学证明";
    travel_permit: "Travel or residence permit of Hong Kong, Macao or Taiwan residents",
        "港澳台居民通行证或居住证";
    hand_in: "Hand in the application", "提交申请";
    privacy: "The office uses these data for the permit alone, and erases them after the permit’s \
              end.",
        "以上信息仅用于办理居住证，证件终止后将予以删除。";

    summary_title: "Correct what is wrong", "请更正以下内容";
    class_missing: "Choose the kind of permit.", "请选择居住证种类。";
    name_missing: "Type the full name.", "请填写姓名。";
    name_wrong: "The name may have 200 letters and no control characters.",
        "姓名不得超过200个字符，且不得含有控制字符。";
    born_missing: "Type the date of birth.", "请填写出生日期。";
    born_wrong: "The date of birth is no date: write it like 1990-03-07.",
        "出生日期无效，请按 1990-03-07 的格式填写。";
    born_future: "The date of birth is later than today.", "出生日期不能晚于今天。";
    kind_missing: "Choose the kind of identity document.", "请选择身份证件种类。";
    number_missing: "Type the number of the identity document.", "请填写身份证件号码。";
    address: "Address", "居住地址";
    address_hint: "Where you live: an officer looks there.", "请填写您的居住地址，工作人员将上门核查。";
    address_missing: "Type your address.", "请填写居住地址。";
    address_wrong: "The address may have 300 letters and no control characters.",
        "居住地址不得超过300个字符，且不得含有控制字符。";
    number_wrong: "The number of the identity document may have 40 letters and no control \
                   characters.",
        "身份证件号码不得超过40个字符，且不得含有控制字符。";
    form_ended: "This page was open for too long. What you typed is still here: look it over, and \
                 hand it in again.",
        "页面打开时间过长。您填写的内容仍然保留，请核对后重新提交。";
    request_ended: "The wallet’s request has ended. What you typed is still here: hand it in now \
                    without the wallet, or begin again in the wallet.",
        "钱包应用的请求已失效。您填写的内容仍然保留：可直接提交（不经钱包），或回到钱包应用重新开始。";
    not_now: "The office’s computer cannot take the application now. It is not your fault, and \
              nothing was handed in. What you typed is still here: hand it in again in a minute.",
        "系统暂时无法受理，这不是您的问题，申请尚未提交。您填写的内容仍然保留，请稍后重新提交。";

    receipt_title: "Your application was handed in", "申请已提交";
    receipt_again: "It was handed in before: this is the same application. If you changed \
                    something since, the change was not taken.",
        "该申请此前已经提交，这是同一份申请。此后所作的修改未被采纳。";
    receipt_due: "The office decides by {} at the latest.", "受理单位最迟于{}作出决定。";
    receipt_due_unknown: "The office decides within eight working days.",
        "受理单位将在八个工作日内作出决定。";
    receipt_code: "Your code", "查询码";
    receipt_keep: "Write this code down, print this page or take a photo of it. The code is shown \
                   now and never again. Whoever has it sees how far your application is, and can \
                   withdraw it.",
        "请抄写、打印或拍照保存此查询码。查询码仅在此时显示一次，之后无法再次查看。\
         持有查询码的人可以查询办理进度并撤回申请，请妥善保管。";
    receipt_picture: "The same code as a picture", "查询码二维码";
    receipt_back: "Go back to the wallet", "返回钱包应用";
    receipt_back_text: "Go back now, so that the wallet can fetch the permit later.",
        "请立即返回钱包应用，以便日后领取居住证。";

    look_title: "How far is my application?", "查询办理进度";
    look_lead: "Type the code that you got when you handed in the application.",
        "请输入提交申请时获得的查询码。";
    look_code: "Code", "查询码";
    look_code_hint: "26 digits and letters. Small letters, spaces and strokes do not matter.",
        "共26位数字和字母，不区分大小写，空格和短横线可省略。";
    look_button: "Look", "查询";
    look_code_missing: "Type the code.", "请输入查询码。";
    look_code_wrong: "A code has 26 digits and letters: compare it with what you wrote down.",
        "查询码应为26位数字和字母，请与您的记录核对。";
    look_code_unknown: "No application has this code: compare it with what you wrote down.",
        "没有与此查询码对应的申请，请与您的记录核对。";
    look_other: "Look at another application", "查询其他申请";
    kind_new: "Application for a permit", "居住证申领申请";
    kind_change: "Change of data", "信息变更申请";
    kind_endorsement: "Yearly endorsement", "年度签注申请";
    kind_new_device: "Permit on another phone", "更换手机申请";
    kind_cancellation: "Cancellation of the permit", "居住证注销申请";
    case_handed_in: "Handed in", "提交日期";
    case_state: "State", "办理状态";
    case_due: "Decision by", "最迟决定日期";
    case_due_unknown: "Eight working days after it was handed in", "提交后八个工作日内";
    case_decided: "Decided", "决定日期";
    case_number: "Number of the permit: {}", "居住证编号：{}";
    case_ends: "The last day of the permit is {}.", "居住证有效期至{}（含当日）。";
    case_note: "The office says: {}", "受理单位说明：{}";
    case_refused_next: "If you think that this is wrong, ask the office.",
        "如有异议，请向受理单位咨询。";
    state_submitted: "Handed in: no officer has it yet", "已提交，等待受理";
    state_assigned: "An officer works on it", "工作人员正在办理";
    state_checked: "An officer has checked on site: the decision comes next", "已完成现场核查，等待决定";
    state_approved: "Approved", "已批准";
    state_refused: "Refused", "未批准";
    state_withdrawn: "You took it back", "您已撤回申请";
    ground_untrue: "What was stated is not true.", "所填内容与事实不符。";
    ground_incomplete: "Documents are missing, and were not brought later.", "材料不齐全，且未补交。";
    ground_not_entitled: "You have no right to what you applied for.", "不符合申请条件。";
    ground_permit_present: "You have a permit already.", "您已持有居住证。";
    next_phone: "If you began in a wallet app, open it: it fetches the permit. If not, the office \
                 puts the permit on your phone, or prints it.",
        "如您从钱包应用开始申请，请打开应用领取居住证；否则请到受理单位办理手机领取或打印。";
    next_nothing: "There is nothing more for you to do.", "您无需再办理其他手续。";
    next_cancelled: "The permit was cancelled. It cannot be shown any more.",
        "居住证已注销，不能再出示。";
    light_left: "{} working days left", "还剩{}个工作日";
    light_left_one: "1 working day left", "还剩1个工作日";
    light_today: "The office decides today", "今天作出决定";
    light_over: "{} days late: ask the office", "已超期{}天，请向受理单位咨询";
    light_over_one: "1 day late: ask the office", "已超期1天，请向受理单位咨询";
    withdraw: "Take the application back", "撤回申请";
    withdraw_text: "The office then stops. This cannot be undone: you would have to apply again.",
        "撤回后受理单位将停止办理，且无法恢复；如需办理须重新申请。";
    withdraw_button: "Take it back for good", "确认撤回";

    gone_title: "Begin again in the wallet", "请在钱包应用中重新开始";
    gone_text: "The wallet’s request has ended, or was answered already. Open the wallet app and \
                begin there again.",
        "钱包应用的请求已失效或已处理。请打开钱包应用重新开始。";
    gone_without: "Apply without a wallet", "不使用钱包申请";
    missing_title: "This page is not here", "页面不存在";
    missing_text: "The address is wrong, or the page is no longer there.", "网址有误，或该页面已不存在。";
    wrong_title: "The form was not understood", "无法识别提交的表单";
    wrong_text: "What the browser sent is not what this form sends. Open the form again.",
        "浏览器发送的内容与本表单不符。请重新打开表单。";
    large_title: "The files are too large", "文件过大";
    large_text: "Go back, and choose smaller files.", "请返回并选择较小的文件。";
    ours_title: "The office’s computer has a fault", "系统故障";
    ours_text: "It is not your fault. Nothing was changed. Try again in a minute.",
        "这不是您的问题，未作任何更改。请稍后重试。";
    to_start: "To the start page", "返回首页";
}

impl Texts {
    /// What people call an identity document.
    pub(crate) const fn identity(&self, kind: IdentityKind) -> &'static str {
        match kind {
            IdentityKind::IdentityCard => self.identity_card,
            IdentityKind::Passport => self.passport,
            IdentityKind::BirthCertificate => self.birth_certificate,
            IdentityKind::TravelPermit => self.travel_permit,
        }
    }
}

/// Both languages of a table are complete, and differ.
#[cfg(test)]
pub(crate) fn check_rows(rows: &[(&str, &str, &str)]) {
    let han = |text: &str| text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
    for (name, en, zh) in rows {
        assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{name} is empty");
        assert!(!han(en), "{name} is Chinese in the English table");
        assert!(han(zh), "{name} is not Chinese");
        let places = |text: &str| text.matches("{}").count();
        assert_eq!(places(en), places(zh), "{name} has another number of values");
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, ROWS, check_rows};

    #[test]
    fn both_languages_are_complete_and_differ() {
        check_rows(ROWS);
    }

    #[test]
    fn days_are_written_as_people_write_them() {
        let date = jiff::civil::date(2026, 12, 10);
        assert_eq!(Language::En.date(date), "Thursday 10 December 2026");
        assert_eq!(Language::Zh.date(date), "2026年12月10日（星期四）");
        let date = jiff::civil::date(2026, 3, 1);
        assert_eq!(Language::En.date(date), "Sunday 1 March 2026");
        assert_eq!(Language::Zh.date(date), "2026年3月1日（星期日）");
    }
}
