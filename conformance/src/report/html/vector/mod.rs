//! The page of one vector: its bytes and what they mean, what was expected and what was answered.

mod listing;
mod sides;
mod twin;

use std::collections::HashMap;

use dashstream_vectors::{Case, DecodeCase, DecodeExpect, FileExpect, HexBytes, Vector};

use self::listing::{Marks, listing};
use super::dump::dump;
use super::page::Page;
use super::parts::{body, chip, facts, outcome, pre, sections, table};
use super::prose::prose;
use super::{escape, testee_line};
use crate::report::annotated::{self, Line};
use crate::report::hex::place_in_frame;
use crate::report::model::{DifferenceRow, Report, RequirementRow, TroubleRow, VectorRow};
use crate::runner::account::Outcome;

/// Bytes of a frame that is set beside its twin; longer ones are only described.
const MOST: u64 = 1024 * 1024;

/// What all pages of vectors are made from.
#[derive(Debug)]
pub(crate) struct Pages<'r> {
    report: &'r Report,
    vectors: HashMap<&'r str, &'r Vector>,
    requirements: HashMap<&'r str, &'r RequirementRow>,
    /// Vectors of this run that are rejected beside an accepted one, by the accepted one.
    rejected: HashMap<&'r str, Vec<&'r str>>,
    /// Places of the vectors in the report.
    places: HashMap<&'r str, usize>,
}

impl<'r> Pages<'r> {
    /// The pages of a report on vectors of this set.
    pub(crate) fn new(report: &'r Report, set: &'r [Vector]) -> Self {
        let vectors: HashMap<&str, &Vector> = set.iter().map(|vector| (vector.id.as_str(), vector)).collect();
        let mut rejected: HashMap<&str, Vec<&str>> = HashMap::new();
        for row in &report.vectors {
            if let Some(twin) = vectors.get(row.id.as_str()).and_then(|vector| vector.twin.as_ref()) {
                rejected.entry(&twin.id).or_default().push(&row.id);
            }
        }
        Self {
            report,
            vectors,
            requirements: report.requirements.iter().map(|row| (row.id.as_str(), row)).collect(),
            rejected,
            places: report.vectors.iter().enumerate().map(|(place, row)| (row.id.as_str(), place)).collect(),
        }
    }

    /// The page of one vector. Where its file is gone by now, the page is without its lines.
    pub(crate) fn render(&self, row: &VectorRow) -> String {
        let vector = self.vectors.get(row.id.as_str()).copied();
        let text = vector.and_then(|vector| std::fs::read_to_string(&vector.path).ok()).unwrap_or_default();
        let lines = annotated::section(&text, "input");
        let (beside, marks) = vector.map(|vector| self.beside(vector, &lines)).unwrap_or_default();
        let expected = annotated::fitting(annotated::section(&text, "expect"));
        let main = sections(&[
            ("trouble", "Expected and answered", row.trouble.as_ref().map(trouble).unwrap_or_default()),
            ("requirements", "What it tests", self.requirements(row)),
            ("input", "What goes in", listing("What goes in", &annotated::fitting(lines), &marks)),
            ("expect", "What has to come out", listing("What has to come out", &expected, &Marks::default())),
            ("twin", "Beside its twin", beside),
            ("rejected", "Rejected beside it", self.rejected(&row.id)),
            ("alone", "Run it alone", self.alone(row)),
        ]);
        Page {
            title: &format!("{}: {}", row.id, super::title(self.report)),
            here: "",
            up: "../",
            run: true,
            filters: false,
            header: self.header(row, vector),
            main,
            foot: super::foot(self.report, "../"),
        }
        .render()
    }

    fn header(&self, row: &VectorRow, vector: Option<&Vector>) -> String {
        let needs = vector.map(|vector| vector.needs.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "));
        let known = facts(&[
            (
                "Outcome",
                outcome(row) + &row.reason.as_deref().map(|why| format!(" {}", escape(why))).unwrap_or_default(),
            ),
            ("Expected", escape(&row.expected)),
            ("Answered", answered(row)),
            (
                "Asked",
                format!(
                    "{}, {}, profile {}",
                    escape(&row.operation),
                    escape(&row.class),
                    escape(&row.profiles.join(", "))
                ),
            ),
            ("Needs", escape(&needs.unwrap_or_default())),
            ("Warnings", escape(&row.warnings.join("; "))),
            ("File", format!("<code>vectors/data/{}/{}.yaml</code>", escape(&row.area), escape(&row.id))),
        ]);
        format!(
            "{}<p class=\"eyebrow\">{}</p>\n<h1 class=\"id\">{}</h1>\n<p class=\"lead\">{}</p>\n{known}",
            self.neighbours(row),
            testee_line(self.report),
            escape(&row.id),
            escape(&row.title),
        )
    }

    /// The vectors before and after it.
    fn neighbours(&self, row: &VectorRow) -> String {
        let place = self.places.get(row.id.as_str()).copied().unwrap_or_default();
        let at = |place: Option<usize>| place.and_then(|place| self.report.vectors.get(place));
        let link = |row: &VectorRow, rel: &str, word: &str| {
            format!("<li>{word} <a rel=\"{rel}\" href=\"{0}.html\"><code>{0}</code></a></li>\n", escape(&row.id))
        };
        let before = at(place.checked_sub(1)).map(|row| link(row, "prev", "previous")).unwrap_or_default();
        let after = at(place.checked_add(1)).map(|row| link(row, "next", "next")).unwrap_or_default();
        match before + &after {
            none if none.is_empty() => none,
            links => format!("<nav class=\"near\" aria-label=\"Vectors before and after\"><ul>\n{links}</ul></nav>\n"),
        }
    }

    fn requirements(&self, row: &VectorRow) -> String {
        let one = |id: &String| {
            let text = self.requirements.get(id.as_str()).map_or_else(
                || "not in this specification".to_owned(),
                |row| {
                    format!(
                        "{} <span class=\"under\">{}, line {}</span>",
                        prose(&row.text, &row.keyword),
                        escape(&row.file),
                        row.line
                    )
                },
            );
            format!("<div><dt><a href=\"../clauses.html#{0}\">{0}</a></dt><dd>{text}</dd></div>\n", escape(id))
        };
        format!("<dl class=\"facts\">\n{}</dl>\n", row.requirements.iter().map(one).collect::<String>())
    }

    /// What sets it apart from its twin, and the places of its own bytes that are marked.
    fn beside(&self, vector: &Vector, lines: &[Line]) -> (String, Marks) {
        let mut marks = Marks { place: place(vector), ..Marks::default() };
        let (Some(twin), Case::Decode(own)) = (&vector.twin, &vector.case) else { return (String::new(), marks) };
        let Some((Case::Decode(other), path)) = self.vectors.get(twin.id.as_str()).map(|one| (&one.case, &one.path))
        else {
            return (String::new(), marks);
        };
        let link = self.link(&twin.id);
        let long = |case: &DecodeCase| case.bytes.as_ref().is_some_and(|bytes| bytes.len() > MOST);
        if long(own) || long(other) {
            let text = format!(
                "<p>Its twin is {link}: there {} bytes at {} stand for the {} here. It is too long to be shown beside it.</p>\n",
                twin.remove, twin.at, twin.insert
            );
            return (text, marks);
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let beside = twin::Beside {
            link: &link,
            declared: twin,
            own,
            other,
            lines,
            other_lines: &annotated::section(&text, "input"),
        };
        let (html, places) = beside.render();
        marks.differ = places;
        (html, marks)
    }

    /// A link to a vector's page, or its name where it is not in this run.
    fn link(&self, id: &str) -> String {
        let name = format!("<code>{}</code>", escape(id));
        match self.places.contains_key(id) {
            true => format!("<a href=\"{}.html\">{name}</a>", escape(id)),
            false => name,
        }
    }

    fn rejected(&self, id: &str) -> String {
        let Some(ids) = self.rejected.get(id) else { return String::new() };
        let links: Vec<String> = ids.iter().map(|id| self.link(id)).collect();
        format!(
            "<details><summary>{} vectors differ from it in one place, and are rejected</summary><p>{}</p></details>\n",
            ids.len(),
            links.join(" ")
        )
    }

    /// The command that runs it alone.
    fn alone(&self, row: &VectorRow) -> String {
        let line = format!("{} --filter {}", self.report.testee.replay, row.id);
        let yours = format!("dashstream conform --testee \"COMMAND\" --filter {}", row.id);
        format!(
            "<p>As in this run:</p>\n{}<p>Put to another implementation:</p>\n{}",
            pre("The command of this run", &escape(&line)),
            pre("The command for another implementation", &escape(&yours))
        )
    }
}

/// What came, in one line.
fn answered(row: &VectorRow) -> String {
    match (&row.trouble, row.outcome) {
        (Some(trouble), _) => {
            format!(
                "<span class=\"got\">{}</span> <span class=\"soft\">(delivery <code>{}</code>)</span>",
                escape(&trouble.got),
                escape(&trouble.delivery)
            )
        }
        (None, Outcome::Pass) => format!("as expected, in {} deliveries of {} ms", row.deliveries, row.milliseconds),
        (None, _) => "it was not asked".to_owned(),
    }
}

/// Where the expected error lies in the bytes of the first byte string, and what it is.
fn place(vector: &Vector) -> Option<(usize, String)> {
    let bytes = |bytes: &HexBytes| if bytes.len() > MOST { None } else { Some(bytes.to_vec()) };
    match &vector.case {
        Case::Decode(DecodeCase { bytes: Some(frame), expect: DecodeExpect::Rejected { error, .. }, .. }) => {
            let at = place_in_frame(&bytes(frame)?, &error.code, error.offset)?;
            Some((at, format!("{} at {}", error.code, error.offset)))
        }
        Case::File(case) => match &case.expect {
            FileExpect::Refused { error } => {
                Some((usize::try_from(error.offset).ok()?, format!("{} at {}", error.code, error.offset)))
            }
            FileExpect::Read { .. } => None,
        },
        _ => None,
    }
}

/// Both sides, where they differ, and the bytes around the place.
fn trouble(trouble: &TroubleRow) -> String {
    let mut text = String::new();
    match &trouble.sides {
        Some(both) => text.push_str(&sides::sides(trouble, both)),
        None => text.push_str(&facts(&[
            ("Expected", escape(&trouble.expected)),
            ("Answered", format!("<span class=\"got\">{}</span>", escape(&trouble.got))),
        ])),
    }
    text.push_str(&differences(&trouble.differences));
    if trouble.hex.is_some() {
        text.push_str("<p>The bytes that it was given, or wrote, around the place:</p>\n");
    }
    text.push_str(&dump("Bytes around the place", trouble.hex.as_deref()));
    if !trouble.stderr.trim().is_empty() {
        text.push_str("<p>Its stderr:</p>\n");
        text.push_str(&pre("stderr", &escape(trouble.stderr.trim_end())));
    }
    text + "<p>Run this delivery again:</p>\n" + &pre("The command", &escape(&trouble.replay))
}

/// A table of the differences. One that says what stands above is left out.
fn differences(differences: &[DifferenceRow]) -> String {
    let differences: Vec<&DifferenceRow> = differences.iter().filter(|one| one.path != "answer").collect();
    if differences.is_empty() {
        return String::new();
    }
    let row = |one: &&DifferenceRow| {
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td data-label=\"expected\">{}</td><td data-label=\"answered\" class=\"got\">{}</td></tr>\n",
            escape(&one.path),
            escape(&one.expected),
            escape(&one.got)
        )
    };
    let rows: String = differences.iter().map(row).collect();
    table("stack", "Where the answer differs", &["where", "expected", "answered"], &body(&rows))
}
