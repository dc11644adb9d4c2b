//! The report as one page that needs nothing else: light and dark, readable without scripts.

use super::escape;
use super::html_parts::{account_bar, codes, coverage, profiles, vectors};
use super::model::Report;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The report as a page.
#[must_use]
pub fn render(report: &Report) -> String {
    let testee = &report.testee;
    let title = format!("DashStream conformance: {} {}", testee.implementation, testee.version);
    let mut page = String::with_capacity(256 * 1024);
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.push_str(&format!("<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n", escape(&title)));
    page.push_str("<a class=\"skip\" href=\"#main\">Skip to the results</a>\n");
    page.push_str(&head(report));
    page.push_str("<main id=\"main\">\n");
    for section in [complaints(report), profiles(report), vectors(report), coverage(report), codes(report)] {
        page.push_str(&section);
    }
    page.push_str("</main>\n");
    page.push_str(&foot(report));
    page.push_str(&format!("<script>\n{SCRIPT}</script>\n</body>\n</html>\n"));
    page
}

fn head(report: &Report) -> String {
    let (class, mark) = match report.conformant {
        true => ("good", "&#10003;"),
        false => ("bad", "&#10007;"),
    };
    let testee = &report.testee;
    let capabilities: String = testee.capabilities.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
    format!(
        "<header>\n<p class=\"eyebrow\">DashStream conformance report</p>\n\
         <h1>{implementation} <small>{version}</small></h1>\n\
         <p class=\"verdict {class}\"><span aria-hidden=\"true\">{mark}</span> {verdict}</p>\n{bar}\
         <dl class=\"facts\">\n\
         <div><dt>Language</dt><dd>{language}</dd></div>\n\
         <div><dt>Started as</dt><dd><code>{command}</code></dd></div>\n\
         <div><dt>Capabilities</dt><dd><ul class=\"tags\">{capabilities}</ul></dd></div>\n\
         <div><dt>Vectors</dt><dd>{set} in the set, manifest <code class=\"digest\">{digest}</code></dd></div>\n\
         <div><dt>Run</dt><dd>{deliveries} deliveries in {seconds}.{tenths} s, ended {finished}</dd></div>\n\
         </dl>\n</header>\n",
        implementation = escape(&testee.implementation),
        version = escape(&testee.version),
        verdict = escape(&report.verdict),
        bar = account_bar(&report.counts),
        language = escape(&testee.language),
        command = escape(&testee.command),
        set = report.suite.vectors,
        digest = escape(&report.suite.manifest_digest),
        deliveries = report.deliveries,
        seconds = report.milliseconds / 1000,
        tenths = report.milliseconds % 1000 / 100,
        finished = escape(&report.finished),
    )
}

fn complaints(report: &Report) -> String {
    if report.complaints.is_empty() {
        return String::new();
    }
    let items: String = report.complaints.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect();
    format!(
        "<section aria-labelledby=\"testee\">\n<h2 id=\"testee\">The testee itself</h2>\n<ul>\n{items}</ul>\n</section>\n"
    )
}

fn foot(report: &Report) -> String {
    format!(
        "<footer><p>dashstream-conformance {}, testee protocol {}. The same data: <a href=\"report.json\">report.json</a>, \
         <a href=\"junit.xml\">junit.xml</a>.</p></footer>\n",
        escape(&report.suite.version),
        report.suite.protocol
    )
}
