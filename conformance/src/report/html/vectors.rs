//! Every vector, by area.

use super::dump::dump;
use super::escape;
use super::parts::{chip, class, requirements};
use crate::report::model::{Report, VectorRow};
use crate::runner::account::Counts;

/// The areas, each with its vectors.
pub(super) fn by_area(report: &Report) -> String {
    let mut areas: Vec<&str> = report.vectors.iter().map(|vector| vector.area.as_str()).collect();
    areas.sort_unstable();
    areas.dedup();
    let mut text = String::from(
        "<p class=\"tools\" hidden><label>Filter <input type=\"search\" id=\"filter\" \
         placeholder=\"id, title, requirement, code or outcome\"></label> <span id=\"hits\" role=\"status\"></span></p>\n",
    );
    for area in areas {
        let of_area: Vec<&VectorRow> = report.vectors.iter().filter(|vector| vector.area == area).collect();
        let counts = Counts::all(of_area.iter().map(|vector| vector.outcome));
        text.push_str(&format!(
            "<details class=\"group\"><summary><h3>{}</h3> {}</summary>\n{}</details>\n",
            escape(area),
            chip(class(&counts), &format!("{} of {} pass", counts.pass, counts.total)),
            of_area.into_iter().map(vector).collect::<String>()
        ));
    }
    text
}

fn vector(vector: &VectorRow) -> String {
    let outcome = vector.outcome.name();
    format!(
        "<details class=\"vector\" id=\"vector-{id}\"><summary>{}{} <code>{id}</code> <span class=\"title\">{}</span></summary>\n\
         <div class=\"inside\">{}{}</div></details>\n",
        chip(outcome, outcome),
        if vector.known_failure { " ".to_owned() + &chip("skip", "known failure") } else { String::new() },
        escape(&vector.title),
        facts(vector),
        dump(vector.hex.as_deref()),
        id = escape(&vector.id),
    )
}

fn facts(vector: &VectorRow) -> String {
    let mut facts = vec![
        ("Requirements", requirements(&vector.requirements)),
        ("Operation", format!("{}, {}", vector.operation, vector.class)),
        ("Expected", escape(&vector.expected)),
        ("Deliveries", format!("{} in {} ms", vector.deliveries, vector.milliseconds)),
    ];
    facts.extend(vector.reason.as_deref().map(|reason| ("Why", escape(reason))));
    facts.extend(vector.trouble.as_ref().map(|trouble| ("Got", escape(&trouble.got))));
    facts.extend(vector.warnings.iter().map(|warning| ("Warning", escape(warning))));
    let rows = facts.iter().map(|(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"));
    format!("<dl class=\"facts\">\n{}</dl>\n", rows.collect::<String>())
}
