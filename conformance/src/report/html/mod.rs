//! The report as one page that needs nothing else: light and dark, readable without scripts.

mod account;
mod codes;
mod coverage;
mod dump;
pub(crate) mod matrix;
mod parts;
mod profiles;
mod trouble;
mod vectors;

use self::account::account;
use self::parts::{grouped, section};
use super::escape;
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
    page.push_str("<a class=\"jump\" href=\"#main\">Skip to the results</a>\n");
    page.push_str(&head(report));
    page.push_str("<main id=\"main\">\n");
    let sections = sections(report);
    page.push_str(&navigation(&sections));
    for (id, title, inside) in &sections {
        page.push_str(&section(id, title, inside));
    }
    page.push_str("</main>\n");
    page.push_str(&foot(report));
    page.push_str(&format!("<script>\n{SCRIPT}</script>\n</body>\n</html>\n"));
    page
}

/// Id, title and content of each section that there is something to say in.
fn sections(report: &Report) -> Vec<(&'static str, &'static str, String)> {
    let all = [
        ("testee", "The testee itself", complaints(report)),
        ("profiles", "Profiles", profiles::profiles(report)),
        ("trouble", "What did not pass", trouble::list(report)),
        ("coverage", "Coverage by requirement", coverage::coverage(report)),
        ("codes", "Errors by code", codes::codes(report)),
        ("vectors", "All vectors", vectors::by_area(report)),
        ("run", "The run", run(report)),
    ];
    all.into_iter().filter(|(_, _, inside)| !inside.is_empty()).collect()
}

fn navigation(sections: &[(&str, &str, String)]) -> String {
    let links = sections.iter().map(|(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a></li>\n"));
    format!("<nav aria-label=\"Sections\"><ul>\n{}</ul></nav>\n", links.collect::<String>())
}

fn head(report: &Report) -> String {
    let (class, mark) = match report.conformant {
        true => ("good", "&#10003;"),
        false => ("bad", "&#10007;"),
    };
    let testee = &report.testee;
    format!(
        "<header>\n<p class=\"eyebrow\">DashStream conformance report</p>\n\
         <h1>{implementation} <small>{version}</small></h1>\n\
         <p class=\"verdict {class}\"><span aria-hidden=\"true\">{mark}</span> {verdict}</p>\n{account}\
         <p class=\"soft\">A vector is a scenario of the specification with one right answer, and is given to the \
         program whole and in pieces: {deliveries} deliveries in this run. It passes when every answer is right.</p>\n</header>\n",
        implementation = escape(&testee.implementation),
        version = escape(&testee.version),
        verdict = escape(&report.verdict),
        account = account(&report.counts),
        deliveries = grouped(report.deliveries),
    )
}

fn complaints(report: &Report) -> String {
    let items: String = report.complaints.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}

/// Who was tested with what, and when.
fn run(report: &Report) -> String {
    let testee = &report.testee;
    let capabilities: String = testee.capabilities.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
    format!(
        "<dl class=\"facts\">\n\
         <div><dt>Language</dt><dd>{language}</dd></div>\n\
         <div><dt>Started as</dt><dd><code>{command}</code></dd></div>\n\
         <div><dt>Capabilities</dt><dd><ul class=\"tags\">{capabilities}</ul></dd></div>\n\
         <div><dt>Vectors</dt><dd>{selected} of the {set} in the set, manifest <code class=\"digest\">{digest}</code></dd></div>\n\
         <div><dt>Time</dt><dd>{seconds}.{tenths} s, ended {finished}</dd></div>\n\
         </dl>\n",
        language = escape(&testee.language),
        command = escape(&testee.command),
        selected = grouped(report.counts.total),
        set = grouped(report.suite.vectors),
        digest = escape(&report.suite.manifest_digest),
        seconds = report.milliseconds / 1000,
        tenths = report.milliseconds % 1000 / 100,
        finished = escape(&report.finished),
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
