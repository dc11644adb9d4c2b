//! A badge in SVG: the profile on the left, the verdict on the right.

use super::escape;
use super::model::Report;

/// Width of a character of the badge's text, in tenths of a pixel, on average.
const TENTHS: usize = 66;

/// The report as a badge.
#[must_use]
pub fn render(report: &Report) -> String {
    let left = format!("DashStream {}", report.profile);
    let (right, colour) = verdict(report);
    let (a, b) = (width(&left), width(&right));
    let (all, middle_a, middle_b) = (a + b, a / 2, a + b / 2);
    let label = escape(&format!("{left}: {right}"));
    let (left, right) = (escape(&left), escape(&right));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{label}">
<title>{label}</title>
<clipPath id="r"><rect width="{all}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{a}" height="20" fill="#444c56"/><rect x="{a}" width="{b}" height="20" fill="{colour}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{middle_a}" y="14">{left}</text><text x="{middle_b}" y="14">{right}</text>
</g>
</svg>
"##
    )
}

fn verdict(report: &Report) -> (String, &'static str) {
    let counts = &report.counts;
    match report.conformant {
        true if counts.skip > 0 => (format!("{} of {} executed", counts.executed(), counts.total), "#7a6000"),
        true if report.filtered => (format!("{} selected, all pass", counts.total), "#7a6000"),
        true => (format!("conformant, {} of {}", counts.pass, counts.total), "#1a7f37"),
        false => (format!("{} of {} passed", counts.pass, counts.total), "#b3261e"),
    }
}

fn width(text: &str) -> usize {
    12 + text.chars().count() * TENTHS / 10
}
