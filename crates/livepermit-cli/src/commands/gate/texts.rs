//! What `gate` says to people.

use crate::shared::table::texts;

texts! { "gate":
    no_camera() =>
        "raw frames do not come from a keyboard",
        "name a pipe or file with --input, or pipe the camera in; `livepermit gate --help` shows \
         how";
    no_health(folder) =>
        "no gate shows in {folder} how it is",
        "name the folder that the gate was started with (--state); a gate shows itself from its \
         start on";
    health_damaged(file, error) =>
        "{file} is damaged: {error}",
        "start the gate again";
    gate_silent(span) => "THE GATE IS SILENT for {span}: it has ended or hangs";
    metrics_at(address) => "metrics for Prometheus at http://{address}/metrics";
    no_status_list() =>
        "no list of withdrawn permits is named (--status): the gate is out of order for each permit \
         that names a list";
    in_order(gate, lane, zone) =>
        "in order: {gate}, lane {lane}, into {zone}; the state folder and servers were not asked";
}
