//! What `scan` says to people.

use crate::shared::table::texts;

texts! { "scan":
    cannot_make_folder(folder, error) =>
        "the folder {folder} cannot be made: {error}",
        "name a folder that you may write to with --draw";
    picture_not_unpacked(file) =>
        "{file} cannot be drawn: its picture does not unpack a second time",
        "leave out --draw, or make the picture smaller";
    cannot_draw(file, error) =>
        "{file} cannot be drawn: {error}",
        "leave out --draw";
    some_unreadable(unreadable, total) =>
        "{unreadable} of {total} files could not be read",
        "see the warnings above; the others are done";
    no_picture(folder) =>
        "there is no picture in {folder}",
        "name a folder with pictures in it, or in folders in it";
    cannot_read_folder(folder, error) =>
        "the folder {folder} cannot be read: {error}",
        "check its permissions, or name the pictures one by one";
    no_frame() =>
        "no frame came",
        "pipe frames in, as in: ffmpeg -i video.mp4 -f rawvideo -pix_fmt gray -s 1280x720 - | \
         livepermit scan --raw 1280x720 ...";
    part_refused(part) => "this code is {part} of a longer text; a permit is always one code";
    part_found(part) => "a code that is {part} of a longer text";
    counted(number, codes) => "{number} frame(s), {codes} code(s)";
    check_size() =>
        "if there should be codes: --raw must be the size of the frames (ffmpeg: -s 1280x720)";
    several_streams() =>
        "several files are named, and --raw reads one",
        "join them: cat ONE TWO | livepermit scan --raw ...";
    no_frames_from_keyboard() =>
        "raw frames do not come from a keyboard",
        "name a file, or pipe frames in, as in: ffmpeg -i video.mp4 -f rawvideo -pix_fmt gray - | \
         livepermit scan ...";
}
