//! What `status` says to people.

use crate::shared::table::texts;

texts! { "status":
    has_room(register, entries) => "{register} has room for {entries} permits";
    next_steps() =>
        "give out an entry for each permit on a device with `livepermit status allocate`, and sign \
         with `status sign`";
    back_it_up() => "back it up: a register that is lost forgets who was withdrawn";
    revoked_not_suspended(index) =>
        "entry {index} is revoked, and that is for good",
        "leave it out; a suspension would undo the revocation";
    revoked_not_restored(index) =>
        "entry {index} is revoked, and that is for good",
        "issue a new permit with a new entry; --undo-revocation undoes a revocation that was a \
         mistake";
    never_given_out(index) =>
        "entry {index} was never given out",
        "check the number: it stands in the permit, and `livepermit status allocate` printed it; \
         in a register that was put back from a backup, mark the entry first with `livepermit status \
         mark`";
    marked(count, known) => "{count} entries are marked as given out; {known} were known already";
    names_no_entry(file, line) =>
        "line {line} of {file} names no entry",
        "write a number in each line, a line of `livepermit status allocate`, or a token that has \
         a status";
    token_names_no_entry(file) =>
        "the token in {file} names no entry of a status list",
        "leave the file out";
    other_list(file, uri, own) =>
        "{file} names the list {uri}, and this register is of {own}",
        "name the register of that list with --dir, or leave the file out";
    not_an_issuer_key(file) =>
        "{file} is not an Ed25519 key, and issuers sign with Ed25519 only",
        "name the issuer's key";
    publish_it() => "publish it; gates refuse a list that is older than their policy allows";
    dated_ahead(date, clock) =>
        "the list would be dated {date}, and this machine's clock says {clock}",
        "give an --at that is not ahead of the clock: until then gates would accept neither this \
         list nor the next";
    dated_before_last(last, now) =>
        "the last list is dated {last}, which is not before {now}",
        "if that date is right, set this machine's clock; if it was a mistake, gates accept no \
         list before it: make a register with another --uri for new permits; to change several \
         entries at once, name them all in one command";
    too_many_entries(entries, bits, most) =>
        "{entries} entries of {bits} bits make a list that no gate accepts: at most {most} fit",
        "give fewer --entries; for more permits make several registers, each with its own --uri";
    not_an_issuer_name(issuer) =>
        "{issuer} is no issuer's name",
        "a name is 1 to 128 visible ASCII characters without spaces";
    register_exists(folder) =>
        "there is a register in {folder} already",
        "a new register never replaces an old one: name another --dir";
    cannot_make_folder(folder, error) =>
        "cannot make the folder {folder}: {error}",
        "name another --dir";
    no_register(folder) =>
        "there is no register in {folder}",
        "name its folder with --dir, or make one with `livepermit status new`";
    register_damaged(file, error) =>
        "{file} is damaged: {error}",
        "put a backup in its place; then mark what was given out since with `livepermit status \
         mark`, and revoke again what was withdrawn since";
    defect(error) =>
        "{error}",
        "tell the maintainers: this is a defect";
    cannot_lock(file, error) =>
        "cannot lock {file}: {error}",
        "check the folder and its permissions";
    no_such_entry(index, entries) =>
        "there is no entry {index}: the list has {entries}",
        "name an entry of this list";
    not_a_trust_list(file) =>
        "{file} is not a trust list",
        "name the file that `livepermit trust new` wrote with --out";
    keys_unusable(error) =>
        "{error}",
        "name each key once with --issuer-key";
    wrong_size(error) =>
        "{error}",
        "give --entries a multiple of 8, as in --entries 1000000";
    wrong_bits(error) =>
        "{error}",
        "give --bits 1, or 2 to be able to suspend";
    register_full(error) =>
        "{error}",
        "make another register with `livepermit status new` and another --uri";
    wrong_index(error) =>
        "{error}",
        "name the entry that `livepermit status allocate` printed";
    value_too_large(error) =>
        "{error}",
        "this list has one bit for each entry: it can revoke, not suspend";
    register_not_usable(error) =>
        "{error}",
        "put a backup of the register in its place";
    lifetime_empty(error) =>
        "{error}",
        "give --lifetime at least one second";
    wrong_issuer_key(error) =>
        "{error}",
        "name the issuer's own key with --key";
    no_issuer() =>
        "no issuer is named",
        "write --issuer, as in --issuer bj.example";
    key_refused(file, error) =>
        "{file}: {error}",
        "see `livepermit status show --help`";
    signed(file, bytes, made, until) => "{file}: {bytes} bytes, made {made}, good until {until}";
    no_end() => "not by itself";
    nothing_withdrawn() => "none";
    no_header() => "it has no header";
    too_short() => "it is shorter than its header says";
    other_length() => "its length is not what its header says";
    other_format(found) => "its format is {found}";
}
