//! The text of a vector's file as lines: each line of bytes knows where it stands, so that places can be shown in it.

/// More lines of a section than this are cut in the middle.
const MOST: usize = 400;
/// Lines before the cut.
const HEAD: usize = 300;
/// Lines after it.
const TAIL: usize = 60;
/// Characters of a line that are kept.
const WIDE: usize = 400;

/// One line of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// As it stands in the file.
    Text(String),
    /// Bytes, and what the file says of them.
    Bytes(Bytes),
    /// So many lines are left out here.
    LeftOut(usize),
}

/// A line of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bytes {
    /// The spaces before it.
    pub(super) indent: usize,
    /// Which of the section's byte strings it belongs to, from 0.
    pub(super) block: usize,
    /// Bytes of the string before it.
    pub(super) at: usize,
    /// The bytes of the line, once.
    pub(super) bytes: Vec<u8>,
    /// How often they stand there.
    pub(super) times: usize,
    /// What is said of them.
    pub(super) comment: String,
    /// Whether the string ends with it.
    pub(super) last: bool,
}

impl Bytes {
    /// First byte after the line.
    pub(super) fn end(&self) -> usize {
        self.at.saturating_add(self.bytes.len().saturating_mul(self.times))
    }
}

/// The lines below a key of the file's outermost map, such as `input`, without their first two spaces.
pub(super) fn section(text: &str, key: &str) -> Vec<Line> {
    let mut lines = text.lines().skip_while(|line| key_of(line) != Some(key));
    let Some(first) = lines.next() else { return Vec::new() };
    let rest = first.split_once(": ").map(|(_, rest)| rest.to_owned());
    let inside = lines.take_while(|line| key_of(line).is_none()).map(|line| line.get(2..).unwrap_or_default());
    let mut reader = Reader::default();
    let mut lines: Vec<Line> = rest.into_iter().map(Line::Text).collect();
    lines.extend(inside.map(|line| reader.line(line)));
    ends(&mut lines);
    lines
}

/// The key of a line of the outermost map.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    key.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(key)
}

#[derive(Default)]
struct Reader {
    blocks: usize,
    /// The indentation that a byte string's lines exceed, and the place in it.
    open: Option<(usize, usize)>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Line {
        let indent = line.len() - line.trim_start().len();
        if let Some((outer, at)) = self.open.filter(|(outer, _)| indent > *outer)
            && let Some(bytes) = bytes(line, indent, self.blocks - 1, at)
        {
            self.open = Some((outer, bytes.end()));
            return Line::Bytes(bytes);
        }
        self.open = line.ends_with(": |").then_some((indent, 0));
        self.blocks += usize::from(self.open.is_some());
        Line::Text(cut(line))
    }
}

fn bytes(line: &str, indent: usize, block: usize, at: usize) -> Option<Bytes> {
    let (code, comment) = line.split_once('#').unwrap_or((line, ""));
    let (digits, times) = code.split_once('*').unwrap_or((code, "1"));
    let digits: String = digits.split_whitespace().collect();
    let (bytes, times) = (hex::decode(digits).ok()?, times.trim().parse().ok()?);
    Some(Bytes { indent, block, at, bytes, times, comment: cut(comment.trim()), last: false })
}

/// Marks the last line of each byte string.
fn ends(lines: &mut [Line]) {
    let mut after = None;
    for line in lines.iter_mut().rev() {
        let block = if let Line::Bytes(bytes) = line {
            bytes.last = after != Some(bytes.block);
            Some(bytes.block)
        } else {
            None
        };
        after = block;
    }
}

/// Lines that fit a page.
pub(super) fn fitting(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.len() > MOST {
        let tail = lines.split_off(lines.len() - TAIL);
        let left_out = lines.len() - HEAD;
        lines.truncate(HEAD);
        lines.push(Line::LeftOut(left_out));
        lines.extend(tail);
    }
    lines
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDE) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What the file says of the byte at a place of the first byte string.
pub(super) fn name_at(lines: &[Line], place: usize) -> Option<&str> {
    let bytes = lines.iter().filter_map(|line| if let Line::Bytes(bytes) = line { Some(bytes) } else { None });
    let mut name = None;
    for bytes in bytes.filter(|bytes| bytes.block == 0) {
        if bytes.at > place {
            break;
        }
        // A line without a name continues the one before.
        if !bytes.comment.is_empty() {
            name = Some(bytes.comment.as_str());
        }
        if bytes.end() > place {
            return name;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "id: \"x\"\ninput:\n  bytes: |\n    be 01  # magic: and\n    02\n    aa * 3 # thrice\n  tenant: \"a\"\n  \
                        more:\n    - bytes: |\n        07\nexpect:\n  error: {code: \"X\", offset: 1}\n";

    fn line(block: usize, at: usize, bytes: &[u8], times: usize, comment: &str, last: bool) -> Line {
        let indent = if block == 0 { 2 } else { 6 };
        Line::Bytes(Bytes { indent, block, at, bytes: bytes.to_vec(), times, comment: comment.to_owned(), last })
    }

    #[test]
    fn bytes_know_their_place() {
        let text = |text: &str| Line::Text(text.to_owned());
        assert_eq!(
            section(TEXT, "input"),
            [
                text("bytes: |"),
                line(0, 0, &[0xBE, 1], 1, "magic: and", false),
                line(0, 2, &[2], 1, "", false),
                line(0, 3, &[0xAA], 3, "thrice", true),
                text("tenant: \"a\""),
                text("more:"),
                text("  - bytes: |"),
                line(1, 0, &[7], 1, "", true),
            ]
        );
        assert_eq!(section(TEXT, "expect"), [text("error: {code: \"X\", offset: 1}")]);
        assert_eq!(section(TEXT, "id"), [text("\"x\"")]);
        assert_eq!(section(TEXT, "twin"), []);
    }

    #[test]
    fn a_place_has_the_name_of_its_line() {
        let lines = section(TEXT, "input");
        let names: Vec<_> = [0, 1, 2, 3, 5, 6].map(|at| name_at(&lines, at)).to_vec();
        let (magic, thrice) = (Some("magic: and"), Some("thrice"));
        assert_eq!(names, [magic, magic, magic, thrice, thrice, None]);
    }

    #[test]
    fn what_is_long_is_cut_in_the_middle() {
        let lines: Vec<Line> = (0..1000).map(|number| Line::Text(number.to_string())).collect();
        let short = fitting(lines.clone());
        assert_eq!(short.len(), HEAD + 1 + TAIL);
        assert_eq!(short[HEAD], Line::LeftOut(1000 - HEAD - TAIL));
        assert_eq!(short.last(), lines.last());
        assert_eq!(fitting(lines[..MOST].to_vec()).len(), MOST);
    }

    #[test]
    fn every_byte_of_every_vector_is_in_a_line() {
        use dashstream_vectors::Case;
        let set = dashstream_vectors::load_unlisted(&dashstream_vectors::default_root().unwrap()).unwrap();
        let mut seen = 0;
        for vector in &set {
            let Case::Decode(case) = &vector.case else { continue };
            let text = std::fs::read_to_string(&vector.path).unwrap();
            let lines = section(&text, "input");
            let end =
                lines.iter().filter_map(|line| if let Line::Bytes(line) = line { Some(line.end()) } else { None });
            let len = case.bytes.as_ref().map_or(0, dashstream_vectors::HexBytes::len);
            assert_eq!(end.max().unwrap_or(0) as u64, len, "{}", vector.id);
            seen += 1;
        }
        assert!(seen > 500, "{seen}");
    }
}
