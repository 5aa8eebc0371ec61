//! Dates and ends of a list, and an earlier list of the same issuer and URI.

use livepermit::rejection::ListRejectionCode;

use super::super::cbor::{int, text, uint};
use super::super::list_case::{AcceptedStatusList, ListCase};
use super::super::lists::{LIST_ENDS, LISTED, STATUS_LIST, TTL, TYP_STATUS, compressed};
use super::super::token::{EXP, IAT, LAST_SECOND, Layer, NOW, STATUS_URI, SUB, TYP};
use super::{SKEW, Test, case, facts, list};

fn dated(time: u64) -> Layer {
    list().claim(IAT, uint(time))
}

fn until(time: u64) -> Layer {
    list().claim(EXP, uint(time))
}

pub(super) fn times() -> Vec<Test> {
    let at =
        |comment: &str, list: &Layer, now: u64| -> ListCase { case("Time", comment, list).at(now) };
    let from = |issued_at| AcceptedStatusList { issued_at, ..facts() };
    let to = |expires| AcceptedStatusList { expires: Some(expires), ..facts() };
    vec![
        at("dated as far ahead as the skew allows", &dated(NOW + SKEW), NOW)
            .flag("Edge")
            .accepted(from(NOW + SKEW)),
        at("dated one second too far ahead", &dated(NOW + SKEW + 1), NOW)
            .flag("Edge")
            .refused(ListRejectionCode::FromTheFuture),
        at("dated 2^40 - 2", &dated(LAST_SECOND - 1).no_claim(EXP), NOW)
            .refused(ListRejectionCode::FromTheFuture),
        at("dated 0", &dated(0), NOW).flag("Edge").accepted(from(0)),
        at("in its last second", &list(), LIST_ENDS - 1).flag("Edge").accepted(facts()),
        at("when it ends", &list(), LIST_ENDS).flag("Edge").refused(ListRejectionCode::Expired),
        at("when it ends: ttl does not prolong it", &list().claim(TTL, uint(86_400)), LIST_ENDS)
            .refused(ListRejectionCode::Expired),
        at("the skew does not prolong its life", &until(NOW - 1), NOW)
            .refused(ListRejectionCode::Expired),
        at("ended before it was made", &until(LISTED - 1), NOW).refused(ListRejectionCode::Expired),
        at("ends at 2^40 - 1", &until(LAST_SECOND), LAST_SECOND - 1)
            .flag("Edge")
            .accepted(to(LAST_SECOND)),
        at("ended at 0", &until(0), NOW).refused(ListRejectionCode::Expired),
        at("without end, long after", &list().no_claim(EXP), LAST_SECOND - 1)
            .accepted(AcceptedStatusList { expires: None, ..facts() }),
        at("ttl 0 ends nothing", &list().claim(TTL, uint(0)), LIST_ENDS - 1).accepted(facts()),
        at("from the future, and ended", &dated(NOW + 60).claim(EXP, uint(NOW)), NOW)
            .flag("Order")
            .refused(ListRejectionCode::FromTheFuture),
        at(
            "ended, and entries that do not inflate",
            &until(NOW).claim(STATUS_LIST, compressed(2, b"?")),
            NOW,
        )
        .flag("Order")
        .refused(ListRejectionCode::Expired),
    ]
}

pub(super) fn succession() -> Vec<Test> {
    let after = |comment: &str, held: &Layer, list: &Layer| {
        case("Held", comment, list).holding(held, LISTED)
    };
    let from = |issued_at| AcceptedStatusList { issued_at, ..facts() };
    let numbered = list().header(TYP, uint(279));
    let (next, endless) = (dated(LISTED + 1), list().no_claim(EXP));
    vec![
        after("the same list again", &list(), &list()).accepted(facts()),
        after("a later list", &list(), &next).flag("Edge").accepted(from(LISTED + 1)),
        after("an earlier list", &list(), &dated(LISTED - 1))
            .flag("Edge")
            .refused(ListRejectionCode::Older),
        after("a list dated 0", &list(), &dated(0)).refused(ListRejectionCode::Older),
        after("another list of the same second", &list(), &until(LIST_ENDS + 1))
            .refused(ListRejectionCode::Reused),
        after("the same list with its type as number", &list(), &numbered)
            .refused(ListRejectionCode::Reused),
        after("the same list in another encoding", &list(), &{
            list().edit(|layer| layer.claims.pairs.reverse())
        })
        .refused(ListRejectionCode::Reused),
        after(
            "an earlier list of another URI",
            &list().claim(SUB, text("https://s.bj.example/2")),
            &dated(LISTED - 1),
        )
        .accepted(from(LISTED - 1)),
        after(
            "another list of the same second, of another URI",
            &list().claim(SUB, text("https://s.bj.example/1/")),
            &list(),
        )
        .accepted(facts()),
        after("the same list again, when it ends", &list(), &list())
            .at(LIST_ENDS)
            .flag("Time")
            .accepted(facts()),
        after("the same list again, long after it ended", &list(), &list())
            .at(LAST_SECOND - 1)
            .flag("Time")
            .accepted(facts()),
        after("a later list that has ended", &list(), &next)
            .at(LIST_ENDS)
            .flag("Time")
            .refused(ListRejectionCode::Expired),
        after("another list of the same second, ended", &list(), &numbered)
            .at(LIST_ENDS)
            .flag("Time")
            .refused(ListRejectionCode::Expired),
        after("the same list again, by a clock that was turned back", &list(), &list())
            .at(LISTED - SKEW - 1)
            .flag("Time")
            .refused(ListRejectionCode::FromTheFuture),
        after("the first of two that were held", &list(), &list())
            .holding(&next, NOW)
            .refused(ListRejectionCode::Older),
        after("a later list without end", &list(), &endless.clone().claim(IAT, uint(LISTED + 1)))
            .accepted(AcceptedStatusList { expires: None, ..from(LISTED + 1) }),
        after("the same list again, without end", &endless, &endless)
            .at(LAST_SECOND - 1)
            .accepted(AcceptedStatusList { expires: None, ..facts() }),
        after("ended, and earlier", &list(), &dated(LISTED - 1))
            .at(LIST_ENDS)
            .flag("Order")
            .refused(ListRejectionCode::Expired),
        after("earlier, and entries that do not inflate", &list(), &{
            dated(LISTED - 1).claim(STATUS_LIST, compressed(2, b"?"))
        })
        .flag("Order")
        .refused(ListRejectionCode::Older),
        after("of the same second, and entries that do not inflate", &list(), &{
            list().claim(STATUS_LIST, compressed(2, b"?"))
        })
        .flag("Order")
        .refused(ListRejectionCode::Reused),
        case("Held", "nothing held: URI and type are as in the first list", &{
            list().claim(SUB, text(STATUS_URI)).header(TYP, text(TYP_STATUS)).header(1, int(-19))
        })
        .accepted(facts()),
    ]
}
