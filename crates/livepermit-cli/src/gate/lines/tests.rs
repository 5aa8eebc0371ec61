use livepermit::{Issuer, Permit, SecretKey, Timestamp};

use super::*;

const PAUSE: Duration = Duration::from_millis(50);

/// Lines of which nothing came yet.
fn lines() -> Lines {
    Lines::of(sync_channel(1).1, Some(PAUSE))
}

impl Lines {
    /// The lines that wait, each with whether it was too long.
    fn taken(&mut self) -> Vec<(String, bool)> {
        self.ready.drain(..).map(|line| (line.text, line.too_long)).collect()
    }
}

/// What comes of these chunks and the end behind them.
fn whole(chunks: &[&[u8]]) -> Vec<(String, bool)> {
    let (sender, receiver) = sync_channel(64);
    for chunk in chunks {
        sender.send(Chunk::Bytes(chunk.to_vec())).unwrap();
    }
    sender.send(Chunk::End).unwrap();
    let mut lines = Lines::of(receiver, None);
    let mut out = Vec::new();
    while let Event::Line(line) = lines.next(Duration::from_secs(5)) {
        out.push((line.text, line.too_long));
    }
    out
}

fn line(text: impl Into<String>) -> (String, bool) {
    (text.into(), false)
}

/// The text of a pass.
fn pass() -> String {
    let key = SecretKey::from_ed25519_seed(&[7; 32]);
    let issuer = Issuer::new("bj.example", key.public_key()).unwrap();
    let permit = Permit::new("BJ-1", "bj.example:residence").unwrap();
    let now = Timestamp::from_unix(1_790_000_000).unwrap();
    issuer.prepare_pass(&permit, None, now).unwrap().sign(&key).unwrap().to_qr_text()
}

/// A code of others, which cannot become a token.
const OTHER: &str = "4006381333931";

#[test]
fn every_way_to_end_a_line() {
    let ended = whole(&[b"a\rb\nc\r\nd\n\re\r\r\n\nf"]);
    assert_eq!(ended.iter().map(|(text, _)| text.as_str()).collect::<String>(), "abcdef");
    assert_eq!(whole(&[b"a\r", b"\nb", b"c", b"\r"]), [line("a"), line("bc")]);
}

#[test]
fn endless_lines_are_cut_and_the_next_one_is_whole() {
    let long = vec![b'x'; 3 * MAX_LINE];
    let found = whole(&[&long, b"\nnext\n"]);
    assert_eq!((found[0].0.len(), found[0].1), (MAX_LINE, true));
    assert_eq!(found[1], line("next"));
}

/// A token of the longest text that is read, with three bytes for each character.
#[test]
fn no_token_is_too_long_for_a_line() {
    let escaped = format!("{:64}{}{:64}", "", "%41".repeat(MAX_TEXT_CHARS), "");
    assert_eq!(whole(&[escaped.as_bytes()]), [line(escaped.as_str())]);
    let more = format!("{escaped}x");
    assert_eq!(whole(&[more.as_bytes()]), [(escaped, true)]);
}

#[test]
fn what_is_no_text_is_still_a_line() {
    assert_eq!(whole(&[b"\xff\xe9\n"]), [line("\u{ff}\u{e9}")]);
}

#[test]
fn a_line_waits_for_its_pause_and_a_begun_code_for_longer() {
    let mut lines = lines();
    assert_eq!(lines.limit(), None);
    lines.take(b"LP1:");
    assert_eq!(lines.limit(), Some(PAUSE));
    lines.paused();
    assert_eq!(lines.limit(), Some(LONGEST_PAUSE));
    lines.take(b"R");
    assert_eq!(lines.limit(), Some(PAUSE), "each piece has its own pause");
    lines.paused();
    lines.paused();
    lines.take(&pass().as_bytes()[..100]);
    lines.take(b"\n");
    assert_eq!(lines.limit(), Some(LONGEST_PAUSE));
    lines.take(b"\n");
    assert_eq!(lines.limit(), Some(LONGEST_PAUSE));
    // Where no pause ends a line, a line end still does not end a begun code for ever.
    lines.pause = None;
    assert_eq!(lines.limit(), Some(LONGEST_PAUSE));
    lines.take(b"R");
    assert_eq!(lines.limit(), None);
}

#[test]
fn a_pause_ends_what_is_whole_and_what_cannot_become_a_code() {
    for text in [pass().as_str(), OTHER] {
        let mut lines = lines();
        lines.take(text.as_bytes());
        lines.paused();
        assert_eq!(lines.taken(), [line(text)]);
        assert_eq!(lines.limit(), None);
    }
}

#[test]
fn a_begun_code_is_waited_for_once() {
    let text = pass();
    let (begin, rest) = text.split_at(100);
    let mut lines = lines();
    lines.take(begin.as_bytes());
    lines.paused();
    assert_eq!(lines.taken(), []);
    lines.take(rest.as_bytes());
    lines.paused();
    assert_eq!(lines.taken(), [line(text.as_str())]);
    // The rest does not come.
    lines.take(begin.as_bytes());
    lines.paused();
    lines.paused();
    assert_eq!(lines.taken(), [line(begin)]);
    assert_eq!(lines.limit(), None);
}

#[test]
fn where_marks_end_the_lines_a_pause_is_waited_through_once() {
    let mut lines = lines();
    lines.take(b"\n");
    lines.take(OTHER.as_bytes());
    lines.paused();
    assert_eq!(lines.taken(), []);
    lines.take(b"7\n");
    assert_eq!(lines.taken(), [line(format!("{OTHER}7"))]);
    lines.take(OTHER.as_bytes());
    lines.paused();
    lines.paused();
    assert_eq!(lines.taken(), [line(OTHER)]);
    // A line that is too long has no end that is worth waiting for.
    lines.take(&vec![b'x'; MAX_LINE + 1]);
    lines.paused();
    assert_eq!(lines.taken(), [("x".repeat(MAX_LINE), true)]);
    // The pieces before a line end have had their pause.
    let text = pass();
    lines.take(&text.as_bytes()[..100]);
    lines.take(b"\n");
    assert_eq!(lines.taken(), []);
    lines.paused();
    assert_eq!(lines.taken(), [line(text.get(..100).unwrap())]);
    assert_eq!(lines.limit(), None);
}

#[test]
fn a_code_in_several_lines_is_one() {
    let text = pass();
    let (begin, end) = text.split_at(100);
    let (middle, end) = end.split_at(60);
    for mark in ["\n", "\r\n", "\r"] {
        let input = [begin, middle, end, OTHER].join(mark);
        assert_eq!(whole(&[input.as_bytes()]), [line(text.as_str()), line(OTHER)]);
    }
    // Whatever comes in place of the rest is a line of its own.
    for other in ["https://example.org/menu", text.as_str()] {
        let input = format!("{begin}\n{other}\n{OTHER}\n");
        assert_eq!(whole(&[input.as_bytes()]), [line(begin), line(other), line(OTHER)]);
    }
    let long = "x".repeat(MAX_LINE);
    let input = format!("{begin}\n{long}x\n{OTHER}");
    assert_eq!(whole(&[input.as_bytes()]), [line(begin), (long, true), line(OTHER)]);
}

#[test]
fn nothing_for_a_while_is_told_and_the_lines_that_wait_are_counted() {
    let (sender, receiver) = sync_channel(4);
    let mut lines = Lines::of(receiver, Some(Duration::from_millis(1)));
    assert_eq!(lines.next(Duration::from_millis(1)), Event::Idle);
    assert_eq!(lines.waiting(), 0);
    sender.send(Chunk::Bytes(b"1\n2\n3\n12345678".to_vec())).unwrap();
    for (text, waiting) in [("1", 2), ("2", 1), ("3", 0)] {
        let next = Line { text: text.to_owned(), too_long: false };
        assert_eq!((lines.next(PAUSE), lines.waiting()), (Event::Line(next), waiting));
    }
    // The pause ends it, long before nothing came for a while.
    lines.has_marks = false;
    let last = Line { text: "12345678".to_owned(), too_long: false };
    assert_eq!(lines.next(Duration::from_secs(600)), Event::Line(last));
    drop(sender);
    assert_eq!(lines.next(PAUSE), Event::End);
}

/// What a reader gives, one after the other; then it is at its end.
struct Gives(VecDeque<io::Result<&'static [u8]>>);

impl Read for Gives {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(next) = self.0.pop_front() else { return Ok(0) };
        let bytes = next?;
        buffer[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

/// What is sent of what a reader gives.
fn sent(
    gives: impl IntoIterator<Item = io::Result<&'static [u8]>>,
    is_device: bool,
) -> Vec<String> {
    let (sender, receiver) = sync_channel(8);
    spawn(Gives(gives.into_iter().collect()), sender, is_device);
    let chunks = receiver.iter().map(|chunk| match chunk {
        Chunk::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        Chunk::End => "end".to_owned(),
        Chunk::Broken(error) => format!("{:?}", error.kind()),
    });
    chunks.collect()
}

#[test]
fn an_interrupted_read_is_repeated_and_an_unplugged_device_is_broken() {
    let pieces = || [Ok(&b"a"[..]), Err(ErrorKind::Interrupted.into()), Ok(&b"b"[..])];
    assert_eq!(sent(pieces(), false), ["a", "b", "end"]);
    assert_eq!(sent(pieces(), true), ["a", "b", "UnexpectedEof"]);
    let broken = [Ok(&b"a"[..]), Err(ErrorKind::PermissionDenied.into()), Ok(&b"b"[..])];
    assert_eq!(sent(broken, false), ["a", "PermissionDenied"]);
}
