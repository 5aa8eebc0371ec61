//! What stands on the paper of a slip, in its language. The texts stand in `languages/`.

use crate::language::messages;

messages! { "slip":
    title();
    name();
    born();
    permit();
    class();
    issuer();
    valid_from();
    valid_until();
    check_number();
    seal();
    check_document();
    can_be_copied();
    printing(millimetres);
}
