//! What a run found, for people and for machines. All forms are made from one [`model::Report`].

pub mod badge;
pub mod coverage;
pub mod hex;
pub mod html;
pub mod junit;
pub mod model;
pub mod terminal;

use std::io;
use std::path::{Path, PathBuf};

use self::model::Report;

/// Writes `report.json`, `junit.xml`, `report.html` and `badge.svg` into a folder, which is made where it
/// is missing. Gives the path of the page.
///
/// # Errors
/// A file cannot be written.
pub fn write_all(report: &Report, folder: &Path) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("report.json"), serde_json::to_string_pretty(report)? + "\n")?;
    std::fs::write(folder.join("junit.xml"), junit::render(report))?;
    std::fs::write(folder.join("badge.svg"), badge::render(report))?;
    let page = folder.join("report.html");
    std::fs::write(&page, html::render(report))?;
    Ok(page)
}

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
