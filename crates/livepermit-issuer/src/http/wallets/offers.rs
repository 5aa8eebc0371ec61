//! Offers of an office: a code on its screen, and six digits that a clerk says.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::state::WalletsState;
use crate::domain::{Digest, Party, PermitId};
use crate::http::office::{Offering, Offers};
use crate::protocol::{digest, offer_uri, tx_code};
use crate::service::ServiceError;
use crate::store::{Change, NewOffer, Store};

/// How often digits may be tried: of a million, five are guessed once in 200,000 offers.
const TRIES: u32 = 5;

/// An offer, as the office shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Offer {
    /// The pre-authorized code.
    pub code: String,
    /// The six digits that are said, and not shown beside the code.
    pub tx_code: String,
    /// Until when.
    pub ends: Timestamp,
    /// `openid-credential-offer://…`, for the code on the screen.
    pub uri: String,
}

/// Leaves out the secrets.
impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer").field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// The hash over code and digits: without the code, the digits cannot be found by trying.
pub(super) fn both(code: &str, tx_code: &str) -> Digest {
    digest(&format!("{code} {tx_code}"))
}

/// Makes an offer for a permit, and for the phone of this person.
///
/// # Errors
///
/// Those of the register.
pub async fn create_offer<S: Store>(
    state: &WalletsState<S>,
    change: &mut Change,
    permit: PermitId,
    party: Party,
) -> Result<Offer, ServiceError> {
    let (code, tx_code) = (state.secret(), tx_code(state.service().random()));
    let ends = state.after(state.settings().times.offer);
    let new = NewOffer {
        code: digest(&code),
        tx_code: both(&code, &tx_code),
        tries: TRIES,
        permit,
        party,
        ends,
    };
    change.keep_offer(&new).await?;
    let settings = state.settings();
    let uri = offer_uri(&settings.issuer, &settings.configuration.id, &code);
    Ok(Offer { code, tx_code, ends, uri })
}

/// Makes offers for the desk of the offices.
struct ForOffices<S: Store>(WalletsState<S>);

impl<S: Store> Offers for ForOffices<S> {
    fn offer<'a>(&'a self, change: &'a mut Change, permit: PermitId, party: Party) -> Offering<'a> {
        Box::pin(create_offer(&self.0, change, permit, party))
    }
}

/// What makes offers at the desk: the port of offices knows no more of wallets.
#[must_use]
pub fn offers<S: Store>(state: &WalletsState<S>) -> Arc<dyn Offers> {
    Arc::new(ForOffices(state.clone()))
}
