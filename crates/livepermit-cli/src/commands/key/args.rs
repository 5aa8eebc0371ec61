//! The options of `key`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::shared::keys::KeyAlgorithm;

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key pair: FILE (PKCS#8 PEM, readable by its owner alone) and FILE.pub
    New {
        /// Issuers sign with ed25519; phones with either
        #[arg(long, value_enum)]
        algorithm: KeyAlgorithm,
        /// Where to write the private key; never overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Where to write the public key [default: FILE.pub]
        #[arg(long, value_name = "FILE")]
        public: Option<PathBuf>,
    },
    /// Show algorithm, key id, thumbprint and public key of a key file, private or public
    Show {
        /// A key file: PEM, DER, JWK, OpenSSH, or the JSON of a key service
        file: PathBuf,
    },
}
