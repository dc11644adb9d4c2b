//! What a run found, for people and for machines. All forms are made from one [`model::Report`].

mod annotated;
pub mod badge;
mod beside;
pub mod coverage;
pub mod hex;
pub(crate) mod html;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod site;
pub mod terminal;
#[cfg(test)]
mod tests;

/// Text for XML and HTML, in elements and in attributes. What XML 1.0 cannot hold is replaced.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(c),
        }
    }
    safe
}
