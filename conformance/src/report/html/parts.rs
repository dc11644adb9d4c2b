//! What several sections have in common.

use super::escape;
use crate::report::model::VectorRow;
use crate::runner::account::{Counts, Outcome};

/// A section with its heading.
pub(super) fn section(id: &str, title: &str, inside: &str) -> String {
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{inside}</section>\n")
}

/// The sections that there is something to say in.
pub(super) fn sections(all: &[(&str, &str, String)]) -> String {
    let there = all.iter().filter(|(_, _, inside)| !inside.is_empty());
    there.map(|(id, title, inside)| section(id, title, inside)).collect()
}

/// A word in a colour that means the same.
pub(super) fn chip(class: &str, text: &str) -> String {
    format!("<span class=\"chip {class}\">{}</span>", escape(text))
}

/// The outcome of a vector, and whether it was known before.
pub(super) fn outcome(vector: &VectorRow) -> String {
    let name = vector.outcome.name();
    let known = if vector.known_failure { format!(" {}", chip("skip", "known failure")) } else { String::new() };
    chip(name, name) + &known
}

/// Whether the vector was asked and did not pass.
pub(super) fn not_passed(vector: &VectorRow) -> bool {
    vector.outcome.executed() && vector.outcome != Outcome::Pass
}

/// The class of what has these outcomes.
pub(super) const fn class(counts: &Counts) -> &'static str {
    if counts.total == 0 {
        "none"
    } else if counts.total == counts.pass {
        "pass"
    } else if counts.total == counts.pass + counts.skip {
        "skip"
    } else {
        "fail"
    }
}

/// A verdict in a line of its own, with a mark beside its colour.
pub(super) fn verdict(good: bool, text: &str) -> String {
    let (class, mark) = if good { ("good", "&#10003;") } else { ("bad", "&#10007;") };
    format!("<p class=\"verdict {class}\"><span aria-hidden=\"true\">{mark}</span> {}</p>\n", escape(text))
}

/// A stacked bar, for the eye only: the numbers stand beside it.
pub(super) fn bar(parts: &[(&str, usize)]) -> String {
    let parts = parts.iter().filter(|(_, count)| *count > 0);
    let parts = parts.map(|(class, count)| format!("<span class=\"part {class}\" style=\"flex-grow:{count}\"></span>"));
    format!("<div class=\"bar\" aria-hidden=\"true\">{}</div>\n", parts.collect::<String>())
}

/// A list of numbers with the colours of a bar.
pub(super) fn legend(label: &str, parts: &[(&str, usize, String)]) -> String {
    let items = parts.iter().map(|(class, count, text)| {
        let empty = if *count == 0 { " class=\"zero\"" } else { "" };
        let count = grouped(*count);
        format!("<li{empty}><span class=\"dot {class}\" aria-hidden=\"true\"></span><b>{count}</b> {text}</li>\n")
    });
    format!("<ul class=\"legend\" aria-label=\"{}\">\n{}</ul>\n", escape(label), items.collect::<String>())
}

/// A table. `bodies` are its `tbody` elements; a caption of which the heading says the same is for who cannot see.
pub(super) fn table(class: &str, caption: &str, columns: &[&str], bodies: &str) -> String {
    format!(
        "<div class=\"scroll\"><table class=\"{class}\">\n<caption class=\"unseen\">{}</caption>\n<thead><tr>{}</tr></thead>\n{bodies}</table></div>\n",
        escape(caption),
        heads(columns)
    )
}

/// Rows as the one body of a table.
pub(super) fn body(rows: &str) -> String {
    format!("<tbody>\n{rows}</tbody>\n")
}

/// The heads of a table's columns: those that begin with `#` are of numbers, those with `+` need a wide page.
fn heads(names: &[&str]) -> String {
    let head = |name: &&str| match (name.strip_prefix('#'), name.strip_prefix('+')) {
        (Some(name), _) => format!("<th scope=\"col\" class=\"n\">{}</th>", escape(name)),
        (_, Some(name)) => format!("<th scope=\"col\" class=\"more\">{}</th>", escape(name)),
        _ => format!("<th scope=\"col\">{}</th>", escape(name)),
    };
    names.iter().map(head).collect()
}

/// Names and what is said of them; the second is HTML.
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let facts = facts.iter().filter(|(_, text)| !text.is_empty());
    let rows = facts.map(|(name, text)| format!("<div><dt>{name}</dt><dd>{text}</dd></div>\n"));
    format!("<dl class=\"facts\">\n{}</dl>\n", rows.collect::<String>())
}

/// Links to requirements on the page of clauses.
pub(super) fn requirements(up: &str, ids: &[String]) -> String {
    let links = ids.iter().map(|id| format!("<a href=\"{up}clauses.html#{0}\">{0}</a>", escape(id)));
    links.collect::<Vec<_>>().join(", ")
}

/// A link to the page of a vector.
pub(super) fn vector_link(id: &str) -> String {
    format!("<a href=\"vector/{0}.html\"><code>{0}</code></a>", escape(id))
}

/// A link to the vectors that a filter leaves.
pub(super) fn filter_link(name: &str, value: &str, text: &str) -> String {
    format!("<a href=\"vectors.html#{name}={}\">{}</a>", escape(value), escape(text))
}

/// Text that runs longer than a line, as it stands; who has no mouse can scroll it.
pub(super) fn pre(label: &str, inside: &str) -> String {
    format!("<pre tabindex=\"0\" role=\"group\" aria-label=\"{}\">{inside}</pre>\n", escape(label))
}

/// A number with its digits in groups of three.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The head of a row: a name, with a link to its vectors where this run has any.
pub(super) fn row_head(filter: &str, name: &str, counts: &Counts) -> String {
    let text = format!("<code>{}</code>", escape(name));
    match counts.total {
        0 => text,
        _ => format!("<a href=\"vectors.html#{filter}={}\">{text}</a>", escape(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_class_says_the_worst() {
        let counts = |total, pass, skip| Counts { total, pass, skip, ..Counts::default() };
        assert_eq!(
            [counts(0, 0, 0), counts(2, 2, 0), counts(2, 1, 1), counts(2, 1, 0)].map(|counts| class(&counts)),
            ["none", "pass", "skip", "fail"]
        );
    }
}
