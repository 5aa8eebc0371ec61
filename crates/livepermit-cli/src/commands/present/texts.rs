//! What `present` says to people.

use crate::shared::table::texts;

texts! { "present":
    other_device_key(error) =>
        "{error}",
        "name the private key of the phone that the credential was issued to";
    not_a_gate_code(rejection) =>
        "this is not a gate's code: {rejection}",
        "give the text that `livepermit challenge` prints, LPC1: and all, in quotes";
    question_over(gate, ago) =>
        "the question of {gate} was over {ago} ago",
        "read the code that the gate shows now; if it is fresh, set this machine's clock";
    not_a_credential(error) =>
        "the credential is not accepted: {error}",
        "name the file that `livepermit issue credential` made";
    issued_to_another(error) =>
        "the credential is not accepted: {error}",
        "name the private key whose public half the credential was issued to";
    other_issuer_key(error) =>
        "the credential is not accepted: {error}",
        "name the public key of the issuer with --issuer-key";
    other_issuer(error) =>
        "the credential is not accepted: {error}",
        "name the issuer as the credential does, with --issuer";
    other_class(error) =>
        "the credential is not accepted: {error}",
        "name the class of the credential with --class";
    expired(end, now) =>
        "the credential ended at {end}, and it is {now}",
        "have a new credential issued";
    refused(error) =>
        "the credential is not accepted: {error}",
        "look at it with `livepermit inspect`";

    // A phone's screen.
    no_schedule(error) =>
        "no code can be shown: {error}",
        "look at the credential with `livepermit inspect`";
    terminal_unusable(error) =>
        "the terminal cannot be used: {error}",
        "let the codes go into a pipe, as in: livepermit present --live ... | cat";
    credential_over(at) =>
        "the credential ended at {at}",
        "have a new credential issued";
    window_too_small(columns, rows) =>
        "This window is too small for the code: {columns} columns and {rows} rows are needed.";
    no_code_now() => "no code can be shown now: the clock is wrong, or the credential has ended";
    next_code(seconds) => "  next code in {seconds} s";
    leave() => "  q leaves";
}
