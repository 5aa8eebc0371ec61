//! What `gate relay` says to people.

use crate::shared::table::texts;

texts! { "relay":
    needs_tls(address) =>
        "other machines would ask {address} without TLS",
        "name a certificate with --tls-certificate and --tls-key, or listen at 127.0.0.1 behind a \
         proxy that has one";
    listening(scheme, address) => "gates ask at {scheme}://{address}/";
    not_served(error) =>
        "the relay cannot listen: {error}",
        "name another address with --listen";
    no_origin(text) =>
        "{text} is no origin of a page",
        "write scheme and server alone, as in https://gate.example";
    tls_file_wrong(file, error) =>
        "{file} cannot be used for TLS: {error}",
        "name files in PEM";
    tls_unusable(file, error) =>
        "the certificate in {file} cannot be used: {error}",
        "check that certificate and key belong together";
}
