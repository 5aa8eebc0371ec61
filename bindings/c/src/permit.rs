//! Permits as values.

use crate::buffer::Arena;
#[cfg(feature = "std")]
use crate::buffer::{give, lp_buffer};
#[cfg(feature = "std")]
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::text::{lp_bytes, lp_text};

/// Forms of a token: one of the constants `LP_FORM_*`, or several, combined with `|`.
pub type lp_forms = u32;

/// Signed by the issuer's server, seconds ago.
pub const LP_FORM_PASS: u32 = 1;
/// Signed by the issuer for a device. It is not shown by itself.
pub const LP_FORM_CREDENTIAL: u32 = 2;
/// A credential with the device's signature over the time.
pub const LP_FORM_PRESENTATION: u32 = 4;
/// Printed on paper.
pub const LP_FORM_SLIP: u32 = 8;

/// The person whom a permit names.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_person {
    /// The full name, as it is written: 1 to 80 characters.
    pub full_name: lp_text,
    /// The date of birth as 4, 6 or 8 digits, such as `19490731`; can be absent.
    pub birth_date: lp_text,
}

/// Where the status of a permit stands.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_status_reference {
    /// The URI of the status list.
    pub uri: lp_text,
    /// The entry of the list, from 0.
    pub index: u64,
}

/// Who shows the permit of another person.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_acting {
    /// What the representative is, such as `guardian`.
    pub role: lp_text,
    /// The permit number or name of the representative.
    pub representative: lp_text,
}

/// What an issuer signs.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_permit {
    /// The number of the permit.
    pub subject: lp_text,
    /// The class, such as `bj.example:residence`.
    pub permit_class: lp_text,
    /// Seconds for which a code is live: 1 to 86,400; usual are 30.
    pub window: i64,
    /// The person, or NULL.
    pub person: *const lp_person,
    /// The entry of a status list, or NULL.
    pub status: *const lp_status_reference,
    /// The representative, or NULL.
    pub acting: *const lp_acting,
    /// Claims of the application: a CBOR map; can be absent.
    pub application: lp_bytes,
}

/// A token: structure and sizes are those of the format, and **nothing is verified**.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_token {
    /// The form.
    pub form: lp_forms,
    /// The bytes.
    pub bytes: lp_bytes,
    /// The text for a QR code: the prefix `LP1:` and base45.
    pub qr_text: lp_text,
    /// The text for a link: base64url.
    pub link_text: lp_text,
    /// The version of the QR code at medium error correction, 1 to 40; 0 if none holds the text.
    pub qr_version: i64,
}

pub(crate) fn give_person(
    arena: &mut Arena,
    name: &str,
    birth_date: Option<&str>,
) -> *const lp_person {
    let (full_name, birth_date) = (arena.text(name), arena.maybe_text(birth_date));
    arena.one(lp_person { full_name, birth_date })
}

pub(crate) fn give_status(arena: &mut Arena, uri: &str, index: u64) -> *const lp_status_reference {
    let uri = arena.text(uri);
    arena.one(lp_status_reference { uri, index })
}

pub(crate) fn give_acting(arena: &mut Arena, role: &str, of: &str) -> *const lp_acting {
    let (role, representative) = (arena.text(role), arena.text(of));
    arena.one(lp_acting { role, representative })
}

#[cfg(feature = "std")]
mod bridge {
    use livepermit_ffi::{Acting, Form, Permit, Person, StatusReference, Token};

    use super::*;
    use crate::text::optional;

    impl lp_permit {
        /// # Safety
        /// Pointers are valid.
        pub(crate) unsafe fn take(&self) -> Outcome<Permit> {
            // SAFETY: the caller answers for the pointers.
            unsafe {
                Ok(Permit {
                    subject: self.subject.get("the subject")?.into(),
                    permit_class: self.permit_class.get("the class")?.into(),
                    window: self.window,
                    person: match optional(self.person, "the person")? {
                        None => None,
                        Some(person) => Some(Person {
                            full_name: person.full_name.get("the name")?.into(),
                            birth_date: person
                                .birth_date
                                .optional("the date of birth")?
                                .map(Into::into),
                        }),
                    },
                    status: match optional(self.status, "the status")? {
                        None => None,
                        Some(status) => Some(StatusReference {
                            uri: status.uri.get("the URI")?.into(),
                            index: status.index,
                        }),
                    },
                    acting: match optional(self.acting, "the representative")? {
                        None => None,
                        Some(acting) => Some(Acting {
                            role: acting.role.get("the role")?.into(),
                            representative: acting.representative.get("the representative")?.into(),
                        }),
                    },
                    application: self.application.optional("the claims")?.map(Into::into),
                })
            }
        }
    }

    pub(crate) const fn form_number(form: Form) -> lp_forms {
        match form {
            Form::Pass => LP_FORM_PASS,
            Form::Credential => LP_FORM_CREDENTIAL,
            Form::Presentation => LP_FORM_PRESENTATION,
            Form::Slip => LP_FORM_SLIP,
        }
    }

    pub(crate) fn forms_of(forms: lp_forms) -> Outcome<Vec<Form>> {
        let all = [Form::Pass, Form::Credential, Form::Presentation, Form::Slip];
        let known = all.iter().fold(0, |known, form| known | form_number(*form));
        if forms == 0 || forms & !known != 0 {
            return Err(Failure::value("the field of forms", forms));
        }
        Ok(all.into_iter().filter(|form| forms & form_number(*form) != 0).collect())
    }

    impl lp_token {
        pub(crate) fn of(token: &Token, arena: &mut Arena) -> Self {
            Self {
                form: form_number(token.form),
                bytes: arena.bytes(&token.bytes),
                qr_text: arena.text(&token.qr_text),
                link_text: arena.text(&token.link_text),
                qr_version: token.qr_version.unwrap_or(0),
            }
        }
    }
}
#[cfg(feature = "std")]
pub(crate) use bridge::{form_number, forms_of};

/// Fills a permit with a window of 30 seconds and nothing optional. The texts stay the caller's.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_permit_default(
    subject: lp_text,
    permit_class: lp_text,
    permit: *mut lp_permit,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let usual = livepermit_ffi::permit(String::new(), String::new());
            let filled = lp_permit {
                subject,
                permit_class,
                window: usual.window,
                person: core::ptr::null(),
                status: core::ptr::null(),
                acting: core::ptr::null(),
                application: lp_bytes::ABSENT,
            };
            crate::buffer::set(permit, filled)
        })
    }
}

/// Reads the bytes of a token, and verifies nothing.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_read_token(
    bytes: lp_bytes,
    token: *mut lp_token,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = livepermit_ffi::read_token(bytes.get("the token")?.into())?;
            give(token, buffer, |arena| lp_token::of(&read, arena))
        })
    }
}

/// Reads the text of a token, from a QR code or a link, and verifies nothing.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_read_token_text(
    text: lp_text,
    token: *mut lp_token,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = livepermit_ffi::read_token_text(text.get("the text")?)?;
            give(token, buffer, |arena| lp_token::of(&read, arena))
        })
    }
}
