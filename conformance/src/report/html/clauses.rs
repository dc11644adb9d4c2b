//! The page of clauses: every requirement of the specification, and what the run says of it.

use std::collections::HashMap;

use super::filters::{Choice, filters};
use super::page::Page;
use super::parts::{bar, body, chip, grouped, legend, section, table};
use super::prose::prose;
use super::{escape, testee_line};
use crate::report::coverage::State;
use crate::report::model::{Report, RequirementRow, VectorRow};
use crate::runner::account::Outcome;

/// Vectors that did not pass are shown one by one up to this many; the rest is folded.
const OPEN: usize = 12;

type Vectors<'r> = HashMap<&'r str, &'r VectorRow>;

const fn class(state: State) -> &'static str {
    match state {
        State::Failed => "fail",
        State::Passed => "pass",
        State::Partly | State::Skipped => "skip",
        State::ByTest | State::ByReview => "aside",
        State::NotSelected => "none",
        State::Pending => "pending",
    }
}

/// The requirements of one file of the specification.
struct Chapter<'r> {
    file: &'r str,
    rows: Vec<&'r RequirementRow>,
}

impl Chapter<'_> {
    /// Its file below `spec/`.
    fn name(&self) -> &str {
        self.file.strip_prefix("spec/").unwrap_or(self.file)
    }

    fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }
}

/// The requirements by file, in the order of the report.
fn chapters(report: &Report) -> Vec<Chapter<'_>> {
    let mut chapters: Vec<Chapter<'_>> = Vec::new();
    for row in &report.requirements {
        match chapters.iter_mut().find(|chapter| chapter.file == row.file) {
            Some(chapter) => chapter.rows.push(row),
            None => chapters.push(Chapter { file: &row.file, rows: vec![row] }),
        }
    }
    chapters
}

/// How many requirements are in which state; states that do not occur are left out.
fn counts(report: &Report) -> Vec<(State, usize)> {
    let count = |state| report.requirements.iter().filter(|one| one.state == state).count();
    State::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
}

/// How many requirements are in which state, as a bar and as numbers.
pub(super) fn totals(report: &Report) -> String {
    let counts = counts(report);
    let parts: Vec<_> = counts.iter().map(|(state, count)| (class(*state), *count)).collect();
    let link = |state: State| format!("<a href=\"clauses.html#state={}\">{}</a>", state.name(), state.text());
    let named: Vec<_> = counts.iter().map(|(state, count)| (class(*state), *count, link(*state))).collect();
    bar(&parts) + &legend(&format!("State of {} requirements", report.requirements.len()), &named)
}

/// The whole page.
pub(crate) fn render(report: &Report) -> String {
    let chapters = chapters(report);
    let vectors: Vectors<'_> = report.vectors.iter().map(|vector| (vector.id.as_str(), vector)).collect();
    let mut main = section("files", "By file", &by_file(&chapters, report));
    main.push_str(&controls(report, &chapters));
    main.extend(chapters.iter().map(|chapter| chapter_section(chapter, &vectors)));
    Page {
        title: &format!("Clauses: {}", super::title(report)),
        here: "clauses.html",
        up: "",
        run: true,
        filters: true,
        header: format!(
            "<p class=\"eyebrow\">{}</p>\n<h1>{} clauses of the specification</h1>\n\
             <p class=\"soft\">Each numbered requirement with its text, and what this run says of it. What a vector cannot show \
             is shown by a test of the repository or by review, and that is shown of the code beside the vectors, not of \
             other programs.</p>\n{}",
            testee_line(report),
            grouped(report.requirements.len()),
            totals(report)
        ),
        main,
        foot: super::foot(report, ""),
    }
    .render()
}

/// A table of the files, with a column for each state that occurs.
fn by_file(chapters: &[Chapter<'_>], report: &Report) -> String {
    let states: Vec<State> = counts(report).into_iter().map(|(state, _)| state).collect();
    let mut columns = vec!["file".to_owned(), "#clauses".to_owned()];
    columns.extend(states.iter().map(|state| format!("#{}", state.text())));
    let number = |count: usize, class: &str| match count {
        0 => "<td class=\"n zero\">0</td>".to_owned(),
        _ => format!("<td class=\"n {class}\">{count}</td>"),
    };
    let row = |chapter: &Chapter<'_>| {
        let cells =
            states.iter().map(|state| number(chapter.count(*state), if *state == State::Failed { "got" } else { "" }));
        format!(
            "<tr><th scope=\"row\"><a href=\"#{0}\">{0}</a></th>{1}{2}</tr>\n",
            escape(chapter.name()),
            number(chapter.rows.len(), ""),
            cells.collect::<String>()
        )
    };
    let rows: String = chapters.iter().map(row).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    table("tight", "Clauses by file of the specification", &columns, &body(&rows))
}

fn controls(report: &Report, chapters: &[Chapter<'_>]) -> String {
    let states = counts(report);
    let states: Vec<_> =
        states.iter().map(|(state, count)| (state.name().to_owned(), state.text().to_owned(), *count)).collect();
    let files: Vec<_> = chapters
        .iter()
        .map(|chapter| (chapter.name().to_owned(), chapter.name().to_owned(), chapter.rows.len()))
        .collect();
    let all = [
        Choice { name: "state", label: "State", values: states },
        Choice { name: "file", label: "File", values: files },
        Choice::of("role", "Role", report.requirements.iter().map(|row| row.role.as_str())),
    ];
    filters("clauses", &all, report.requirements.len())
}

fn chapter_section(chapter: &Chapter<'_>, vectors: &Vectors<'_>) -> String {
    let states = State::ALL.into_iter().map(|state| (state, chapter.count(state))).filter(|(_, count)| *count > 0);
    let words: Vec<String> = states.map(|(state, count)| format!("{count} {}", state.text())).collect();
    let rows: String = chapter.rows.iter().map(|row| requirement(row, chapter.name(), vectors)).collect();
    let name = escape(chapter.name());
    let columns = ["id", "state", "requirement", "shown by"];
    let caption = format!("Clauses of {}", chapter.file);
    format!(
        "<section aria-labelledby=\"{name}\" data-group=\"\">\n<h2 id=\"{name}\">{}</h2>\n<p class=\"soft\">{}</p>\n{}</section>\n",
        escape(chapter.file),
        words.join(", "),
        table("stack clauses", &caption, &columns, &body(&rows))
    )
}

fn requirement(one: &RequirementRow, file: &str, vectors: &Vectors<'_>) -> String {
    let listing: Vec<&VectorRow> = one.vectors.iter().filter_map(|id| vectors.get(id.as_str()).copied()).collect();
    let wrong = if one.state == State::Failed { " class=\"wrong\"" } else { "" };
    format!(
        "<tr id=\"{id}\"{wrong} data-row=\"\" data-state=\"{state}\" data-file=\"{file}\" data-role=\"{role}\"><th scope=\"row\">{id}\
         <span class=\"under\">{role}</span><span class=\"under\">line {line}</span></th><td class=\"short\">{chip}</td><td>{text}</td>\
         <td class=\"by\">{shown}</td></tr>\n",
        id = escape(&one.id),
        state = one.state.name(),
        file = escape(file),
        role = escape(&one.role),
        line = one.line,
        chip = chip(class(one.state), &in_words(one, &listing)),
        text = prose(&one.text, &one.keyword),
        shown = shown_by(one, &listing),
    )
}

/// The state, and where a vector did not pass, how many.
fn in_words(one: &RequirementRow, listing: &[&VectorRow]) -> String {
    let wrong = listing.iter().filter(|vector| super::parts::not_passed(vector)).count();
    match one.state {
        State::Failed => format!("\u{2717} FAILED: {wrong} of {}", listing.len()),
        state => state.text().to_owned(),
    }
}

/// The proof that the gate knows of, and the vectors by outcome.
fn shown_by(one: &RequirementRow, listing: &[&VectorRow]) -> String {
    let mut text = match one.means.as_str() {
        "test" => format!("<p>test <code>{}</code></p>\n", escape(&one.proof)),
        "review" => format!("<p>review: {}</p>\n", escape(&one.proof)),
        "pending" => "<p>nothing yet: its role is not built</p>\n".to_owned(),
        _ if listing.is_empty() => "<p>vectors, none of which is in this run</p>\n".to_owned(),
        _ => String::new(),
    };
    // What did not pass comes first, and is in sight.
    let order = [
        Outcome::Fail,
        Outcome::Crash,
        Outcome::Timeout,
        Outcome::Protocol,
        Outcome::NotRun,
        Outcome::Skip,
        Outcome::Pass,
    ];
    for outcome in order {
        let of: Vec<&VectorRow> = listing.iter().copied().filter(|vector| vector.outcome == outcome).collect();
        if !of.is_empty() {
            text.push_str(&by_outcome(outcome, &of));
        }
    }
    text
}

fn by_outcome(outcome: Outcome, vectors: &[&VectorRow]) -> String {
    let links: Vec<String> = vectors.iter().map(|vector| super::parts::vector_link(&vector.id)).collect();
    let head = format!("{} {}", vectors.len(), words(outcome));
    if outcome.executed() && outcome != Outcome::Pass && vectors.len() <= OPEN {
        return format!("<p><span class=\"got\">{head}</span>: {}</p>\n", links.join(" "));
    }
    let mut reasons: Vec<&str> = vectors.iter().filter_map(|vector| vector.reason.as_deref()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let why = if reasons.is_empty() { String::new() } else { format!(": {}", escape(&reasons.join("; "))) };
    format!("<details><summary>{head}{why}</summary><p>{}</p></details>\n", links.join(" "))
}

/// What became of vectors, behind their number.
const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "passed",
        Outcome::Fail => "failed",
        Outcome::Skip => "skipped",
        Outcome::Crash => "crashed it",
        Outcome::Timeout => "had no answer in time",
        Outcome::Protocol => "had no proper answer",
        Outcome::NotRun => "not run",
    }
}
