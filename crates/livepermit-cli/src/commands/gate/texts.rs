//! What `gate` says to people.

use crate::shared::table::texts;

texts! { "gate":
    no_camera() =>
        "raw frames do not come from a keyboard",
        "name a pipe or file with --input, or pipe the camera in; `livepermit gate --help` shows \
         how";
    no_status_list() =>
        "no list of withdrawn permits is named (--status): the gate is out of order for each permit \
         that names a list";
    in_order(gate, lane, zone) =>
        "in order: {gate}, lane {lane}, into {zone}; the state folder and servers were not asked";
}
