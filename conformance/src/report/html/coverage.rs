//! Coverage by requirement, those of roles that are not built yet included.

use super::escape;
use super::parts::{bar, chip, heads, legend, vector_link};
use crate::report::coverage::State;
use crate::report::model::{Report, RequirementRow};

/// The states in the order of the page: what is wrong comes first.
const STATES: [State; 8] = [
    State::Failed,
    State::Partly,
    State::Skipped,
    State::Passed,
    State::ByTest,
    State::ByReview,
    State::NotSelected,
    State::Pending,
];

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

/// How many requirements are in which state; states that do not occur are left out.
fn counts(requirements: &[&RequirementRow]) -> Vec<(State, usize)> {
    let count = |state| requirements.iter().filter(|one| one.state == state).count();
    STATES.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
}

/// All requirements by role.
pub(super) fn coverage(report: &Report) -> String {
    let all: Vec<&RequirementRow> = report.requirements.iter().collect();
    let counts = counts(&all);
    let parts: Vec<_> = counts.iter().map(|(state, count)| (class(*state), *count)).collect();
    let legends: Vec<_> = counts.iter().map(|(state, count)| (class(*state), *count, state.text())).collect();
    let mut text = bar(&parts) + &legend(&format!("State of {} requirements", all.len()), &legends) + &pending(&all);
    let mut roles: Vec<&str> = all.iter().map(|one| one.role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    for name in roles {
        let of_role: Vec<&RequirementRow> = all.iter().copied().filter(|one| one.role == name).collect();
        text.push_str(&role(name, &of_role));
    }
    text
}

/// Says which roles are specified and not built.
fn pending(all: &[&RequirementRow]) -> String {
    let mut roles: Vec<&str> =
        all.iter().filter(|one| one.state == State::Pending).map(|one| one.role.as_str()).collect();
    let count = roles.len();
    roles.sort_unstable();
    roles.dedup();
    if count == 0 {
        return String::new();
    }
    format!(
        "<p class=\"soft\">{count} are pending: they are specified for the {}, which nothing here puts to the proof \
         yet. What is shown by a test or by review is shown of the code beside the vectors, and not of other \
         programs.</p>\n",
        escape(&roles.join(" and the "))
    )
}

fn role(name: &str, requirements: &[&RequirementRow]) -> String {
    let counts = counts(requirements);
    let parts: Vec<_> = counts.iter().map(|(state, count)| (class(*state), *count)).collect();
    let words: Vec<_> = counts.iter().map(|(state, count)| format!("{count} {}", state.text())).collect();
    let failed = counts.iter().any(|(state, _)| *state == State::Failed);
    let mut requirements = requirements.to_vec();
    requirements.sort_by_key(|one| one.state != State::Failed);
    format!(
        "<details class=\"group\"{}><summary><h3>{}</h3> <span class=\"title\">{}</span>{}</summary>\n\
         <div class=\"scroll\"><table class=\"stack\"><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div></details>\n",
        if failed { " open" } else { "" },
        escape(name),
        words.join(", "),
        bar(&parts),
        heads(&["id", "state", "requirement", "shown by"]),
        requirements.iter().map(|one| requirement(one)).collect::<String>()
    )
}

fn requirement(one: &RequirementRow) -> String {
    let shown = match one.means {
        "test" => format!("test <code>{}</code>", escape(&one.proof)),
        "review" => format!("review: {}", escape(&one.proof)),
        "pending" => "nothing yet".to_owned(),
        _ => format!("{} of {} vectors", one.passed, one.vectors.len()),
    };
    format!(
        "<tr id=\"{id}\"><th scope=\"row\">{id}</th><td class=\"short\">{}</td><td>{}</td><td>{shown}{}</td></tr>\n",
        chip(class(one.state), one.state.text()),
        escape(&one.text),
        vectors(&one.vectors),
        id = escape(&one.id)
    )
}

fn vectors(ids: &[String]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let links: Vec<String> = ids.iter().map(|id| vector_link(id)).collect();
    format!(" <details><summary>which</summary>{}</details>", links.join(" "))
}
