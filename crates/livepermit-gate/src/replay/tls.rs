//! Whom a gate trusts when it asks a server through TLS.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, ClientConfig, ConfigBuilder, RootCertStore};

use super::{StoreError, StoreErrorKind};

/// Why a server's certificate is not accepted, in words.
pub(super) fn words(error: &CertificateError) -> String {
    let known = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired: renew it, or correct the clock here"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet: correct the clock here"
        }
        CertificateError::UnknownIssuer => {
            "the authority given here did not sign it: give the certificate of the authority that did"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host than the address names"
        }
        CertificateError::BadSignature => "its signature is wrong",
        CertificateError::BadEncoding => "it is broken",
        CertificateError::Revoked => "it is revoked",
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it may not be used by a server"
        }
        other => return other.to_string(),
    };
    known.to_owned()
}

/// Trusts the authorities whose certificates are in `pem`, and nobody else.
pub(super) fn trusting(
    pem: &[u8],
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, StoreError> {
    let setup = |reason: &str| StoreError::of(StoreErrorKind::Setup, reason);
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|error| setup(&format!("the authority is no PEM: {error}")))?;
        roots.add(certificate).map_err(|error| {
            setup(&format!("a certificate of the authority cannot be used: {error}"))
        })?;
    }
    if roots.is_empty() {
        return Err(setup("the authority has no certificate in PEM"));
    }
    // The provider is named here, and is not a default of the process.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| setup(&format!("TLS cannot be used: {error}")))?;
    Ok(config.with_root_certificates(roots))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_is_not_accepted_is_told_in_words() {
        for (error, part) in [
            (CertificateError::Expired, "has expired"),
            (CertificateError::NotValidYet, "not valid yet"),
            (CertificateError::UnknownIssuer, "did not sign it"),
            (CertificateError::NotValidForName, "another host"),
            (CertificateError::BadSignature, "signature is wrong"),
            (CertificateError::BadEncoding, "broken"),
            (CertificateError::Revoked, "revoked"),
            (CertificateError::InvalidPurpose, "may not be used by a server"),
        ] {
            let told = words(&error);
            assert!(told.contains(part), "{told}");
            assert!(!told.contains(&format!("{error:?}")), "{told}");
        }
    }
}
