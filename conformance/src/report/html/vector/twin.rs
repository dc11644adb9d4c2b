//! A vector beside its twin: a table of the places where they differ.

use std::fmt::Write as _;
use std::ops::Range;

use dashstream_vectors::{DecodeCase, HexBytes, Twin};

use super::{body, chip, table};
use crate::report::annotated::{Line, name_at};
use crate::report::beside::{Change, Part, changes, places};
use crate::report::escape;

/// The two, and what is known of them.
pub(super) struct Beside<'a> {
    /// A link to the twin.
    pub(super) link: &'a str,
    pub(super) declared: &'a Twin,
    pub(super) own: &'a DecodeCase,
    pub(super) other: &'a DecodeCase,
    /// The annotated bytes of both.
    pub(super) lines: &'a [Line],
    pub(super) other_lines: &'a [Line],
}

impl Beside<'_> {
    /// The section, and the places of the vector's own bytes that differ.
    pub(super) fn render(&self) -> (String, Vec<(Range<usize>, bool)>) {
        let bytes = |case: &DecodeCase| case.bytes.as_ref().map(HexBytes::to_vec).unwrap_or_default();
        let changes = changes(&bytes(self.other), &bytes(self.own), self.declared);
        if changes.is_empty() {
            return (self.told(), Vec::new());
        }
        let rows: String = changes.iter().map(|change| self.row(change)).collect();
        let columns = ["#at", "what stands there", "in the twin, accepted", "here, rejected"];
        let text = format!(
            "<p>Its twin {} is accepted. It differs in one place, and in the checksums and lengths that follow from it.</p>\n{}",
            self.link,
            table("bytes", "Where the bytes of the two differ", &columns, &body(&rows))
        );
        (text, places(&changes, self.declared))
    }

    fn row(&self, change: &Change) -> String {
        let name = name_at(self.lines, change.at).or_else(|| name_at(self.other_lines, change.at));
        let kind = if change.follows { chip("none", "follows") } else { chip("fail", "the difference") };
        format!(
            "<tr><th scope=\"row\" class=\"n\">{}</th><td>{} {kind}</td><td><code>{}</code></td><td><code>{}</code></td></tr>\n",
            change.at,
            escape(name.unwrap_or("the end")),
            part(&change.twin, change.follows),
            part(&change.own, change.follows)
        )
    }

    /// The bytes are equal: the caller of the reader says something else.
    fn told(&self) -> String {
        let says = |case: &DecodeCase| {
            let limits = [
                ("max_frame_len", case.limits.max_frame_len),
                ("max_raw_len", case.limits.max_raw_len),
                ("max_records", case.limits.max_records),
            ];
            let limits = limits.into_iter().filter_map(|(name, limit)| Some(format!("{name} {}", limit?)));
            let tenant = case.tenant.as_ref().map(|tenant| format!("tenant {tenant:?}"));
            let all: Vec<String> = limits.chain(tenant).collect();
            if all.is_empty() { "nothing".to_owned() } else { escape(&all.join(", ")) }
        };
        format!(
            "<p>Its twin {} has the same bytes, and is accepted: there the caller of the reader says {}, here {}.</p>\n",
            self.link,
            says(self.other),
            says(self.own)
        )
    }
}

/// Bytes in which the difference is marked.
fn part(part: &Part, follows: bool) -> String {
    let digits = |bytes: &[u8]| {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.join(" ")
    };
    let mut text = String::new();
    if !part.before.is_empty() {
        let _to_a_string = write!(text, "{} ", digits(&part.before));
    }
    let class = if follows { " class=\"follows\"" } else { "" };
    match part.here.is_empty() {
        true => text.push_str("<mark>(nothing)</mark>"),
        false => text.push_str(&format!("<mark{class}>{}</mark>", digits(&part.here))),
    }
    match part.hidden {
        0 if part.after.is_empty() => {}
        0 => text.push_str(&format!(" {}", digits(&part.after))),
        hidden => text.push_str(&format!(" ... and {hidden} bytes more")),
    }
    text
}
