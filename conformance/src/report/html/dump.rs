//! A dump of bytes: the names of its parts, and the place in question, stand out.

use super::escape;
use super::parts::pre;

/// Where the names begin in a line: behind offset and 16 bytes.
const NAMES: usize = 8 + 47;

/// The dump as preformatted text; nothing where there is none.
pub(super) fn dump(label: &str, text: Option<&str>) -> String {
    let Some(text) = text else { return String::new() };
    let lines: Vec<String> = text.trim_end().lines().map(line).collect();
    pre(label, &lines.join("\n"))
}

fn line(line: &str) -> String {
    if line.trim_start().starts_with("^^") {
        return format!("<b class=\"place\">{}</b>", escape(line));
    }
    match line.split_at_checked(NAMES) {
        Some((bytes, names)) if !names.trim().is_empty() => {
            format!("{}<i>{}</i>", escape(bytes), escape(names))
        }
        _ => escape(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::hex;

    #[test]
    fn names_and_place_stand_out() {
        let text = hex::frame(&[0xBE; 70], Some(4));
        let shown = dump("Bytes", Some(&text));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "<pre tabindex=\"0\" role=\"group\" aria-label=\"Bytes\">70 bytes");
        assert!(
            lines[1].ends_with(
                "be be<i>  magic, version, critical_flags, ancillary_flags, prelude_crc, metadata_crc, body_crc</i>"
            ),
            "{shown}"
        );
        assert_eq!(lines[2], "<b class=\"place\">                    ^^ byte 4 (prelude_crc)</b>");
        assert_eq!(dump("Bytes", None), "");
    }
}
