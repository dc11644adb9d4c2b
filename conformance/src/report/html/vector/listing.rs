//! Lines of a vector's file, with the places of the bytes in a margin, and marks in them.

use std::ops::Range;

use crate::report::annotated::{Bytes, Line};
use crate::report::escape;

/// What is marked in the first byte string.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where the error is to be found, and what it is.
    pub(super) place: Option<(usize, String)>,
    /// What differs from the twin, and whether it only follows from another difference.
    pub(super) differ: Vec<(Range<usize>, bool)>,
}

/// The lines as preformatted text; nothing where there are none.
pub(super) fn listing(label: &str, lines: &[Line], marks: &Marks) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let places = lines.iter().any(|line| matches!(line, Line::Bytes(_)));
    let lines: Vec<String> = lines.iter().map(|line| one(line, marks, places)).collect();
    let legend = if places { legend(marks) } else { String::new() };
    legend + &super::pre(label, &lines.join("\n"))
}

/// What the marks mean.
fn legend(marks: &Marks) -> String {
    let mut says = Vec::new();
    if marks.differ.iter().any(|(_, follows)| !follows) {
        says.push("<mark>marked</mark> bytes are not those of the twin");
    }
    if marks.differ.iter().any(|(_, follows)| *follows) {
        says.push("<mark class=\"follows\">underlined</mark> ones follow from that");
    }
    if marks.place.is_some() {
        says.push("<b class=\"place\">\u{25c2}</b> is where the error is to be found");
    }
    match says.is_empty() {
        true => "<p class=\"soft\">The number in the margin is the place of a line's first byte.</p>\n".to_owned(),
        false => format!(
            "<p class=\"soft\">The number in the margin is the place of a line's first byte; {}.</p>\n",
            says.join("; ")
        ),
    }
}

/// One line, with a margin where any line has a place.
fn one(line: &Line, marks: &Marks, places: bool) -> String {
    let empty = if places { margin(None) } else { String::new() };
    match line {
        Line::Text(text) => empty + &escape(text),
        Line::LeftOut(count) => format!("{empty}<i>... {count} lines are left out here; the file has them</i>"),
        Line::Bytes(bytes) => of_bytes(bytes, marks),
    }
}

fn margin(at: Option<usize>) -> String {
    let at = at.map(|at| at.to_string()).unwrap_or_default();
    format!("<span class=\"at\">{at:>6}</span> ")
}

fn of_bytes(line: &Bytes, marks: &Marks) -> String {
    let times = if line.times == 1 { String::new() } else { format!(" * {}", line.times) };
    let wide = 3 * line.bytes.len() - usize::from(!line.bytes.is_empty()) + times.len();
    let comment = match line.comment.as_str() {
        "" => String::new(),
        comment => format!("{:pad$} <i># {}</i>", "", escape(comment), pad = 24_usize.saturating_sub(wide)),
    };
    let place = marks.place.as_ref().filter(|(at, _)| line.block == 0 && holds(line, *at));
    let place = place.map(|(_, what)| format!(" <b class=\"place\">\u{25c2} {}</b>", escape(what))).unwrap_or_default();
    format!(
        "{}{:indent$}{}{times}{comment}{place}",
        margin(Some(line.at)),
        "",
        digits(line, marks),
        indent = line.indent
    )
}

/// Whether a place lies in the line, or at the end of the bytes that end with it.
fn holds(line: &Bytes, at: usize) -> bool {
    (line.at..line.end()).contains(&at) || (line.last && line.end() == at)
}

/// The bytes; runs of those that differ from the twin are marked.
fn digits(line: &Bytes, marks: &Marks) -> String {
    let differs = |index: usize| {
        let at = line.at + index;
        let found = marks.differ.iter().find(|(range, _)| line.block == 0 && range.contains(&at));
        found.map(|(_, follows)| *follows)
    };
    let mut text = String::with_capacity(line.bytes.len() * 3);
    let mut open: Option<bool> = None;
    for (index, byte) in line.bytes.iter().enumerate() {
        let kind = differs(index);
        if kind != open && open.is_some() {
            text.push_str("</mark>");
        }
        if index > 0 {
            text.push(' ');
        }
        if kind != open {
            text.push_str(match kind {
                Some(true) => "<mark class=\"follows\">",
                Some(false) => "<mark>",
                None => "",
            });
        }
        open = kind;
        text.push_str(&format!("{byte:02x}"));
    }
    if open.is_some() {
        text.push_str("</mark>");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: usize, bytes: &[u8], last: bool) -> Bytes {
        Bytes { indent: 2, block: 0, at, bytes: bytes.to_vec(), times: 1, comment: "<b>".to_owned(), last }
    }

    #[test]
    fn marks_stand_in_runs() {
        let marks = Marks { place: None, differ: vec![(5..7, false), (7..8, true)] };
        assert_eq!(
            digits(&line(4, &[1, 2, 3, 4, 5], true), &marks),
            "01 <mark>02 03</mark> <mark class=\"follows\">04</mark> 05"
        );
        assert_eq!(digits(&Bytes { block: 1, ..line(5, &[1], true) }, &marks), "01");
    }

    #[test]
    fn the_place_stands_in_its_line_or_at_the_end() {
        let shown = |at: usize| {
            let marks = Marks { place: Some((at, "X at 1".to_owned())), differ: vec![] };
            [line(0, &[1, 2], false), line(2, &[3], true)]
                .map(|line| of_bytes(&line, &marks).contains("\u{25c2} X at 1"))
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(shown),
            [[true, false], [true, false], [false, true], [false, true], [false, false]]
        );
    }

    #[test]
    fn a_line_is_as_in_the_file_behind_its_margin() {
        let shown = of_bytes(&line(17, &[0xBE, 1], true), &Marks::default());
        assert_eq!(shown, format!("<span class=\"at\">    17</span>   be 01{:20}<i># &lt;b&gt;</i>", ""));
    }
}
