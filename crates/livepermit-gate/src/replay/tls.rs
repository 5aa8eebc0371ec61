//! Whom a gate trusts when it asks a server through TLS.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

use super::{StoreError, StoreErrorKind};

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
