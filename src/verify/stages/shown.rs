//! One shape for all forms that can be shown.

use super::super::{Policy, SignedBy};
use super::liveness::Liveness;
use crate::bytes::cose::Sign1;
use crate::field::ANYONE;
use crate::key::{CoseKey, PublicKey};
use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;
use crate::token::{
    Form, FormClaims, IssuerSigned, PermitId, Presentation, Shape, Span, Unverified,
};

/// The parts of a code that the stages need, for every form.
pub(super) struct Shown<'a> {
    /// The part that the issuer signed: the code itself, or the credential in it.
    pub(super) issued: &'a IssuerSigned<'a>,
    /// When the code was made; for a slip, when its validity began.
    pub(super) issued_at: Timestamp,
    /// The end of the pass, of the slip, or of the credential in the presentation.
    expires: Timestamp,
    /// The window that the issuer signed, in seconds.
    pub(super) signed_window: u64,
    /// The first second and the end; `None` for a pass, which has only a window.
    pub(super) validity: Option<(Timestamp, Timestamp)>,
    /// The gate the code is made for; `None` when it is made for every gate.
    pub(super) audience: Option<&'a str>,
    pub(super) audience_span: Option<Span>,
    pub(super) nonce: Option<&'a [u8]>,
    /// The part that only a presentation has.
    pub(super) device: Option<DevicePart<'a>>,
}

/// The part that the device signed, and the credential's binding to the device.
pub(super) struct DevicePart<'a> {
    sign1: &'a Sign1<'a>,
    algorithm: i64,
    bound_key: &'a CoseKey<'a>,
    pub(super) not_before: Timestamp,
    pub(super) expires: Timestamp,
    is_acting: bool,
}

impl<'a> Shown<'a> {
    /// The last check of stage 1: a credential alone cannot be shown.
    pub(super) fn of(token: &'a Unverified<'a>) -> Result<Self, Rejection> {
        match token.shape() {
            Shape::Presentation(presentation) => Self::presentation(presentation),
            Shape::Issued(issued) => Self::issued(issued),
        }
    }

    fn issued(issued: &'a IssuerSigned<'a>) -> Result<Self, Rejection> {
        let (issued_at, expires, validity, audience) = match issued.claims.form {
            FormClaims::Pass { audience, issued_at, expires } => {
                (issued_at, expires, None, audience)
            }
            FormClaims::Slip { not_before, expires, .. } => {
                (not_before, expires, Some((not_before, expires)), None)
            }
            FormClaims::Credential { .. } => {
                return Err(Rejection::plain(RejectionCode::CredentialAlone));
            }
        };
        Ok(Self {
            issued,
            issued_at,
            expires,
            signed_window: expires.seconds_since(issued_at),
            validity,
            audience,
            audience_span: issued.spans.audience,
            nonce: None,
            device: None,
        })
    }

    fn presentation(presentation: &'a Presentation<'a>) -> Result<Self, Rejection> {
        let issued = &presentation.credential;
        let FormClaims::Credential { not_before, expires, window, device_key, acting } =
            &issued.claims.form
        else {
            // The reader accepts only a credential inside a presentation.
            return Err(Rejection::plain(RejectionCode::UnknownType));
        };
        let claims = &presentation.claims;
        let for_one_gate = claims.audience != ANYONE;
        Ok(Self {
            issued,
            issued_at: claims.issued_at,
            expires: *expires,
            signed_window: *window,
            validity: Some((*not_before, *expires)),
            audience: for_one_gate.then_some(claims.audience),
            audience_span: for_one_gate.then_some(presentation.audience_span),
            nonce: claims.nonce,
            device: Some(DevicePart {
                sign1: &presentation.sign1,
                algorithm: presentation.algorithm,
                bound_key: device_key,
                not_before: *not_before,
                expires: *expires,
                is_acting: acting.is_some(),
            }),
        })
    }

    pub(super) const fn form(&self) -> Form {
        if self.device.is_some() { Form::Presentation } else { self.issued.form }
    }

    pub(super) fn is_acting(&self) -> bool {
        self.device.as_ref().is_some_and(|device| device.is_acting)
    }

    /// Stage 2: the presentation names the algorithm of the key that the credential is bound to.
    pub(super) fn check_device_algorithm(&self) -> Result<(), Rejection> {
        let Some(device) = &self.device else { return Ok(()) };
        let (found, bound) = (device.algorithm, device.bound_key.algorithm().cose_id());
        if found == bound {
            Ok(())
        } else {
            Err(Rejection::numbers(RejectionCode::AlgorithmMismatch, found, bound))
        }
    }

    /// Good signatures tell the permit and the time of the maker's clock, even if a later check
    /// fails.
    pub(super) fn signed_by(&self, permit: PermitId, device_key: Option<&PublicKey>) -> SignedBy {
        let issued_at = (self.form() != Form::Slip).then_some(self.issued_at);
        SignedBy::new(permit, issued_at, device_key.cloned())
    }

    pub(super) fn liveness(&self, policy: &Policy) -> Liveness {
        match self.form() {
            Form::Slip => Liveness {
                issued_at: self.issued_at,
                live_until: self.expires,
                window: self.signed_window,
                skew: 0,
            },
            Form::Pass | Form::Credential | Form::Presentation => {
                Liveness::of(self.signed_window, self.issued_at, self.expires, policy)
            }
        }
    }
}

impl DevicePart<'_> {
    /// The key that the credential is bound to.
    pub(super) fn key(&self) -> Result<PublicKey, Rejection> {
        PublicKey::from_cose(self.bound_key)
            .map_err(|_| Rejection::plain(RejectionCode::BadDeviceKey))
    }

    /// Stage 3: the device signed the presentation.
    pub(super) fn check_signature(&self, key: &PublicKey) -> Result<(), Rejection> {
        let message = self.sign1.sig_structure();
        if key.verifies_pieces(&message.pieces(), self.sign1.signature) {
            Ok(())
        } else {
            Err(Rejection::plain(RejectionCode::BadDeviceSignature))
        }
    }
}
