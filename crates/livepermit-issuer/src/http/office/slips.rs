//! Printed slips, for people without a smartphone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::OfficeState;
use super::ask::{Answer, Ask, Stop};
use super::bodies::{SlipCloseData, SlipData, SlipEndData};
use super::cursor::Ids;
use super::paper::SlipView;
use super::permits;
use crate::domain::{PermitId, SlipEnd, SlipId};
use crate::store::Store;

/// Prints a slip.
pub(super) async fn print<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<SlipData>,
) -> Result<Response, Stop> {
    let (asked, until) = (ask.asked, ask.body.until);
    let id: PermitId = ids.get(0, "permit")?;
    state.permit(&asked.officer, id).await?;
    let mut change = state.begin(&asked).await?;
    let actor = asked.name();
    let slip = state.service.print_slip(&mut change, id, until, actor.as_str()).await?;
    let view = SlipView {
        id: slip.id.to_string(),
        token: slip.token.to_qr_text(),
        check_number: slip.check_number,
        until: slip.until,
    };
    let answer = Answer::new(StatusCode::CREATED, &view)?;
    state.finish(change, &asked, answer).await
}

/// Closes a slip.
pub(super) async fn close<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<SlipCloseData>,
) -> Result<Response, Stop> {
    let id: SlipId = ids.get(1, "slip")?;
    let end = match ask.body.why {
        SlipEndData::Lost => SlipEnd::Lost,
        SlipEndData::Replaced => SlipEnd::Replaced,
    };
    permits::change(&state, &ids, ask.asked, |permit, moment| permit.close_slip(id, end, moment))
        .await
}
