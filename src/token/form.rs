use core::fmt;

use crate::bytes::cose::Typ;

/// The form of a token. The signed header `typ` (RFC 9596) names the form, so that no form can pass
/// for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Form {
    /// Signed by the issuer when it is shown; live for some seconds.
    Pass,
    /// Signed by the issuer and bound to a device key. A gate never accepts a credential alone.
    Credential,
    /// A credential with the time, signed by the device.
    Presentation,
    /// Signed by the issuer and printed: it never changes, so gates refuse slips unless their
    /// policy accepts the form.
    Slip,
}

/// Media type of a pass.
const TYP_PASS: &str = "application/vnd.lpp+cwt";
/// Media type of a slip.
const TYP_SLIP: &str = "application/vnd.lps+cwt";
/// CoAP content format of `application/sd-cwt` (draft-ietf-spice-sd-cwt).
const TYP_CREDENTIAL: u64 = 293;
/// CoAP content format of `application/kb+cwt` (draft-ietf-spice-sd-cwt).
const TYP_PRESENTATION: u64 = 294;

impl Form {
    /// The stable name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Credential => "credential",
            Self::Presentation => "presentation",
            Self::Slip => "slip",
        }
    }

    pub(crate) const fn typ(self) -> Typ<'static> {
        match self {
            Self::Pass => Typ::MediaType(TYP_PASS),
            Self::Credential => Typ::ContentFormat(TYP_CREDENTIAL),
            Self::Presentation => Typ::ContentFormat(TYP_PRESENTATION),
            Self::Slip => Typ::MediaType(TYP_SLIP),
        }
    }

    pub(crate) fn from_typ(typ: Typ<'_>) -> Option<Self> {
        [Self::Pass, Self::Credential, Self::Presentation, Self::Slip]
            .into_iter()
            .find(|form| form.typ() == typ)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
