//! What is only for people: colours, progress, and texts as they may stand on a terminal.

use std::io::Read;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use prost_types::Timestamp;

/// Titles.
pub(crate) const TITLE: Style = Style::new().bold();
/// Offsets and other things that are there to be looked up.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Names of fields.
pub(crate) const NAME: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
/// What is in order.
pub(crate) const GOOD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
/// What one may want to look at.
pub(crate) const DOUBTFUL: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
/// What is wrong.
pub(crate) const BAD: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));

/// A reader that shows on a terminal how much of `len` bytes has been read; on anything else it shows nothing.
pub(crate) fn with_progress(reader: impl Read + 'static, len: Option<u64>) -> (Box<dyn Read>, ProgressBar) {
    let (bar, template) = match len {
        Some(len) => (ProgressBar::new(len), "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    (Box::new(bar.wrap_read(reader)), bar)
}

/// A number with its digits in groups of three: `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many there are of something: `1 frame`, `2,000 frames`.
pub(crate) fn counted((count, of): (u64, &str)) -> String {
    format!("{} {of}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A time as RFC 3339 has it.
pub(crate) fn time(us: u64) -> String {
    let (seconds, rest) = (us / 1_000_000, us % 1_000_000);
    let nanos = i32::try_from(rest * 1_000).unwrap_or(0);
    let latest = 253_402_300_799;
    match i64::try_from(seconds) {
        Ok(seconds) if seconds <= latest => Timestamp { seconds, nanos }.to_string(),
        _ => format!("{us} us"),
    }
}

/// A text without quotes, or with them where it holds what does not belong on a terminal.
pub(crate) fn printable(text: &str) -> String {
    let escaped = format!("{text:?}");
    let plain = escaped.len() == text.len() + 2 && !text.is_empty();
    if plain { text.to_owned() } else { escaped }
}

/// Text in which what does not belong on a terminal is escaped, line by line.
pub(crate) fn visible(text: &str) -> String {
    let shown =
        |one: char| if one.is_control() && one != '\n' { one.escape_unicode().to_string() } else { one.to_string() };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2_000].map(|count| counted((count, "frame"))), ["0 frames", "1 frame", "2,000 frames"]);
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
