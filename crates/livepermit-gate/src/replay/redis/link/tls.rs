//! Encrypted connections.

#[cfg(feature = "redis-tls")]
pub(super) use with::Tls;
#[cfg(not(feature = "redis-tls"))]
pub(super) use without::Tls;

#[cfg(feature = "redis-tls")]
mod with {
    use core::fmt::Display;
    use std::io;
    use std::sync::Arc;

    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use rustls::{ClientConfig, ClientConnection, StreamOwned};

    use super::super::super::super::{StoreError, tls};
    use super::super::super::RedisServers;
    use super::super::address::Address;
    use super::super::error::setup;
    use super::super::socket::Socket;
    use super::super::wire::text;

    /// Whom the gate trusts.
    #[derive(Debug)]
    pub(in super::super) struct Tls(Arc<ClientConfig>);

    impl Tls {
        pub(in super::super) fn new(servers: &RedisServers) -> Result<Self, StoreError> {
            let Some(pem) = servers.authority.as_deref() else {
                return Err(setup(
                    "an address asks for TLS, and no authority is given: give the certificate of \
                     the authority that signs the servers' certificates, in PEM",
                ));
            };
            let config = tls::trusting(pem)?;
            let config = match &servers.identity {
                None => config.with_no_client_auth(),
                Some(identity) => {
                    let unusable = |error: &dyn Display| {
                        setup(&format!("the gate's own certificate cannot be used: {error}"))
                    };
                    let chain: Result<Vec<_>, _> =
                        CertificateDer::pem_slice_iter(&identity.certificates).collect();
                    let chain = chain.map_err(|error| unusable(&error))?;
                    let key = PrivateKeyDer::from_pem_slice(&identity.key)
                        .map_err(|_| unusable(&"its key is no private key in PEM"))?;
                    config.with_client_auth_cert(chain, key).map_err(|error| unusable(&error))?
                }
            };
            Ok(Self(Arc::new(config)))
        }

        /// Shakes hands with the server behind the socket, and checks the server's certificate.
        pub(in super::super) fn wrap(
            &self,
            address: &Address,
            mut socket: Socket,
        ) -> Result<StreamOwned<ClientConnection, Socket>, StoreError> {
            let host = match address {
                Address::Tcp { host, .. } => host,
                #[cfg(unix)]
                Address::Unix(_) => return Err(setup("TLS is for addresses with a host")),
            };
            let name = ServerName::try_from(host.to_string())
                .map_err(|_| setup(&format!("{host} is no name for TLS")))?;
            let mut connection = ClientConnection::new(Arc::clone(&self.0), name)
                .map_err(|error| setup(&format!("TLS cannot be used: {error}")))?;
            while connection.is_handshaking() {
                let done = connection.complete_io(&mut socket);
                done.map_err(|error| refused(address, &error))?;
            }
            Ok(StreamOwned::new(connection, socket))
        }
    }

    fn refused(address: &Address, error: &io::Error) -> StoreError {
        let reason = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match reason {
            Some(rustls::Error::InvalidCertificate(why)) => setup(&format!(
                "{address}: the server's certificate is not accepted: {}",
                tls::words(why)
            )),
            _ => StoreError::new(&format!("{address}: TLS failed: {}", text(error))),
        }
    }
}

#[cfg(not(feature = "redis-tls"))]
mod without {
    use super::super::super::super::StoreError;
    use super::super::super::RedisServers;
    use super::super::error::setup;

    /// Nothing: this program was built without TLS.
    #[derive(Debug)]
    pub(in super::super) enum Tls {}

    impl Tls {
        pub(in super::super) fn new(_: &RedisServers) -> Result<Self, StoreError> {
            Err(setup(
                "an address asks for TLS, and this program was built without the feature \
                 `redis-tls`",
            ))
        }

        pub(in super::super) fn never<T>(&self) -> T {
            match *self {}
        }
    }
}
