//! What several commands say to people.

use crate::shared::table::texts;

texts! { "shared":
    // Output and input.
    cannot_print(error) =>
        "cannot write the result: {error}",
        "check where standard output goes";
    nothing_given() =>
        "nothing to look at",
        "give a text, - or --file FILE";
    waiting_for_text() => "waiting for the text of a code; end with Ctrl-D";
    input_not_a_token() =>
        "this input is not a token",
        "give a text or a file";
    not_a_token(rejection) =>
        "this is not a token: {rejection}",
        "look at it with `livepermit inspect`";
    name_of_a_file(rejection, path) =>
        "this is not a token: {rejection}",
        "to read the file, write --file {path}";
    file_has_this_name(path) => "a file has this name; to read it, write --file {path}";

    no_relay_gates(file, error) =>
        "{file} does not hold the gates of a relay: {error}",
        "name the file that `livepermit gate setup new --relay-gates` wrote";
    other_relay_format(format) => "its format is {format}";
    relay_gates_not_written(error) =>
        "the gates of the relay cannot be written: {error}",
        "tell who makes livepermit: this is a defect";

    #[cfg(feature = "relay")]
    relay_address_wrong(url) =>
        "{url} is no address of a relay",
        "write https://, and the server";
    #[cfg(feature = "relay")]
    relay_asks_no_relay() =>
        "a relay asks no other relay",
        "leave out --relay: this relay has the memory";
    #[cfg(feature = "relay")]
    relay_key_wrong(file) =>
        "{file} holds no key of a relay",
        "write the 64 hexadecimal digits of this gate from the file of --relay-gates into it";

    gate_unusable(error) =>
        "the gate cannot be set up: {error}",
        "change the options that the message names";

    // Files.
    no_such_file(name) =>
        "there is no file {name}",
        "check the path; relative paths start at the current folder";
    may_not_read(name) =>
        "{name} may not be read",
        "run as its owner, or change its permissions";
    cannot_open(name, error) =>
        "cannot open {name}: {error}",
        "check the path";
    is_directory(name) =>
        "{name} is a directory",
        "name a file in it";
    cannot_read(name, error) =>
        "cannot read {name}: {error}",
        "check where it comes from";
    file_too_large(name, limit) =>
        "{name} has more than {limit} bytes",
        "a far smaller file is expected: check the path";
    file_not_text(name) =>
        "{name} is not text",
        "name a text file";
    foreign_file(name, kind) =>
        "{name} is {kind}, not a code",
        "name a picture of the code, or a file with the text of the code";
    foreign_picture(name, kind) =>
        "{name} is {kind}, which is not read",
        "export it as PNG or JPEG, or take a screenshot of it";
    foreign_drawing(name, kind) =>
        "{name} is {kind}, which is not read",
        "open it, and take a screenshot or export it as PNG";
    foreign_page(name, kind) =>
        "{name} is {kind}, not a code",
        "open it in a browser, and take a screenshot of the code in it";
    foreign_video(name, kind) =>
        "{name} is {kind}, which is not read",
        "take a screenshot of the code in it; or cut it into frames: ffmpeg -i {name} -f rawvideo \
         -pix_fmt gray -s 1280x720 - | livepermit scan --raw 1280x720";
    foreign_archive(name, kind) =>
        "{name} is {kind}, not a code",
        "unpack it, and name the picture in it";
    foreign_json(name, kind) =>
        "{name} is {kind}, not a code",
        "give the text of the code alone, such as the value of qr_text";
    not_a_code(name) =>
        "{name} is neither the text of a code, nor a token, nor a picture of a known kind",
        "name a picture of the code, or a file with the text of the code";
    nothing_in(name) =>
        "{name} is empty, or has nothing but spaces and zeros",
        "save the picture or the text of the code again";
    data_url_broken() =>
        "the data URL holds no picture, or is cut short",
        "save the picture as a file, and name it with --file";
    would_overwrite(path, what) =>
        "{path} is {what}, which is never overwritten",
        "choose another name for the result";
    no_such_folder(name) =>
        "there is no folder for {name}",
        "make the folder first";
    may_not_write(name) =>
        "{name} may not be written",
        "choose a folder that you may write to";
    cannot_write(name, error) =>
        "cannot write {name}: {error}",
        "choose another place";

    // Pictures, frames and codes.
    several_permits(count) =>
        "the picture holds {count} different permit codes",
        "show one at a time, or cut out one; `livepermit inspect` lists them";
    code_without_text() =>
        "the QR code in the picture does not hold text",
        "this is not a permit code; ask for the permit app";
    code_is_a_part(part) =>
        "the QR code in the picture is {part} of a longer text",
        "this is not a permit code, because a permit is always one code; ask for the permit app";
    other_codes_ignored(others) => "{others} other QR code(s) in the picture ignored";
    picture_without_code(error) =>
        "{error}",
        "show the whole code with its white border, sharp and in good light; a permit code has a \
         square in three corners, so a small code with one square is something else";
    picture_of_unknown_format(error) =>
        "{error}",
        "name PNG, JPEG, WebP, GIF, BMP, TIFF or PNM files, or a folder with some";
    picture_not_supported(error) =>
        "{error}",
        "export it as an ordinary PNG, or take a screenshot of it";
    picture_damaged(error) =>
        "{error}",
        "save or send the picture again";
    picture_not_read(error) =>
        "{error}",
        "take another picture of the code";
    picture_too_large(error) =>
        "{error}",
        "make the picture smaller, or cut out the code with its white border";
    frame_cut_short(number, have, wanted, width, height) =>
        "frame {number} is cut short: {have} bytes of {wanted}",
        "check that the frames are {width}x{height}, and of the format of --pix-fmt";
    cannot_read_frames(error) =>
        "the frames cannot be read: {error}",
        "check where they come from";
    frame_unusable(error) =>
        "{error}",
        "check the size and --pix-fmt";
    code_too_long(error) =>
        "{error}",
        "choose a lower --level, or leave claims out of the permit";
    code_not_drawn(error) =>
        "{error}",
        "look at the token with `livepermit inspect`";

    // Keys.
    key_exists(path) =>
        "{path} is there already, and a key is never overwritten",
        "choose another name, or move the old file away if you do not need it any more";
    key_file_empty(file) =>
        "{file} is empty",
        "export the key again, and check that the export went well";
    key_file_too_large(file) =>
        "{file} is too large for a key file",
        "name the file of the key: PEM, DER, JWK, or a line of OpenSSH";
    key_not_found(file) =>
        "{file} holds no key in a form that is read here",
        "export the key as PEM: openssl pkey -in KEY -pubout for the public half";
    key_damaged(file) =>
        "{file} holds a key that is cut short or altered",
        "copy the key again, from -----BEGIN to -----END with both lines";
    key_unnamed(file) =>
        "{file} holds bytes that do not say whether they are a private or a public key, and of \
         which algorithm",
        "export the key as PEM or JWK, which say this";
    key_taken_for_public(file) =>
        "{file} holds 32 bytes without a name; they are taken for an Ed25519 public key. If they \
         are a private key, do not publish the result";
    key_several(file, count) =>
        "{file} holds {count} different keys",
        "put each key into a file of its own";
    key_encrypted(file, form) =>
        "{file} is an encrypted private key",
        "decrypt it first: openssl pkcs8 -in {file}{form} -out plain.pem";
    key_encrypted_legacy(file) =>
        "{file} is an encrypted private key",
        "decrypt it first: openssl pkey -in {file} -out plain.pem";
    key_encrypted_openssh(file) =>
        "{file} is an encrypted private key of OpenSSH",
        "decrypt a copy: cp {file} plain && ssh-keygen -p -N '' -f plain";
    key_explicit_curve_private(file, form) =>
        "{file} holds a private key whose curve is written as parameters instead of its name",
        "name the curve: openssl ec -in {file}{form} -param_enc named_curve -out named.pem";
    key_explicit_curve_public(file, form) =>
        "{file} holds a public key whose curve is written as parameters instead of its name",
        "name the curve: openssl ec -pubin -in {file}{form} -param_enc named_curve -out named.pem";
    key_other_algorithm(file, name) =>
        "{file} holds a key of {name}, and only Ed25519 and P-256 keys are used here",
        "name the right file; a new key has to be Ed25519 (issuers) or P-256 (phones)";
    key_mismatch(file) =>
        "{file} holds a private key and a public key that do not belong together",
        "export the key again from where it was made";
    key_certificate(file, form) =>
        "{file} is a certificate, not a key",
        "take the key out: openssl x509 -pubkey -noout -in {file}{form}";
    key_request(file, form) =>
        "{file} is a request for a certificate, not a key",
        "take the key out: openssl req -pubkey -noout -in {file}{form}";
    key_pkcs12(file) =>
        "{file} is a PKCS#12 file, which holds keys and certificates",
        "take the private key out: openssl pkcs12 -in {file} -nocerts -nodes -out plain.pem";
    key_pkcs12_public(file) =>
        "{file} is a PKCS#12 file, which holds keys and certificates",
        "take the public key out: openssl pkcs12 -in {file} -clcerts -nokeys | openssl x509 \
         -pubkey -noout";
    key_putty(file) =>
        "{file} is a private key of PuTTY",
        "convert it: puttygen {file} -O private-openssh -o key";
    key_java(file) =>
        "{file} is a key store of Java",
        "convert it: keytool -importkeystore -srckeystore {file} -deststoretype PKCS12 \
         -destkeystore key.p12, then take the key out with openssl pkcs12";
    key_other_file(file, what) =>
        "{file} is {what}",
        "name the file of the key: PEM, DER, JWK, or a line of OpenSSH";
    key_not_public(file) =>
        "{file} is a private key where a public one is needed",
        "name the public half, often {file}.pub; or make it: openssl pkey -in {file} -pubout";
    key_not_private(file) =>
        "{file} is a public key where a private one is needed",
        "name the private key file; a key that stays in an HSM or a key service signs through the \
         library, in two steps";
    key_unusable(file, error) =>
        "{file} holds {error}",
        "export the key again from where it was made";
    key_readable(path, mode) =>
        "other users can read the private key {path} (mode {mode}); chmod 600 {path}, and replace \
         the key if one of them is not trusted";
    no_randomness(error) =>
        "the operating system gives no randomness: {error}",
        "try again later";

    // Values of a permit.
    wrong_class(error) =>
        "{error}",
        "a class is 1 to 128 visible ASCII characters with a colon, as in bj.example:residence";
    wrong_nonce(error) =>
        "{error}",
        "a nonce has 6 to 32 bytes, 16 random ones as a rule";
    wrong_window(error) =>
        "{error}",
        "a window is 1 to 86400 seconds";
    wrong_full_name(error) =>
        "{error}",
        "a full name has a letter and 1 to 256 bytes, in any script; leave out characters that are not seen";
    wrong_check_number(error) =>
        "{error}",
        "a check number is 6 to 12 digits";
    wrong_birth_date(error) =>
        "{error}",
        "a birth date is a year, a month or a day, as the document has it: 1949, 194907 or 19490731";
    wrong_name(error) =>
        "{error}",
        "a name is 1 to 128 visible ASCII characters without spaces";
    // JSON that people write.
    json_empty() => "it is empty";
    json_cut(line) => "it ends too early, in line {line}";
    json_broken(line, column) => "it is not JSON, from line {line}, column {column} on";
    json_other(what, line) => "{what}, in line {line}";

    // Times and spans.
    not_a_time(text) =>
        "`{text}` is no time: write 2026-11-29T18:00 by the clock on the wall, 2026-11-29, \
         2026-11-29T18:00:00Z, or seconds since 1970";
    time_before_1970(text) => "{text} is before 1970: write a later time";
    time_too_late(text) => "{text} is too late: write an earlier time, as in 2026-11-29";
    not_a_span(text) =>
        "`{text}` is no span of time: write 30s, 5m, 24h, 30d, 1w or 1d12h; a number alone counts \
         seconds";
    span_of_months(text) =>
        "`{text}` has months or years, and a month has 28 to 31 days: write days, as in 30d or 365d";
    span_not_whole(text) => "`{text}` is not whole seconds: write 30s or 5m";

    clock_unusable(error) =>
        "{error}",
        "set this machine's clock, or give the time with --at";

    // Tokens that are made.
    permit_too_long(error) =>
        "{error}",
        "leave out claims: a code holds one permit, not a file";
    permit_refused(error) =>
        "{error}",
        "shorten the claims";
    lifetime_empty(error) =>
        "{error}",
        "give --lifetime at least one second";
    lifetime_out_of_range(error) =>
        "{error}",
        "give an earlier --at or a shorter --lifetime";
    credential_not_yet_valid(from, now) =>
        "the credential is valid from {from}, and it is {now}",
        "wait, or give a later --at";
    credential_expired(end, now) =>
        "the credential ended at {end}, and it is {now}",
        "have a new credential issued";
    token_not_made(error) =>
        "{error}",
        "see --help";
    credential_for_the_phone() =>
        "give it to the phone; it shows presentations of it, never the credential itself";

    // Who is trusted, and what is accepted.
    no_issuer() =>
        "no issuer is named",
        "write --issuer, as in --issuer bj.example";
    not_an_issuer_key(name) =>
        "{name} is not an Ed25519 key, and issuers sign with Ed25519 only",
        "name the issuer's key, not a phone's";
    key_refused(name, error) =>
        "{name}: {error}",
        "name another key file; see --help of this command";
    keys_unusable(error) =>
        "{error}",
        "name each key once with --issuer-key";
    no_root_key(error) =>
        "{error}",
        "name the public root key of whoever signs the trust list";
    no_class() =>
        "it must be said which classes are let in",
        "write --class, as in --class bj.example:residence; `livepermit trust show` lists those \
         of a trust list";
    no_revocation() =>
        "it must be said what to do about withdrawn permits (--revocation), there is no default",
        "write --revocation required --max-list-age 24h --status LIST, or --revocation \
         not-checked: withdrawn permits are then accepted until they end, and each verdict says so";
    no_list_age() =>
        "--max-list-age says how old a list of withdrawn permits may be; there is no default",
        "write --max-list-age, as in --max-list-age 24h";
    lists_not_looked_at() =>
        "lists of withdrawn permits are given, and --revocation not-checked says not to look into \
         them",
        "write --revocation required, or leave out --status and --max-list-age";
    policy_unusable(error) =>
        "{error}",
        "correct the option; --help of this command says what it takes";
    options_need_replay() =>
        "--zone, --passage, --cool-down and --on-store-failure mean something only where codes \
         are used up",
        "add --replay FILE, or leave them out";
    no_store_named() =>
        "no memory of used codes is named",
        "name the state folder of a gate with --state, or a server";
    no_state_folder(folder) =>
        "{folder} is not the state folder of a gate",
        "name the folder that the gate was started with (--state)";
    #[cfg(any(feature = "redis", feature = "postgres"))]
    options_need_server() =>
        "an option of a server is given, and no server is named",
        "name the server with --redis or --postgres, or leave the option out";
    #[cfg(feature = "postgres")]
    server_too_weak(caution) =>
        "the PostgreSQL server can forget used codes: {caution}",
        "change the setting, or leave out --store-strict";
    #[cfg(feature = "postgres")]
    postgres_waits_by_itself() =>
        "--failover wait=N is for Redis",
        "set synchronous_standby_names at the PostgreSQL server to all its standbys, and leave \
         --failover out";
    #[cfg(any(feature = "redis", feature = "postgres"))]
    no_server_named() =>
        "only a memory that gates share at a server has limits of its own",
        "name the server; a gate that remembers in a file takes its own limits";
    #[cfg(feature = "redis")]
    several_servers() =>
        "several servers are named, and neither --redis-sentinel nor --redis-cluster",
        "name one server, or say what the addresses are";
    #[cfg(any(feature = "redis", feature = "postgres"))]
    store_file_unreadable(path, error) =>
        "cannot read {path}: {error}",
        "name a file that you may read";
    store_unusable(name, reason, instruction) =>
        "{name}: {reason}",
        "{instruction}";

    // Lists, and the state folder.
    list_refused(file, rejection, cause, instruction) =>
        "{file} is refused: {rejection}; {cause}",
        "{instruction}";
    list_ahead(dated, span) => "dated {dated}, {span} later than is accepted now";
    list_ended(at) => "ended at {at}";
    list_of_before(dated, held) => "dated {dated}, and the list held is dated {held}";
    list_version_of_before(version, least) =>
        "version {version}, and at least version {least} is accepted";
    list_times(found, limit) => "{found}, and the limit is {limit}";
    list_empty(file, code) =>
        "{file} is empty, and no list ({code})",
        "fetch the list again from who publishes it; write it whole, by renaming";
    list_other_content(file, content, code, help) =>
        "{file} is {content}, and no list ({code})",
        "{help}";
    page_in_place_of_list() =>
        "a network that asks for a login first, or a server with an error, answered with this page: \
         fetch the list again when the network is free";
    list_packed() => "unpack it: a list is published as it is";
    list_as_jwt() => "ask its publisher for the form CWT (application/statuslist+cwt)";
    list_with_headers() => "fetch the list without the headers of the server, as in curl -fo FILE URL";
    list_coded() => "decode it: a list is bytes, as in base64 -d or xxd -r -p";
    list_as_json() =>
        "if it is the source of a list, name the signed list; else a server answered with an error";
    another_file() => "check the path, and where the file comes from";
    list_not_fetched(url, error, help) =>
        "{url} is not fetched: {error}",
        "{help}";
    list_not_fetched_yet(url) =>
        "{url} is not fetched yet",
        "check the network; the gate goes on trying while it runs";
    list_address_wrong(url, error) =>
        "{url} is no address of a list: {error}",
        "write https://…; plain http:// is for this machine only, or for --dangerous-plain-http; for \
         a file write its path";
    #[cfg(not(feature = "fetch"))]
    fetches_nothing() =>
        "this build of the command fetches no lists",
        "build it with the feature fetch, or fetch the lists with another program and name files";
    #[cfg(feature = "fetch")]
    authority_unusable(file, error) =>
        "{file} is no PEM: {error}",
        "name the certificate of the authority as PEM: -----BEGIN CERTIFICATE-----";
    #[cfg(feature = "fetch")]
    no_authority(file) =>
        "{file} holds no certificate in PEM",
        "name the certificate of the authority; openssl x509 -inform der -in {file} makes PEM of DER";
    #[cfg(feature = "fetch")]
    server_of_unknown_authority() =>
        "no authority that this machine trusts vouches for the server";
    #[cfg(feature = "fetch")]
    certificate_over() => "the certificate of the server has expired by this machine's clock";
    #[cfg(feature = "fetch")]
    certificate_not_yet() => "the certificate of the server begins later than this machine's clock";
    #[cfg(feature = "fetch")]
    certificate_of_another() => "the certificate of the server is for another name";
    #[cfg(feature = "fetch")]
    certificate_revoked() => "the certificate of the server was withdrawn";
    #[cfg(feature = "fetch")]
    certificate_of_authority() =>
        "the server shows the certificate of an authority: give it one of its own, with CA:FALSE";
    #[cfg(feature = "fetch")]
    server_without_tls() => "the server does not speak TLS";
    #[cfg(feature = "fetch")]
    server_refuses_tls() => "the server refuses the connection";
    #[cfg(feature = "fetch")]
    server_of_old_tls() => "the server speaks no TLS that is safe today (1.2 or 1.3)";
    #[cfg(feature = "fetch")]
    certificate_unusable(error) => "the certificate of the server cannot be used: {error}";
    #[cfg(feature = "fetch")]
    proxy_unusable(variable) => "{variable} holds no address of a proxy, as in http://proxy:3128";
    #[cfg(feature = "fetch")]
    host_unknown() => "no name server knows its name";
    #[cfg(feature = "fetch")]
    connection_failed() => "no connection";
    no_trust_list(file) =>
        "{file} is not a trust list",
        "name the file that `livepermit trust new` wrote with --out";
    other_trust_list(error) =>
        "{error}",
        "name the right --state folder, or leave out --trust-name";
    trust_list_unused() =>
        "no trust list is used here",
        "name one with --trust";
    roots_changed() =>
        "the state folder holds other root keys than --root names: a signed list changed them",
        "name the new root keys; if the change was not yours, empty the state folder";
    entry_skipped(index, reason) =>
        "entry {index} of the trust list is skipped: {reason}",
        "update this program if the entry is for a newer one; otherwise tell who publishes the \
         list";
    folder_unusable(error) =>
        "{error}",
        "name a folder that you may write to with --state";
    folder_in_use(error) =>
        "{error}",
        "end it, or give each lane a --state folder of its own. Such lanes do not share used \
         codes; lanes of one zone share them only through --redis (a build with the feature redis)";
    folder_of_others(error, path) =>
        "{error}",
        "name a folder for the gate alone with --state, as in --state {path}/gate-state: it is \
         made if it does not exist";
    folder_wrong_kind(error) =>
        "{error}",
        "remove it, or name another --state folder; links are not followed within it";
    folder_writable(error, path) =>
        "{error}",
        "find out who wrote there, then: chmod 700 {path}";
    folder_other_owner(error, path, user) =>
        "{error}",
        "run as its owner, or: chown -R {user} {path}";
    folder_readable(report, path) =>
        "{report}",
        "chmod 700 {path}";
    folder_strangers(report) =>
        "{report}",
        "move them away: the folder is for the gate alone";
    folder_damaged(error) =>
        "{error}",
        "put a backup in its place; without one, empty the folder: the gate then accepts older \
         lists again, and codes used within the last minutes";
    folder_trust_damaged(error) =>
        "{error}",
        "put a backup in its place";
    state_is_a_file(path) =>
        "{path} is a file, or a part of its path is, where the state folder of the gate is needed",
        "name a folder with --state, as in --state /var/lib/gate-3; it is made if it does not exist";
    cannot_make_state_folder(folder, error) =>
        "cannot make the folder {folder}: {error}",
        "check the --state folder and its permissions";
    lists_unusable(error) =>
        "{error}",
        "see --help";
}
