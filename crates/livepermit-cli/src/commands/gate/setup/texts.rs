//! What `gate setup` says to people.

use crate::shared::table::texts;

texts! { "setup":
    not_an_operator_key(file) =>
        "{file} is not an Ed25519 key",
        "an operator signs with Ed25519: make a key with `livepermit key new`";
    no_address(error) =>
        "this is no address for a setup: {error}",
        "write https://, the server and the path, in at most 128 visible characters";
    list_is_a_file(file) =>
        "a gate that is set up by a code fetches its lists, and {file} is a file",
        "name the address under which the list is published (https://…)";
    no_trust_name() =>
        "the name of the trust list is not said",
        "say it with --trust-name: a gate that is set up by a code must not guess it";
    admits_without_store() =>
        "a setup cannot let everybody in when the memory fails",
        "leave out --on-store-failure";
    no_relay_key(gate) =>
        "{gate} has no key among the gates of the relay",
        "give it a new one with --new-relay-key";
    setup_not_made(error) =>
        "the setup cannot be made: {error}",
        "change the option that the message names";
    not_read(error) =>
        "this is no setup: {error}",
        "give the text, the file or the picture that `livepermit gate setup new` made";
    check_number(number) => "check number  {number}";
    compare(gate) =>
        "let {gate} read the code. Its screen must show the same number: only then say yes there. A \
         gate that was set up before needs no number";
    code_is_secret() =>
        "the code holds the gate's key of the relay: show it to that gate alone, and do not keep it";
    signed_by_operator() => "signed by this operator";
    signed_by_anybody() => "anybody can make such a code; compare the number, or give --operator";
    list_at(name, address, roots) => "the list {name} at {address}, signed by one of {roots} roots";
    looked_up(age, grace) => "looked up in lists of at most {age}, and {grace} more with a caution";
    not_looked_up() => "not looked up";
    alone() => "none: this gate has a memory of its own";
}
