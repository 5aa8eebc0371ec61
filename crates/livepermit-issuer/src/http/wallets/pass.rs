//! `/pass`, which is ours: a code that is live now, for wallets that cannot make codes themselves.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;

use super::access::Access;
use super::answer::{self, Refusal, patiently};
use super::state::WalletsState;
use crate::domain::SessionId;
use crate::protocol::OAuthCode;
use crate::store::{Owner, Store};

/// How many passes a session gets in a minute, from each process. A pass is live for half a minute.
pub const PASSES_A_MINUTE: u32 = 12;

/// How many sessions are counted at once. Beyond them, passes wait for the next minute.
const MOST_SESSIONS: usize = 200_000;

/// Counts passes of the minute.
#[derive(Debug, Default)]
pub(super) struct Passes(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    given: HashMap<SessionId, u32>,
}

impl Passes {
    /// Counts a pass of this session, if it may have one; else tells when to come again, in
    /// seconds.
    fn count(&self, session: SessionId, now: Timestamp) -> Result<(), i64> {
        let now = now.as_second();
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != now.div_euclid(60) {
            *minute = Minute { number: now.div_euclid(60), given: HashMap::new() };
        }
        let wait = 60 - now.rem_euclid(60);
        if minute.given.len() >= MOST_SESSIONS && !minute.given.contains_key(&session) {
            return Err(wait);
        }
        let given = minute.given.entry(session).or_default();
        if *given >= PASSES_A_MINUTE {
            return Err(wait);
        }
        *given += 1;
        Ok(())
    }
}

pub(super) async fn pass<S: Store>(
    State(state): State<WalletsState<S>>,
    request: Request,
) -> Result<Response, Refusal> {
    let now = state.service().now();
    let address = state.endpoints().pass();
    let access = Access::read(&state, request.headers(), &address, now)?;
    patiently(|| fresh(&state, &access, now)).await
}

async fn fresh<S: Store>(
    state: &WalletsState<S>,
    access: &Access,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let mut change = state.service().store().begin().await?;
    let session = access.enter(&mut change, now).await?;
    change.commit().await?;
    let (Owner::Permit(permit), Some(device)) = (session.owner, session.device) else {
        let why = "no device is bound by this session: fetch a credential first";
        return Err(Refusal::wrong(OAuthCode::CredentialRequestDenied, why));
    };
    state.passes().count(session.id, now).map_err(Refusal::TooFast)?;
    let pass = state.service().pass(permit, device).await?;
    let answer = json!({
        "pass": pass.to_link_text(),
        "expires_in": state.service().office().window,
    });
    Ok(answer::json(StatusCode::OK, &answer))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{PASSES_A_MINUTE, Passes};
    use crate::domain::SessionId;

    #[test]
    fn a_session_gets_so_many_in_a_minute() {
        let passes = Passes::default();
        let now = Timestamp::from_second(1_790_000_040).unwrap();
        let (one, other) = (SessionId::from_bytes([1; 16]), SessionId::from_bytes([2; 16]));
        for _ in 0..PASSES_A_MINUTE {
            assert_eq!(passes.count(one, now), Ok(()));
        }
        let wait = passes.count(one, now).unwrap_err();
        assert_eq!(passes.count(other, now), Ok(()));
        let just_before = now + SignedDuration::from_secs(wait - 1);
        assert_eq!(passes.count(one, just_before), Err(1));
        let then = now + SignedDuration::from_secs(wait);
        assert_eq!(passes.count(one, then), Ok(()));
    }
}
