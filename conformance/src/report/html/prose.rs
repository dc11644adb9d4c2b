//! The text of a requirement: code in backticks and its keyword stand out; of a link, its text is left.

use super::escape;

/// The text as HTML.
pub(super) fn prose(text: &str, keyword: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => escape(&without_links(part)),
        _ => format!("<code>{}</code>", escape(part)),
    });
    let html: String = parts.collect();
    html.replacen(keyword, &format!("<strong>{}</strong>", escape(keyword)), 1)
}

/// Text of Markdown with each `[text](target)` as its text: the target lies in another folder.
fn without_links(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        left.push_str(before);
        rest = match link.split_once("](").and_then(|(name, target)| Some((name, target.split_once(')')?.1))) {
            Some((name, behind)) if !name.contains(['[', ']']) => {
                left.push_str(name);
                behind
            }
            _ => {
                left.push('[');
                link
            }
        };
    }
    left.push_str(rest);
    left
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn code_and_keyword_stand_out_and_nothing_else_does() {
        assert_eq!(
            prose("A reader MUST NOT take `<a>` & MUST.", "MUST NOT"),
            "A reader <strong>MUST NOT</strong> take <code>&lt;a&gt;</code> &amp; MUST."
        );
    }

    #[test]
    fn of_a_link_its_text_is_left() {
        assert_eq!(prose("bytes [0,4) of [loss.md](loss.md), [a] (b)", "MUST"), "bytes [0,4) of loss.md, [a] (b)");
    }
}
