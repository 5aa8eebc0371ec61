//! All operations of the port, in one table.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use tower_http::set_header::SetResponseHeaderLayer;

use super::super::problem::Problem;
use super::api::{Api, Match, Operation, id_text};
use super::audit::LAST_LINE;
use super::bodies::{
    AssignmentData, CancellationData, CardData, CheckData, FollowUpData, Login, MandateData,
    OfferData, OfficeData, OfficerData, ProposalData, RefusalData, SlipCloseData, SlipData,
    Submission, SuspensionData,
};
use super::follow_ups::{FollowUpDone, FollowUpPage, FollowUpTaken};
use super::openapi::{
    CaseStateWord, DocumentKindWord, ProposalStateWord, document, number, one_of, text,
};
use super::paper::{ApprovalView, OfferView, PermitPage, PermitView, SlipView};
use super::proposals::{ProposalDone, ProposalPage, ProposalView};
use super::views::{CasePage, CaseView, SessionView, WhoView};
use super::{OfficeState, audit, cases, documents, follow_ups, login, permits, proposals, slips};
use crate::staff::Role::{self, Audit, Check, Decide, Intake};
use crate::store::Store;

/// Who works with cases and permits.
const OFFICERS: &[Role] = &[Intake, Check, Decide];
const ANYBODY: &[Role] = &[];

/// The port under `/office`. It sets no fallback outside of it: other routers can be merged.
pub fn router<S: Store>(state: OfficeState<S>) -> Router {
    let api = Api::new(state.clone());
    let api = with_permits(with_cases(with_sessions(api)));
    let api = with_proposals(with_follow_ups(with_log(api)));
    let json: Arc<str> = document(api.paths, api.schemas).to_string().into();
    let described = move || {
        let json = Arc::clone(&json);
        async move { ([(header::CONTENT_TYPE, "application/json")], json.to_string()) }
    };
    let missing = || async { Problem::missing("address").into_response() };
    let not_allowed = || async {
        let detail = "This address does not take this method. Allow says which it takes.";
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail).into_response()
    };
    let mut router = api
        .router
        .route("/office/openapi.json", get(described))
        .route("/office", any(missing))
        .route("/office/", any(missing))
        .route("/office/{*rest}", any(missing))
        .method_not_allowed_fallback(not_allowed)
        .with_state(state);
    let policy = "default-src 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        let value = HeaderValue::from_static(value);
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    router
}

fn with_sessions<S: Store>(api: Api<S>) -> Api<S> {
    let open = Operation::post("/office/login", "login", "Open a session")
        .takes::<Login>()
        .answers::<SessionView>(201, "The session")
        .refuses(&[401, 429]);
    let close = Operation::post("/office/logout", "logout", "End the session")
        .roles(ANYBODY)
        .answers_nothing("The session has ended");
    let who = Operation::get("/office/session", "get-session", "Who has logged in")
        .roles(ANYBODY)
        .answers::<WhoView>(200, "The officer");
    api.add(open, login::login).add(close, login::logout).add(who, login::who)
}

fn with_cases<S: Store>(api: Api<S>) -> Api<S> {
    let list = Operation::get("/office/cases", "list-cases", "Cases in a state, urgent first")
        .roles(OFFICERS)
        .query("state", true, "Where they stand", one_of(CaseStateWord::WORDS))
        .query("office", false, "One of your offices", text(Some("^[A-Za-z0-9._-]{1,64}$"), None))
        .query("behind", false, "`next` of the page before", text(None, None))
        .query("most", false, "How many", number(1, 100))
        .answers::<CasePage>(200, "A page")
        .refuses(&[404]);
    let submit = Operation::post("/office/cases", "submit-case", "Take an application")
        .roles(&[Intake])
        .takes::<Submission>()
        .answers::<CaseView>(201, "The case")
        .refuses(&[404]);
    let one = |what: &'static str, id: &'static str, summary: &'static str| {
        Operation::post(what, id, summary).version(Match::Must)
    };
    let get = Operation::get("/office/cases/{case}", "get-case", "A case")
        .roles(OFFICERS)
        .answers::<CaseView>(200, "The case");
    let assign = one("/office/cases/{case}/assign", "assign-case", "Give a case to an officer")
        .roles(&[Intake])
        .takes::<AssignmentData>()
        .answers::<CaseView>(200, "The case");
    let check = one("/office/cases/{case}/checks", "check-case", "Record a look on site")
        .roles(&[Check])
        .takes::<CheckData>()
        .answers::<CaseView>(200, "The case");
    let approve = one("/office/cases/{case}/approve", "approve-case", "Approve, and do it")
        .roles(&[Decide])
        .takes_nothing()
        .answers::<ApprovalView>(200, "The case, and the permit");
    let refuse = one("/office/cases/{case}/refuse", "refuse-case", "Refuse")
        .roles(&[Decide])
        .takes::<RefusalData>()
        .answers::<CaseView>(200, "The case");
    let withdraw = one("/office/cases/{case}/withdraw", "withdraw-case", "Take it back")
        .roles(&[Intake])
        .takes_nothing()
        .answers::<CaseView>(200, "The case");
    let attach =
        Operation::post("/office/cases/{case}/documents", "attach-document", "Attach a document")
            .roles(&[Intake, Check])
            .version(Match::May)
            .query("kind", true, "What it shows", one_of(DocumentKindWord::WORDS))
            .query("id", false, "Its id, if a mandate names it", id_text())
            .takes_bytes()
            .answers::<CaseView>(201, "The case");
    let path = "/office/cases/{case}/documents/{document}";
    let download = Operation::get(path, "download-document", "The bytes of a document")
        .roles(OFFICERS)
        .answers_bytes("The bytes", &["application/pdf", "image/jpeg", "image/png"]);
    api.add(list, cases::list)
        .add(submit, cases::submit)
        .add(get, cases::get)
        .add(assign, cases::assign)
        .add(check, cases::check)
        .add(approve, cases::approve)
        .add(refuse, cases::refuse)
        .add(withdraw, cases::withdraw)
        .add(attach, documents::attach)
        .add(download, documents::download)
}

fn with_permits<S: Store>(api: Api<S>) -> Api<S> {
    let change = |path, id, summary, roles: &'static [Role], version| {
        Operation::post(path, id, summary).version(version).roles(roles)
    };
    let view = |operation: Operation| operation.answers::<PermitView>(200, "The permit");
    let (may, must, intake, decide): (_, _, &[Role], &[Role]) =
        (Match::May, Match::Must, &[Intake], &[Decide]);
    let search = Operation::get("/office/permits", "search-permits", "Find permits")
        .roles(OFFICERS)
        .query("number", false, "The number of the permit", text(None, None))
        .query("name", false, "The holder's whole name", text(None, None))
        .query("document", false, "The number of the holder's document", text(None, None))
        .query("behind", false, "`next` of the page before", text(None, None))
        .query("most", false, "How many", number(1, 100))
        .answers::<PermitPage>(200, "A page")
        .refuses(&[409]);
    let get = Operation::get("/office/permits/{permit}", "get-permit", "A permit").roles(OFFICERS);
    let suspend =
        change("/office/permits/{permit}/suspend", "suspend-permit", "Suspend", decide, must);
    let resume = change(
        "/office/permits/{permit}/resume",
        "resume-permit",
        "Lift a suspension",
        decide,
        must,
    );
    let cancel = change(
        "/office/permits/{permit}/cancel",
        "cancel-permit",
        "Cancel, for good",
        decide,
        must,
    );
    let lost = change(
        "/office/permits/{permit}/device-lost",
        "lose-device",
        "Close the lost phone",
        intake,
        may,
    );
    let offer = change(
        "/office/permits/{permit}/offers",
        "offer-permit",
        "Offer it to a phone",
        intake,
        may,
    );
    let print = change("/office/permits/{permit}/slips", "print-slip", "Print a slip", intake, may);
    let path = "/office/permits/{permit}/slips/{slip}/close";
    let close = change(path, "close-slip", "Close a slip", intake, may);
    let path = "/office/permits/{permit}/documents";
    let attach = change(path, "attach-permit-document", "Attach a document", intake, may)
        .query("kind", true, "What it shows", one_of(DocumentKindWord::WORDS))
        .query("id", false, "Its id, if a mandate names it", id_text())
        .takes_bytes();
    let path = "/office/permits/{permit}/documents/{document}";
    let download = Operation::get(path, "download-permit-document", "The bytes of a document")
        .roles(OFFICERS)
        .answers_bytes("The bytes", &["application/pdf", "image/jpeg", "image/png"]);
    let path = "/office/permits/{permit}/representatives";
    let act = change(path, "add-representative", "Record a mandate", intake, may);
    let path = "/office/permits/{permit}/representatives/{representative}/close";
    let end = change(path, "close-representative", "End a mandate", intake, may);
    let card =
        change("/office/permits/{permit}/cards", "record-card", "Record a card", intake, may);
    api.add(search, permits::search)
        .add(view(get), permits::get)
        .add(view(suspend.takes::<SuspensionData>()), permits::suspend)
        .add(view(resume.takes_nothing()), permits::resume)
        .add(view(cancel.takes::<CancellationData>()), permits::cancel)
        .add(view(lost.takes_nothing()), permits::device_lost)
        .add(offer.takes::<OfferData>().answers::<OfferView>(201, "The offer"), permits::offer)
        .add(print.takes::<SlipData>().answers::<SlipView>(201, "The slip"), slips::print)
        .add(view(close.takes::<SlipCloseData>()), slips::close)
        .add(attach.answers::<PermitView>(201, "The permit"), documents::attach_to_permit)
        .add(download, documents::download_of_permit)
        .add(view(act.takes::<MandateData>()), permits::add_representative)
        .add(view(end.takes_nothing()), permits::close_representative)
        .add(view(card.takes::<CardData>()), permits::record_card)
}

fn with_follow_ups<S: Store>(api: Api<S>) -> Api<S> {
    let about = "Permits that wait for a check, oldest first";
    let list = Operation::get("/office/follow-ups", "list-follow-ups", about)
        .roles(OFFICERS)
        .query("office", false, "One of your offices", text(Some("^[A-Za-z0-9._-]{1,64}$"), None))
        .query("behind", false, "`next` of the page before", text(None, None))
        .query("most", false, "How many", number(1, 100))
        .answers::<FollowUpPage>(200, "A page")
        .refuses(&[404]);
    let take =
        Operation::post("/office/follow-ups/take", "take-follow-up", "Take the oldest check")
            .roles(&[Check])
            .takes_if_any::<OfficeData>()
            .answers::<FollowUpTaken>(200, "What was taken")
            .refuses(&[404]);
    let path = "/office/follow-ups/{permit}/give";
    let give = Operation::post(path, "give-follow-up", "Give a check to an officer")
        .roles(&[Intake])
        .takes::<OfficerData>()
        .answers::<PermitView>(200, "The permit");
    let path = "/office/follow-ups/{permit}/close";
    let close = Operation::post(path, "close-follow-up", "Drop the check of what is over")
        .roles(&[Check])
        .takes_nothing()
        .answers::<PermitView>(200, "The permit");
    let path = "/office/permits/{permit}/follow-ups";
    let record = Operation::post(path, "record-follow-up", "Record a check after the issue")
        .version(Match::May)
        .roles(&[Check])
        .takes::<FollowUpData>()
        .answers::<FollowUpDone>(200, "The permit, and what follows");
    api.add(list, follow_ups::list)
        .add(take, follow_ups::take)
        .add(give, follow_ups::give)
        .add(close, follow_ups::close)
        .add(record, follow_ups::record)
}

fn with_proposals<S: Store>(api: Api<S>) -> Api<S> {
    let list = Operation::get("/office/proposals", "list-proposals", "Proposals, oldest first")
        .roles(&[Decide])
        .query("state", false, "Where they stand", one_of(ProposalStateWord::WORDS))
        .query("behind", false, "`next` of the page before", text(None, None))
        .query("most", false, "How many", number(1, 100))
        .answers::<ProposalPage>(200, "A page");
    let get = Operation::get("/office/proposals/{proposal}", "get-proposal", "A proposal")
        .roles(&[Decide])
        .answers::<ProposalView>(200, "The proposal");
    let about = "Propose to cancel many permits";
    let propose = Operation::post("/office/proposals", "propose", about)
        .roles(&[Decide])
        .takes::<ProposalData>()
        .answers::<ProposalView>(201, "The proposal")
        .refuses(&[404]);
    let path = "/office/proposals/{proposal}/approve";
    let approve = Operation::post(path, "approve-proposal", "Approve somebody else's proposal")
        .roles(&[Decide])
        .takes_nothing()
        .answers::<ProposalDone>(200, "What it has done");
    let path = "/office/proposals/{proposal}/reject";
    let reject = Operation::post(path, "reject-proposal", "Reject a proposal")
        .roles(&[Decide])
        .takes_nothing()
        .answers::<ProposalView>(200, "The proposal");
    api.add(list, proposals::list)
        .add(get, proposals::get)
        .add(propose, proposals::propose)
        .add(approve, proposals::approve)
        .add(reject, proposals::reject)
}

fn with_log<S: Store>(api: Api<S>) -> Api<S> {
    let lines = Operation::get("/office/audit", "list-audit", "Lines of the audit log")
        .roles(&[Audit])
        .query("behind", false, "The number of the line before", number(0, LAST_LINE))
        .query(
            "subject",
            false,
            "What they are about",
            text(Some("^[A-Za-z0-9._:/-]{0,200}$"), None),
        )
        .query("most", false, "How many", number(1, 100))
        .answers::<audit::LinePage>(200, "A page");
    let verify = Operation::get("/office/audit/verify", "verify-audit", "Check the whole log")
        .roles(&[Audit])
        .answers::<audit::LogView>(200, "What the check found");
    api.add(lines, audit::lines).add(verify, audit::verify)
}
