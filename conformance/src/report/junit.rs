//! JUnit XML, for what shows test results.

use std::fmt::Write as _;

use super::escape;
use super::model::{Report, VectorRow};
use crate::runner::account::Outcome;

/// The report as JUnit XML: one test suite for each area, one test case for each vector.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let name = format!("{} {}, profile {}", report.testee.implementation, report.testee.version, report.profile);
    let numbers = numbers(&report.vectors.iter().collect::<Vec<_>>());
    let _to_a_string = writeln!(xml, "<testsuites name=\"{}\" {numbers}>", escape(&name));
    let mut areas: Vec<&str> = report.vectors.iter().map(|vector| vector.area.as_str()).collect();
    areas.sort_unstable();
    areas.dedup();
    for area in areas {
        suite(&mut xml, report, area);
    }
    complaints(&mut xml, report);
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(xml: &mut String, report: &Report, area: &str) {
    let vectors: Vec<&VectorRow> = report.vectors.iter().filter(|vector| vector.area == area).collect();
    let head =
        format!("  <testsuite name=\"{}\" {} timestamp=\"{}\">", escape(area), numbers(&vectors), report.finished);
    let _to_a_string = writeln!(xml, "{head}");
    for vector in vectors {
        case(xml, vector);
    }
    xml.push_str("  </testsuite>\n");
}

fn numbers(vectors: &[&VectorRow]) -> String {
    let count = |those: &[Outcome]| vectors.iter().filter(|vector| those.contains(&vector.outcome)).count();
    let millis: u64 = vectors.iter().map(|vector| vector.milliseconds).sum();
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
        vectors.len(),
        count(&[Outcome::Fail]),
        count(&[Outcome::Crash, Outcome::Timeout, Outcome::Protocol]),
        count(&[Outcome::Skip, Outcome::NotRun]),
        seconds(millis)
    )
}

fn case(xml: &mut String, vector: &VectorRow) {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
        escape(&vector.area),
        escape(&vector.id),
        seconds(vector.milliseconds)
    );
    let inside = match (vector.outcome, &vector.trouble) {
        (Outcome::Skip | Outcome::NotRun, _) => {
            let reason = vector.reason.as_deref().unwrap_or(vector.outcome.name());
            format!("      <skipped message=\"{}\"/>\n", escape(reason))
        }
        (_, Some(trouble)) => {
            let element = if vector.outcome == Outcome::Fail { "failure" } else { "error" };
            let mut text = super::terminal::trouble_text(vector, trouble);
            if vector.known_failure {
                text.push_str("on the list of known failures\n");
            }
            format!(
                "      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n",
                vector.outcome.name(),
                escape(&format!("expected {}, got {}", trouble.expected, trouble.got)),
                escape(&text)
            )
        }
        _ => String::new(),
    };
    let _to_a_string = match inside.as_str() {
        "" => writeln!(xml, "{head}/>"),
        inside => write!(xml, "{head}>\n{inside}    </testcase>\n"),
    };
}

/// What is wrong apart from any vector is a suite of its own, so that it fails the run here too.
fn complaints(xml: &mut String, report: &Report) {
    if report.complaints.is_empty() {
        return;
    }
    let count = report.complaints.len();
    let _to_a_string = writeln!(
        xml,
        "  <testsuite name=\"testee\" tests=\"{count}\" failures=\"{count}\" errors=\"0\" skipped=\"0\">"
    );
    for (index, complaint) in report.complaints.iter().enumerate() {
        let _to_a_string = writeln!(
            xml,
            "    <testcase classname=\"testee\" name=\"testee-{}\"><failure message=\"{}\"/></testcase>",
            index + 1,
            escape(complaint)
        );
    }
    xml.push_str("  </testsuite>\n");
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
