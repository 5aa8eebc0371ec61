//! Some permits are drawn for a check after their issue.

use super::AT_ONCE;
use crate::domain::{FollowUps, Moment, OfficeId, Permit, SampleSize};
use crate::service::{Service, ServiceError};
use crate::store::{Loaded, Store};

/// Draws permits whose time has come for a check, of each office its share. Each permit can be drawn
/// once. Tells how many were drawn. A draw that fails leaves the permits to the next one.
///
/// # Errors
///
/// Those of the register.
pub async fn draw_follow_ups<S: Store>(
    service: &Service<S>,
    size: SampleSize,
) -> Result<usize, ServiceError> {
    let days = jiff::Span::new().days(i64::from(size.after_days));
    let until = service.moment().today().saturating_sub(days);
    let mut drawn = 0;
    while let Some(office) = service.store().office_to_draw(until).await? {
        let office = OfficeId::new(office)?;
        let mut change = service.store().begin().await?;
        let candidates = change.take_candidates(&office, until, AT_ONCE).await?;
        let mut good = Vec::new();
        // Nobody asks for permits of which none is drawn.
        for id in candidates.into_iter().filter(|_| size.percent > 0) {
            let permit: Option<Loaded<Permit>> = service.store().load(&id.to_string()).await?;
            let over = permit.is_none_or(|it| it.document.state(&service.moment()).is_over());
            good.extend((!over).then_some(id));
        }
        let random = |below: usize| {
            let drawn = usize::from_be_bytes(service.random());
            drawn.checked_rem(below).unwrap_or_default()
        };
        let count = size.of(good.len(), random);
        let rule =
            |queue: &mut FollowUps, moment: &Moment| queue.sample(good, count, random, moment);
        let events =
            service.change_follow_ups(&mut change, &office, "job:follow-ups", rule).await?;
        change.commit().await?;
        drawn += events.len();
    }
    Ok(drawn)
}
