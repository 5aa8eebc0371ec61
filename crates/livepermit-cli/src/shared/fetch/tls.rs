//! Who may vouch for the servers of lists, and what is wrong with a server's certificate.

use std::path::PathBuf;

use rustls::CertificateError;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::shared::failure::Failure;
use crate::shared::{files, texts};

/// More bytes than the authorities of a whole system have.
const MAX_AUTHORITIES: u64 = 4 << 20;

/// The authorities of this system, and those in these files.
pub(super) fn authorities(named: &[PathBuf]) -> Result<RootCerts, Failure> {
    // A certificate of the system that cannot be read vouches for nobody.
    let system = rustls_native_certs::load_native_certs().certs;
    let mut all: Vec<_> =
        system.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).collect();
    for path in named {
        let name = path.display().to_string();
        let bytes = files::read_up_to(files::open(path)?, MAX_AUTHORITIES, &name)?;
        let before = all.len();
        for item in parse_pem(&bytes) {
            match item {
                Ok(PemItem::Certificate(certificate)) => all.push(certificate),
                Ok(_) => {}
                Err(error) => return Err(texts::authority_unusable(name, error)),
            }
        }
        if all.len() == before {
            return Err(texts::no_authority(name));
        }
    }
    Ok(RootCerts::new_with_certs(&all))
}

/// What is wrong with a connection, in words.
pub(super) fn reason(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => of_certificate(error),
        rustls::Error::InvalidMessage(_) => texts::server_without_tls(),
        rustls::Error::AlertReceived(_) => texts::server_refuses_tls(),
        rustls::Error::PeerIncompatible(_) => texts::server_of_old_tls(),
        other => other.to_string(),
    }
}

fn of_certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => texts::server_of_unknown_authority(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            texts::certificate_over()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            texts::certificate_not_yet()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            texts::certificate_of_another()
        }
        CertificateError::Revoked => texts::certificate_revoked(),
        // A certificate that somebody made with one `openssl req -x509` vouches for itself.
        CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => {
            texts::certificate_of_authority()
        }
        other => texts::certificate_unusable(other),
    }
}
