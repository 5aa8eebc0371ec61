//! What `trust` says to people.

use crate::shared::table::texts;

texts! { "trust":
    list_exists(file) =>
        "{file} is there already",
        "change that list with `livepermit trust add`, or give a new list another --out";
    key_exists(key_id) =>
        "the key {key_id} is in the list already",
        "edit its entry in the source, then run `livepermit trust sign`";
    no_such_key(known) =>
        "no key of the list is that one",
        "the list has {known}";
    several_keys() =>
        "several keys of the list have this key id",
        "name the key with --issuer-key FILE";
    give_to_gates() => "give the list to every gate, and sign a new one before it ends";
    keep_source(source) => "keep {source}: the next version is made from it";
    entry_wrong(name, what) =>
        "{name}: {what}",
        "correct it in the source of the list";
    times_wrong(name, error) =>
        "{name}: {error}",
        "give it times in that order; remove a key that was never good";
    no_source(file) =>
        "there is no source {file} of the list",
        "make one with `livepermit trust new`, or name it with --source";
    not_a_source(file, error) =>
        "{file} is not the source of a trust list: {error}",
        "name the JSON file that `livepermit trust new` wrote; correct it where the message points";
    version_at_end() =>
        "the version is the largest there is",
        "correct \"version\" in the source";
    defect(error) =>
        "{error}",
        "tell the maintainers: this is a defect";
    not_a_root_key(file) =>
        "{file} is not an Ed25519 key, and roots sign with Ed25519 only",
        "make one with `livepermit key new --algorithm ed25519 --out FILE`, and keep it offline";
    list_too_long(error) =>
        "{error}",
        "remove keys that have expired";
    list_refused(error) =>
        "{error}",
        "name each key once; a root key is no issuer key; root keys are Ed25519";
    not_a_trust_list(path) =>
        "{path} is not a trust list",
        "name the file that `livepermit trust new` wrote with --out";
    nothing_trusted(error) =>
        "{error}",
        "a list needs a usable key: add the new one before the last goes; the root key cannot be \
         an issuer key";
    lifetime_empty() =>
        "the list has no seconds to be valid",
        "give --lifetime at least one second";
    list_not_valid(error, instruction) =>
        "{error}",
        "{instruction}";
    key_refused(file, error) =>
        "{file}: {error}",
        "see `livepermit trust add --help`";
    signed(file, name, version, keys, until) =>
        "{file}: {name} version {version}, {keys} key(s), good until {until}";
    unverified() => "anybody can write this. Name a root key with --root.";
    next_signed(roots) => "by one of {roots} root key(s)";
    key_of(key_id, issuer) => "the key {key_id} of {issuer}";
    key_not_pem(error) => "its public_key is no PEM key: {error}";
    unknown_use(found) => "use {found} is unknown: there are credential, pass, slip and status";
    unknown_algorithm(found) => "algorithm {found}: there are Ed25519 and EdDSA";
    other_format(found) => "its format is {found}";
}
