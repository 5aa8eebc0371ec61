//! What the desk says, in Chinese and English, from one table.

use crate::pages::{Language, texts};

texts! {
    home: "The desk: queue", "受理台：办理队列";
    desk: "Officers’ desk", "受理台";
    menu: "Desk", "受理台导航";
    queue: "Queue", "办理队列";
    follow_ups: "Checks after the issue", "签发后复查";
    search: "Search", "查询";
    proposals: "Cancel many", "批量注销";
    audit: "Audit log", "审计日志";
    log_out: "Log out", "退出登录";
    logged_in_as: "Logged in:", "当前用户：";
    login_title: "Log in", "登录";
    login_name: "Name of the account", "账户名";
    login_password: "Password", "密码";
    login_code: "Six digits of the authenticator", "动态验证码（6位数字）";
    login_button: "Log in", "登录";
    login_ended: "The session has ended. Log in again.", "会话已结束，请重新登录。";
    login_refused: "Name, password or digits are wrong, or the digits were used. Wait for the next \
                    digits, and try again.",
        "账户名、密码或验证码有误，或验证码已使用。请等待新的验证码后重试。";
    login_wait: "Too many tries with this name have failed. Wait, and try again.",
        "该账户名失败次数过多，请稍后重试。";

    filter: "Show", "显示";
    filter_state: "State", "状态";
    filter_office: "Office", "受理单位";
    queue_empty: "No case is in this state.", "没有处于该状态的案件。";
    queue_choose: "Type the name of an office.", "请输入受理单位名称。";
    next: "Next page", "下一页";
    take: "Take an application", "窗口受理申请";
    take_text: "The person stands before you, and you have looked at the identity document.",
        "请确认申请人本人在场，并已核验身份证件。";
    take_button: "Take the application", "提交申请";
    take_for: "Take an application for this permit", "为此居住证受理申请";
    column_kind: "Case", "案件";
    column_due: "Decision by", "最迟决定日期";
    column_left: "Time left", "剩余时间";
    column_officer: "Officer", "经办人";
    nobody: "nobody", "无";
    idle_title: "Nothing to do here", "此处无可办理事项";
    idle_text: "Your account has no role that works with cases. Ask somebody who has it.",
        "您的账户没有办理案件的权限，请联系管理员。";

    state: "State", "状态";
    state_submitted: "Handed in", "已提交";
    state_assigned: "With an officer", "办理中";
    state_checked: "Checked on site", "已现场核查";
    state_decided: "Decided", "已决定";
    state_withdrawn: "Withdrawn", "已撤回";
    kind_new: "New permit", "申领居住证";
    kind_change: "Change of data", "信息变更";
    kind_endorsement: "Yearly endorsement", "年度签注";
    kind_new_device: "Another phone", "更换手机";
    kind_cancellation: "Cancellation", "注销居住证";
    channel: "Came by", "提交渠道";
    channel_website: "Website", "网站";
    channel_app: "Wallet app", "钱包应用";
    channel_office: "Office", "窗口";
    handed_in: "Handed in", "提交时间";
    due: "Decision by", "最迟决定日期";
    due_unknown: "The calendar does not reach that far", "工作日历尚未覆盖该日期";
    alarm_soon: "Alarm before the last day", "到期前提醒";
    alarm_over: "Alarm after the last day", "逾期上报";
    class: "Kind of permit", "居住证种类";
    office: "Office", "受理单位";
    officer: "Officer", "经办人";
    light_left: "{} working days left", "还剩{}个工作日";
    light_left_one: "1 working day left", "还剩1个工作日";
    light_today: "Last day: decide today", "今天为最后期限";
    light_over: "{} days late", "已超期{}天";
    light_over_one: "1 day late", "已超期1天";
    light_unknown: "Deadline not known", "期限未知";

    applicant: "Applicant", "申请人";
    address: "Address", "居住地址";
    holder: "Holder", "持证人";
    erased: "The personal data was erased.", "个人信息已删除。";
    name: "Name", "姓名";
    born: "Date of birth", "出生日期";
    document: "Identity document", "身份证件";
    mandate: "Acts for the applicant", "代办人";
    acts_as: "As", "身份";
    representative_guardian: "Guardian", "监护人";
    representative_relative: "Relative", "亲属";
    consent_on: "Consent of", "同意日期";
    acts_until: "acts until", "代办至";

    documents: "Documents", "证明材料";
    documents_none: "No document is attached.", "未提交材料。";
    documents_read: "Whoever opens a document stands in the audit log.", "查看材料将记入审计日志。";
    pictures: "Look at the pictures side by side", "并排查看图片";
    save: "Save: {}", "下载：{}";
    attach: "Attach documents", "添加材料";
    attach_kind: "What they show", "材料类别";
    attach_files: "Files", "文件";
    attach_hint: "PDF, JPEG or PNG, at most 10 MB each.", "支持PDF、JPEG、PNG格式，每个文件不超过10 MB。";
    attach_button: "Attach", "添加";
    document_identity: "Identity document", "身份证件";
    document_residence: "Residence", "居住证明";
    document_occupation: "Work or studies", "就业或就读证明";
    document_portrait: "Photograph of the face", "本人照片";
    document_mandate: "Right to act", "代办资格证明";
    document_consent: "Signed consent", "书面同意书";
    document_other: "Other document", "其他材料";

    checks: "Looks on site", "现场核查";
    checks_none: "Nobody has looked on site.", "尚未现场核查。";
    finding: "What was found", "核查结果";
    finding_as_stated: "All is as stated", "与申报一致";
    finding_not_as_stated: "Not as stated", "与申报不一致";
    finding_nobody_met: "Nobody was met", "未见到申请人";
    check_record: "Record a look on site", "登记现场核查";
    check_when: "When (optional: now, if it is empty)", "核查时间（选填，留空为现在）";
    check_button: "Record", "登记";
    note: "Note", "备注";
    note_optional: "Note (optional)", "备注（选填）";
    note_told: "The applicant is told the ground and the note.", "理由和备注将告知申请人。";
    by: "by {}", "经办人：{}";

    assign: "Give the case to an officer", "分派案件";
    assign_officer: "Name of the officer’s account", "经办人账户名";
    assign_button: "Give", "分派";
    decide: "Decide", "作出决定";
    approve: "Approve", "批准";
    approve_text: "The permit is issued, or changed, at once.", "批准后立即签发或变更居住证。";
    refuse: "Refuse", "不予批准";
    choose: "Choose", "请选择";
    ground: "Ground", "理由";
    ground_untrue: "What was stated is not true", "所填内容与事实不符";
    ground_incomplete: "Documents are missing", "材料不齐全";
    ground_not_entitled: "No right to it", "不符合条件";
    ground_permit_present: "Has a permit already", "已持有居住证";
    ground_under_review: "A check has to show whether the data is true", "信息待核实";
    ground_misuse: "Somebody else may show the permit", "可能被他人冒用";
    ground_holder_asked: "The holder asked for it", "持证人申请";
    ground_moved_away: "Does not live here any longer", "不再在本地居住";
    ground_died: "The holder has died", "持证人死亡";
    ground_issued_in_error: "Issued in error", "误发";
    withdraw: "Take the application back, for the applicant", "代申请人撤回申请";
    withdraw_button: "Take it back", "撤回";
    decision: "Decision", "决定";
    approved: "Approved", "已批准";
    refused: "Refused", "未批准";
    decided_by: "Decided by", "决定人";
    decided_at: "Decided on", "决定时间";
    to_permit: "To the permit", "查看居住证";
    to_case: "To the case from which it was issued", "查看签发案件";
    to_log: "What was done", "操作记录";

    permit: "Permit {}", "居住证 {}";
    permit_active: "Valid", "有效";
    permit_suspended: "Suspended", "已暂停";
    permit_cancelled: "Cancelled", "已注销";
    permit_ended: "Ended", "已到期";
    since: "Since", "自";
    valid_from: "Valid from", "有效期自";
    valid_until: "last day", "最后有效日";
    device: "Phone", "手机";
    device_none: "The permit is on no phone.", "居住证未存入手机。";
    device_open: "It can be put on a phone now.", "现在可存入手机。";
    device_of: "Whose", "归属";
    device_of_holder: "The holder’s", "持证人";
    device_key: "Its key is kept", "密钥保存于";
    attested_strong_box: "in a chip of its own, attested", "独立安全芯片（已证明）";
    attested_environment: "in the trusted environment, attested", "可信执行环境（已证明）";
    attested_nothing: "nothing is attested", "未经证明";
    device_lost: "The phone is lost", "手机丢失";
    device_lost_text: "The permit stops on the phone at once.", "该手机上的居住证立即失效。";
    device_lost_button: "Close the phone", "停用该手机";
    offer: "Put the permit on a phone", "存入手机";
    offer_text: "The holder stands before you, and you have looked at the identity document.",
        "请确认持证人本人在场，并已核验身份证件。";
    offer_holder: "The holder’s phone", "持证人的手机";
    offer_button: "Show the code", "显示二维码";
    offer_title: "Code for the phone", "手机领取二维码";
    offer_scan: "Let the phone read this code.", "请用手机扫描此二维码。";
    offer_say: "Say these six digits. Do not show them.", "请口头告知以下6位数字，勿出示。";
    offer_digits: "Unfold the digits, away from the phone", "展开数字（勿让手机拍到）";
    offer_ends: "Good until {}, and once.", "有效期至{}，仅可使用一次。";
    offer_picture: "Code for the wallet app", "钱包应用二维码";
    offer_link: "Open in the wallet of this device", "在本机钱包应用中打开";
    slips: "Printed slips", "打印凭证";
    slips_none: "No slip was printed.", "尚未打印凭证。";
    slip_printed: "Printed", "打印于";
    closed: "closed", "已停用";
    closed_replaced: "replaced", "已更换";
    closed_lost: "lost", "丢失";
    closed_data: "the data has changed", "信息已变更";
    closed_mandate: "the mandate is over", "代办已终止";
    closed_cancelled: "the permit was cancelled", "居住证已注销";
    closed_over: "its time is over", "已到期";
    slip_close: "Close the slip", "停用凭证";
    slip_why: "Why", "原因";
    slip_lost: "Lost", "丢失";
    slip_replaced: "Replaced", "更换";
    print: "Print a slip", "打印凭证";
    print_text: "The code is shown once: print the page that comes.", "二维码仅显示一次，请打印下一页面。";
    print_until: "Last day (optional: that of the permit)", "最后有效日（选填，默认为居住证有效期）";
    print_button: "Make the slip", "生成凭证";
    slip_title: "Residence permit: printed slip", "居住证打印凭证";
    slip_hint: "Print this page now (Ctrl+P). The code is not shown again.",
        "请立即打印本页（Ctrl+P），二维码不会再次显示。";
    slip_number: "Number of the permit", "居住证编号";
    slip_from: "Valid from", "有效期自";
    slip_until: "Last day", "最后有效日";
    slip_check: "Check number", "核验码";
    slip_picture: "Code of the slip", "凭证二维码";
    slip_issued: "Printed on", "打印日期";
    slip_seal: "Seal of the authority", "发证机关盖章";
    slip_rule: "Valid with the identity document alone. Whoever loses the slip tells the office.",
        "须与身份证件一并出示方为有效。如有遗失，请及时告知受理单位。";
    people: "Acts for the holder", "代办人";
    people_none: "Nobody acts for the holder.", "无代办人。";
    person_record: "Record a mandate", "登记代办人";
    person_text: "You have looked at the identity document of the one who acts.",
        "请确认已核验代办人的身份证件。";
    person_papers: "Documents of mandates", "代办材料";
    person_close: "End the mandate", "终止代办";
    cards: "Physical cards", "实体证件";
    cards_none: "No card is recorded.", "未登记实体证件。";
    card_record: "Record a card", "登记实体证件";
    card_text: "The card stays valid until its last day, whatever happens to the permit.",
        "实体证件在其最后有效日前始终有效，不受居住证状态影响。";
    card_number: "Number on the card", "证件号码";
    card_last: "Last day", "最后有效日";
    suspend: "Suspend", "暂停";
    suspend_text: "Phone and slips are refused until the suspension is lifted.",
        "暂停期间手机和打印凭证均无效，直至恢复。";
    resume: "Lift the suspension", "恢复";
    cancel: "Cancel, for good", "注销";
    cancel_text: "A permit that was cancelled never comes back.", "居住证注销后不可恢复。";
    cancel_button: "Cancel the permit", "注销居住证";

    follow_up_empty: "No permit of this office waits for a check.", "该受理单位没有待复查的居住证。";
    follow_up_next: "Take the next check", "领取下一项复查";
    follow_up_next_text: "You get the permit that waits longest, of those that nobody has taken.",
        "将分派给您等候最久且无人领取的居住证。";
    follow_up_permit: "Permit", "居住证";
    follow_up_since: "Waits since", "等候起始时间";
    follow_up_give: "Give to an officer", "分派经办人";
    follow_up_drop: "Take off the list", "移出列表";
    follow_up_none: "Nobody has looked again since the issue.", "签发后尚未复查。";
    follow_up_record: "Record a check after the issue", "登记签发后复查";
    follow_up_follows: "What follows", "后续处理";
    follow_up_nothing: "Nothing", "无需处理";
    follow_up_case: "A case of cancellation: {}", "启动注销程序：{}";
    follow_up_rule: "A case of cancellation follows only from what is not as stated. Somebody with \
                     the role decide decides it.",
        "仅在核查结果与申报不一致时可启动注销程序，由具有决定权限的人员决定。";

    proposals_title: "Cancel many permits", "批量注销居住证";
    proposals_none: "No proposal is in this state.", "没有处于该状态的提议。";
    proposal: "Proposal to cancel permits", "注销居住证提议";
    proposal_open: "Waits for another officer", "待他人审批";
    proposal_rejected: "Rejected", "已否决";
    proposed_by: "Proposed by", "提议人";
    proposed_at: "Proposed on", "提议时间";
    proposal_ends: "Can be approved until", "审批截止时间";
    proposal_permits: "Permits", "居住证";
    proposal_new: "Propose to cancel permits", "提议注销居住证";
    proposal_text: "Another officer approves the proposal within seven days. All permits are \
                    cancelled then, or none.",
        "须由另一名有权限人员在7天内审批。届时全部注销，或全部不注销。";
    proposal_numbers: "Numbers of permits, one on each line, at most 200", "居住证编号（每行一个，最多200个）";
    proposal_button: "Propose", "提交提议";
    proposal_unknown: "Your offices have no permit with these numbers: {}.",
        "您所属的受理单位没有以下编号的居住证：{}。";
    proposal_empty: "Type the number of a permit.", "请输入居住证编号。";
    proposal_own: "You have proposed this. Another officer approves it.", "此提议由您提出，须由他人审批。";
    proposal_approve: "Cancel these permits, for good", "批准注销（不可恢复）";
    proposal_reject: "Reject the proposal", "否决提议";

    search_title: "Search for permits", "查询居住证";
    search_by: "By", "查询方式";
    by_number: "Number of the permit", "居住证编号";
    by_name: "Whole name of the holder", "持证人姓名（全名）";
    by_document: "Number of the identity document", "身份证件号码";
    search_what: "What is searched for", "查询内容";
    search_empty: "Type what is searched for.", "请输入查询内容。";
    search_log: "Searches for people stand in the audit log, without the name.",
        "按人员查询将记入审计日志（不含姓名）。";
    search_none: "Nothing was found at your offices.", "在您所属的受理单位未找到记录。";
    found: "Found: {}", "找到{}条";

    log_subject: "About (optional): case:, permit:, staff: or proposal: and an id",
        "对象（选填）：case:、permit:、staff: 或 proposal: 加编号";
    log_show: "Show", "显示";
    log_verify: "Check the whole log", "校验全部日志";
    log_none: "There are no lines.", "没有记录。";
    log_number: "Line", "序号";
    log_at: "Time", "时间";
    log_actor: "Who", "操作人";
    log_action: "What", "操作";
    log_about: "To what", "对象";
    log_detail: "Detail", "详情";
    log_whole: "The log is whole: {} lines.", "日志完整，共{}行。";
    log_broken: "The log is broken at line {}. Tell who runs the service.",
        "日志在第{}行损坏，请通知系统管理员。";
    log_keep: "Keep this hash, with the number, in another place.", "请将此哈希值与行数另行保存。";

    back: "Back", "返回";
    you_typed: "You had typed:", "您输入的内容：";
    service_says: "The service says:", "系统提示：";
    missing_title: "There is no such thing", "未找到";
    missing_text: "The address is wrong, or it is another office’s.", "地址有误，或属于其他受理单位。";
    forbidden_title: "Your account may not do this", "无权执行此操作";
    forbidden_text: "The role is missing. Ask somebody who has it.", "您的账户缺少所需权限，请联系有权限的人员。";
    changed_title: "Somebody else was quicker", "内容已被他人修改";
    changed_text: "It was changed after you had opened it. Nothing was done. Look at it again, and \
                   decide again.",
        "您打开之后内容已被修改，本次操作未执行。请重新查看后再决定。";
    refused_title: "This was not done", "操作未执行";
    refused_text: "A rule forbids it now, or something is missing in the form.",
        "当前不允许此操作，或表单内容有误。";
    ours_title: "The service has a fault", "系统故障";
    ours_text: "It is not your fault. Look whether it was done, and try again in a minute.",
        "这不是您的问题。请确认操作是否已执行，并稍后重试。";
    foreign_title: "The form is not of your session", "表单与当前会话不符";
    foreign_text: "Nothing was done. Open the page again, and send the form from there.",
        "操作未执行。请重新打开页面后再提交。";
    no_case_settled: "The case was decided or withdrawn already.", "该案件已决定或已撤回。";
    no_case_not_assigned: "The case has no officer. Give it to one first.", "案件尚未分派，请先分派经办人。";
    no_case_assigned_already: "The officer has the case already.", "该案件已由此经办人办理。";
    no_case_of_another: "Another officer has the case. Only that one records looks on site.",
        "该案件由其他经办人办理，仅其可登记现场核查。";
    no_check_missing: "Nobody has looked on site. Record that first.", "尚无现场核查记录，请先登记。";
    no_check_not_confirmed: "The last look on site does not support it. Look again, or refuse.",
        "最近一次核查不支持批准，请重新核查或不予批准。";
    no_check_time: "The look is dated before the application, or before an earlier look, or after now.",
        "核查时间早于申请或上次核查，或晚于当前时间。";
    no_evidence: "The mandate names a document that is not attached.", "代办所依据的材料未提交。";
    no_officer_unfit: "There is no such officer with the role check at this office.",
        "该受理单位没有此名具有核查权限的经办人。";
    no_office_of_others: "You give cases to your own offices alone.", "只能分派至您所属的受理单位。";
    no_permit_ended: "The permit has ended.", "居住证已到期。";
    no_permit_suspended: "The permit is suspended. Lift the suspension first.", "居住证已暂停，请先恢复。";
    no_permit_not_suspended: "The permit is not suspended.", "居住证未处于暂停状态。";
    no_permit_cancelled: "The permit was cancelled, for good.", "居住证已注销。";
    no_endorsement_early: "The permit cannot be endorsed yet.", "尚未到可办理签注的时间。";
    no_device: "The permit is on no phone.", "居住证未存入手机。";
    no_representative: "This person does not act for the holder.", "此人不是持证人的代办人。";
    no_file: "Choose a file first.", "请先选择文件。";
    no_document_type: "A file is neither a PDF nor a whole JPEG or PNG picture.",
        "文件不是PDF，也不是完整的JPEG或PNG图片。";
    no_document_active: "A PDF has programs, forms, other files or a password in it: print it to a \
                         new PDF, or attach a picture.",
        "PDF中含有程序、表单、其他文件或密码，请重新打印为PDF，或提交图片。";
    no_document_unreadable: "A PDF cannot be looked into: print it to a new PDF, or attach a \
                             picture.",
        "无法检查该PDF，请重新打印为PDF，或提交图片。";
    no_document_size: "A file is empty, or has more than 10 MB.", "文件为空或超过10 MB。";
    no_document_more: "The case has 20 documents, which is the most: put pages into one PDF.",
        "案件最多可有20份材料，请将多页合并为一个PDF。";
    no_born: "The date of birth is later than today.", "出生日期晚于今天。";
    no_guardian: "The holder is of age, so nobody is a guardian.", "持证人已成年，不能设监护人。";
    no_mandate_over: "The mandate is over already.", "代办期限已过。";
    no_evidence_missing: "No document shows that this person may act.", "缺少代办资格证明。";
    no_own_proposal: "Nobody approves a proposal of one's own. Ask another officer.",
        "不能审批本人的提议，请由他人审批。";
    no_proposal_ended: "The proposal is older than seven days. Propose it again.",
        "提议已超过7天，请重新提议。";
    no_proposal_many: "A proposal names 1 to 200 permits.", "每次提议可包含1至200个居住证。";
    no_proposal_open: "Somebody has decided this already.", "该事项已由他人处理。";
    no_card: "The number of the card is empty, too long, or has signs that it cannot have.",
        "证件号码为空、过长或含有无效字符。";
    no_card_again: "The card is recorded already.", "该证件已登记。";
    no_consent: "The consent is of a day that is still to come.", "同意日期晚于今天。";
    no_follow_up: "The permit waits for no check.", "该居住证没有待办的复查。";
    no_follow_up_taken: "Another officer has taken this check. Take another one.",
        "该复查已由其他经办人领取，请领取其他复查。";
    no_follow_up_given: "The officer has the check already.", "该复查已由此经办人领取。";
    no_follow_up_due: "The permit goes on: record a check instead.", "居住证仍有效，请登记复查结果。";
    no_cancellation: "A case of cancellation follows only from what is not as stated.",
        "仅在核查结果与申报不一致时可启动注销程序。";
    no_slip_over: "The slip would be over already. Choose a later day.", "凭证有效期须晚于今天。";
    no_slip_closed: "The slip was closed already.", "该凭证已停用。";
    no_claim: "A name or number is too long for a code, or has signs that it cannot carry. Correct \
               the data by an application for a change.",
        "姓名或号码过长或含有二维码无法容纳的字符，请通过信息变更申请更正。";
    no_note: "The note is longer than 2,000 letters, or has control characters.",
        "备注超过2000个字符或含有控制字符。";
    no_offers: "This service makes no offers for phones.", "本系统未开通手机领取。";
    no_person: "The personal data was erased.", "个人信息已删除。";
    no_search: "This service searches by number alone: it has no search key.",
        "本系统未配置查询密钥，仅可按编号查询。";
    no_time: "The time of the look is none: write it like 2026-11-30T09:15.",
        "核查时间无效，请按 2026-11-30T09:15 的格式填写。";
    no_date: "The last day is no date: write it like 2026-11-30.",
        "最后有效日无效，请按 2026-11-30 的格式填写。";
    role_intake: "intake", "受理";
    role_check: "check", "核查";
    role_decide: "decide", "决定";
    role_keys: "keys", "密钥";
    role_audit: "audit", "审计";
}

/// The texts in a language.
pub(super) const fn of(language: Language) -> &'static Texts {
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_are_complete_and_differ() {
        crate::pages::check_rows(super::ROWS);
    }
}
