//! The sections of the page.

use super::coverage::State;
use super::escape;
use super::model::{Report, RequirementRow, TroubleRow, VectorRow};
use crate::runner::account::{Counts, Outcome};

/// The account as a bar and a legend; each part has its number in words.
pub(super) fn account_bar(counts: &Counts) -> String {
    let mut bar = String::new();
    let mut legend = String::new();
    for outcome in Outcome::ALL {
        let count = counts.get(outcome);
        let name = outcome.name();
        if count > 0 {
            bar.push_str(&format!("<span class=\"part {name}\" style=\"flex-grow:{count}\"></span>"));
        }
        let empty = if count == 0 { " class=\"none\"" } else { "" };
        legend.push_str(&format!(
            "<li{empty}><span class=\"dot {name}\" aria-hidden=\"true\"></span><b>{count}</b> {name}</li>\n"
        ));
    }
    format!(
        "<div class=\"bar\" aria-hidden=\"true\">{bar}</div>\n\
         <ul class=\"legend\" aria-label=\"Account of {} vectors\">\n{legend}</ul>\n",
        counts.total
    )
}

/// The outcomes by profile.
pub(super) fn profiles(report: &Report) -> String {
    let mut rows = String::new();
    for profile in &report.profiles {
        let counts = &profile.counts;
        let state = match (counts.total, counts.pass) {
            (0, _) => ("none", "not selected"),
            (total, pass) if total == pass => ("pass", "all pass"),
            (total, pass) if total == pass + counts.skip => ("skip", "passes, with skips"),
            _ => ("fail", "does not pass"),
        };
        let cells: String = Outcome::ALL.into_iter().map(|outcome| number(counts.get(outcome))).collect();
        rows.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td><span class=\"chip {}\">{}</span></td>{}{cells}</tr>\n",
            escape(&profile.name),
            escape(&profile.text),
            state.0,
            state.1,
            number(counts.total)
        ));
    }
    let heads: String = Outcome::ALL
        .into_iter()
        .map(|outcome| format!("<th scope=\"col\" class=\"n\">{}</th>", outcome.name()))
        .collect();
    section(
        "profiles",
        "Profiles",
        &format!(
            "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">profile</th><th scope=\"col\">what it says</th>\
             <th scope=\"col\">verdict</th><th scope=\"col\" class=\"n\">vectors</th>{heads}</tr></thead>\n\
             <tbody>\n{rows}</tbody></table></div>\n"
        ),
    )
}

/// Every vector: first those that did not pass, opened; then the rest by area.
pub(super) fn vectors(report: &Report) -> String {
    let trouble: String =
        report.vectors.iter().filter(|one| one.trouble.is_some()).map(|one| vector(one, true)).collect();
    let mut text = String::new();
    if !trouble.is_empty() {
        text.push_str(&section("trouble", "What did not pass", &trouble));
    }
    let mut areas: Vec<&str> = report.vectors.iter().map(|vector| vector.area.as_str()).collect();
    areas.sort_unstable();
    areas.dedup();
    let mut groups = String::from(
        "<p class=\"tools\" hidden><label>Filter <input type=\"search\" id=\"filter\" \
         placeholder=\"id, title, requirement, code or outcome\"></label> <span id=\"hits\" role=\"status\"></span></p>\n",
    );
    for area in areas {
        let of_area: Vec<&VectorRow> = report.vectors.iter().filter(|vector| vector.area == area).collect();
        let counts = Counts::all(of_area.iter().map(|vector| vector.outcome));
        let rows: String = of_area.iter().map(|one| vector(one, false)).collect();
        let class = if counts.pass == counts.total { "pass" } else { "fail" };
        groups.push_str(&format!(
            "<details class=\"group\"><summary><h3>{}</h3> <span class=\"chip {class}\">{} of {} pass</span></summary>\n{rows}</details>\n",
            escape(area),
            counts.pass,
            counts.total
        ));
    }
    text + &section("vectors", "Vectors", &groups)
}

fn vector(vector: &VectorRow, open: bool) -> String {
    let outcome = vector.outcome.name();
    let mut inside = format!(
        "<dl class=\"facts\">\n<div><dt>Requirements</dt><dd>{}</dd></div>\n<div><dt>Operation</dt><dd>{}, {}</dd></div>\n\
         <div><dt>Expected</dt><dd>{}</dd></div>\n<div><dt>Deliveries</dt><dd>{} in {} ms</dd></div>\n",
        requirements(&vector.requirements),
        vector.operation,
        vector.class,
        escape(&vector.expected),
        vector.deliveries,
        vector.milliseconds
    );
    if let Some(reason) = &vector.reason {
        inside.push_str(&format!("<div><dt>Why</dt><dd>{}</dd></div>\n", escape(reason)));
    }
    for warning in &vector.warnings {
        inside.push_str(&format!("<div><dt>Warning</dt><dd>{}</dd></div>\n", escape(warning)));
    }
    inside.push_str("</dl>\n");
    match &vector.trouble {
        Some(trouble) => inside.push_str(&trouble_part(trouble)),
        None => inside.push_str(&hex_part(vector.hex.as_deref())),
    }
    let known = if vector.known_failure { " <span class=\"chip skip\">known failure</span>" } else { "" };
    format!(
        "<details class=\"vector\"{}><summary><span class=\"chip {outcome}\">{outcome}</span>{known} <code>{}</code> \
         <span class=\"title\">{}</span></summary>\n<div class=\"inside\">{inside}</div></details>\n",
        if open { " open" } else { "" },
        escape(&vector.id),
        escape(&vector.title)
    )
}

fn trouble_part(trouble: &TroubleRow) -> String {
    let mut text = format!(
        "<dl class=\"facts\">\n<div><dt>Delivery</dt><dd><code>{}</code></dd></div>\n\
         <div><dt>Expected</dt><dd>{}</dd></div>\n<div><dt>Got</dt><dd>{}</dd></div>\n</dl>\n",
        escape(&trouble.delivery),
        escape(&trouble.expected),
        escape(&trouble.got)
    );
    if !trouble.differences.is_empty() {
        let rows: String = trouble
            .differences
            .iter()
            .map(|one| {
                format!(
                    "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>\n",
                    escape(&one.path),
                    escape(&one.expected),
                    escape(&one.got)
                )
            })
            .collect();
        text.push_str(&format!(
            "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">where</th><th scope=\"col\">expected</th>\
             <th scope=\"col\">got</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n"
        ));
    }
    text.push_str(&hex_part(trouble.hex.as_deref()));
    if !trouble.stderr.trim().is_empty() {
        text.push_str(&format!(
            "<p>Its stderr:</p>\n<pre tabindex=\"0\">{}</pre>\n",
            escape(trouble.stderr.trim_end())
        ));
    }
    text.push_str(&format!("<p>Replay it:</p>\n<pre tabindex=\"0\">{}</pre>\n", escape(&trouble.replay)));
    text
}

fn hex_part(hex: Option<&str>) -> String {
    hex.map_or_else(String::new, |hex| format!("<pre tabindex=\"0\">{}</pre>\n", escape(hex.trim_end())))
}

/// Coverage by requirement, those of roles that are not built yet included.
pub(super) fn coverage(report: &Report) -> String {
    let states = [
        State::Failed,
        State::Partly,
        State::Skipped,
        State::NotSelected,
        State::Passed,
        State::ByTest,
        State::ByReview,
        State::Pending,
    ];
    let mut text = String::from("<ul class=\"legend\">\n");
    for state in states {
        let count = report.requirements.iter().filter(|one| one.state == state).count();
        if count > 0 {
            text.push_str(&format!(
                "<li><span class=\"dot {}\" aria-hidden=\"true\"></span><b>{count}</b> {}</li>\n",
                class(state),
                state.text()
            ));
        }
    }
    text.push_str("</ul>\n");
    let mut roles: Vec<&str> = report.requirements.iter().map(|one| one.role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    for role in roles {
        let of_role: Vec<&RequirementRow> = report.requirements.iter().filter(|one| one.role == role).collect();
        let failed = of_role.iter().any(|one| one.state == State::Failed);
        let pending = of_role.iter().filter(|one| one.state == State::Pending).count();
        let pending = if pending > 0 { format!(", {pending} pending") } else { String::new() };
        let rows: String = of_role.iter().map(|one| requirement(one)).collect();
        text.push_str(&format!(
            "<details class=\"group\"{}><summary><h3>{}</h3> <span class=\"title\">{} requirements{pending}</span></summary>\n\
             <div class=\"scroll\"><table><thead><tr><th scope=\"col\">id</th><th scope=\"col\">state</th>\
             <th scope=\"col\">requirement</th><th scope=\"col\">shown by</th></tr></thead><tbody>\n{rows}</tbody></table></div></details>\n",
            if failed { " open" } else { "" },
            escape(role),
            of_role.len()
        ));
    }
    section("coverage", "Coverage by requirement", &text)
}

fn requirement(one: &RequirementRow) -> String {
    let shown = match one.means {
        "test" => format!("test <code>{}</code>", escape(&one.proof)),
        "review" => format!("review: {}", escape(&one.proof)),
        "pending" => "pending: its role is not implemented here yet".to_owned(),
        _ => format!("{} of {} vectors passed", one.passed, one.vectors.len()),
    };
    let list: Vec<String> = one.vectors.iter().map(|id| format!("<code>{}</code>", escape(id))).collect();
    let list = match list.len() {
        0 => String::new(),
        _ => format!(" <details><summary>which</summary>{}</details>", list.join(" ")),
    };
    format!(
        "<tr id=\"{id}\"><th scope=\"row\">{id}</th><td><span class=\"chip {}\">{}</span></td><td>{}</td><td>{shown}{list}</td></tr>\n",
        class(one.state),
        one.state.text(),
        escape(&one.text),
        id = escape(&one.id)
    )
}

const fn class(state: State) -> &'static str {
    match state {
        State::Failed => "fail",
        State::Passed => "pass",
        State::Partly | State::Skipped => "skip",
        State::NotSelected | State::ByTest | State::ByReview | State::Pending => "none",
    }
}

/// The outcomes by expected code.
pub(super) fn codes(report: &Report) -> String {
    let rows: String = report
        .codes
        .iter()
        .map(|code| {
            let state = match (code.counts.total, code.counts.pass) {
                (0, _) => "none",
                (total, pass) if total == pass => "pass",
                (total, pass) if total == pass + code.counts.skip => "skip",
                _ => "fail",
            };
            format!(
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td class=\"n\"><span class=\"chip {state}\">{} of {}</span></td></tr>\n",
                escape(&code.code),
                escape(&code.scope),
                escape(&code.text),
                code.counts.pass,
                code.counts.total
            )
        })
        .collect();
    section(
        "codes",
        "Errors by code",
        &format!(
            "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">code</th><th scope=\"col\">scope</th>\
             <th scope=\"col\">meaning</th><th scope=\"col\" class=\"n\">vectors passed</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
        ),
    )
}

fn section(id: &str, title: &str, inside: &str) -> String {
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{inside}</section>\n")
}

fn requirements(ids: &[String]) -> String {
    let links: Vec<String> = ids.iter().map(|id| format!("<a href=\"#{0}\">{0}</a>", escape(id))).collect();
    links.join(", ")
}

fn number(count: usize) -> String {
    match count {
        0 => "<td class=\"n zero\">0</td>".to_owned(),
        count => format!("<td class=\"n\">{count}</td>"),
    }
}
