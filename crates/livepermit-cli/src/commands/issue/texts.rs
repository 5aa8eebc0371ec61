//! What `issue` says to people.

use crate::shared::table::texts;

texts! { "issue":
    claims_refused(error) =>
        "{error}",
        "use a JSON object with keys of 3 to 255 bytes and whole numbers, as in {{\"zone\":3}}";
    claims_not_json(error) =>
        "the claims cannot be read: {error}",
        "as in --claims '{{\"zone\":3}}'";
    claims_not_an_object() =>
        "the claims are not a JSON object",
        "as in --claims '{{\"zone\":3}}'";
    not_an_issuer_key(file) =>
        "{file} is not an Ed25519 key, and issuers sign with Ed25519 only",
        "make one with `livepermit key new --algorithm ed25519 --out FILE`";
    issuer_refused(error) =>
        "{error}",
        "see `livepermit issue --help`";
    wrong_private_key(error) =>
        "{error}",
        "name the private key that belongs to the public one";
    too_large(what) =>
        "a {what} of this permit fits no QR code",
        "leave out claims: a code holds one permit, not a file";
    slip_without_name() =>
        "a slip names the person, because the gate compares it with the identity document",
        "write --name, and --birth-date where names are not enough";
    slip_without_status() =>
        "a slip lives for months, so it must name its status, or it could not be withdrawn",
        "write --status-uri and --status-index, as `livepermit status allocate` prints them";
    print_the_page(millimetres) =>
        "open the page in a browser, which loads nothing from elsewhere, and print it at 100 %: the \
         code with its white border must be {millimetres} mm wide, on matt paper, flat";
    slip_can_be_copied() =>
        "a slip can be copied: gates accept it only with --accept-slips, and compare the identity \
         document";
    size(what, bytes, versions) =>
        "a {what} of it has {bytes} bytes; its QR code is version {versions}";
    no_version(level) => "none-{level}";
    version_at_m(version) => "version {version} at level M";
    too_large_for_m() => "too large for level M";
    person_makes(with, without) =>
        "the person data makes the QR code {with}, without it it is {without}: cameras read \
         smaller codes better";
    claims_make(with, without) =>
        "the application claims make the QR code {with}, without them it is {without}: leave out \
         what gates do not need";
    status_makes(with, without) =>
        "the status makes the QR code {with}, without it it is {without}: keep it, or the permit \
         cannot be withdrawn; a shorter URI helps";
    all_claims_make(with, without) =>
        "the optional claims together make the QR code {with}, without any it is {without}: leave \
         out what gates do not need";
    template_unusable(place, kind, detail) =>
        "the template cannot be filled, {place}: {kind}{detail}",
        "compare it with the page that `livepermit issue template` writes";
}
