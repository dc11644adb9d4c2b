//! The matrix as a page of the same kind.

use super::dump::dump;
use super::parts::{chip, grouped, section};
use super::{STYLE, escape};
use crate::matrix::model::{Disagreement, Matrix, Pair, State};

/// The matrix as a page.
#[must_use]
pub(crate) fn render(matrix: &Matrix) -> String {
    let mut page = String::with_capacity(64 * 1024);
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.push_str(&format!("<title>DashStream matrix</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"));
    page.push_str("<a class=\"jump\" href=\"#main\">Skip to the results</a>\n");
    page.push_str(&head(matrix));
    page.push_str("<main id=\"main\">\n");
    for (id, title, inside) in [
        ("pairs", "Every encoder to every decoder", table(matrix)),
        ("trouble", "What is not equal", trouble(matrix)),
        ("testees", "The testees themselves", complaints(matrix)),
        ("sides", "Who took part", sides(matrix)),
        ("run", "What was encoded", contents(matrix)),
    ] {
        if !inside.is_empty() {
            page.push_str(&section(id, title, &inside));
        }
    }
    page.push_str("</main>\n<footer><p>The same data: <a href=\"matrix.json\">matrix.json</a>, ");
    page.push_str("<a href=\"matrix.md\">matrix.md</a>.</p></footer>\n</body>\n</html>\n");
    page
}

fn head(matrix: &Matrix) -> String {
    let (class, mark) = if matrix.exit == 0 { ("good", "&#10003;") } else { ("bad", "&#10007;") };
    format!(
        "<header>\n<p class=\"eyebrow\">DashStream matrix</p>\n<h1>{} implementations</h1>\n\
         <p class=\"verdict {class}\"><span aria-hidden=\"true\">{mark}</span> {}</p>\n\
         <p class=\"soft\">Each encoder is asked for the same contents, and each decoder is given all the frames. A case is one \
         content in one codec; it is equal when what was decoded means what was asked for.</p>\n</header>\n",
        matrix.sides.len(),
        escape(&matrix.verdict),
    )
}

fn table(matrix: &Matrix) -> String {
    let heads: String =
        matrix.sides.iter().map(|side| format!("<th scope=\"col\">to {}</th>", escape(&side.name))).collect();
    let rows = matrix.sides.iter().map(|encoder| {
        let cells = matrix.pairs.iter().filter(|pair| pair.encoder == encoder.name).map(cell);
        format!("<tr><th scope=\"row\">from {}</th>{}</tr>\n", escape(&encoder.name), cells.collect::<String>())
    });
    format!(
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">encoder, decoder</th>{heads}</tr></thead>\n\
         <tbody>\n{}</tbody></table></div>\n",
        rows.collect::<String>()
    )
}

const fn class(state: State) -> &'static str {
    match state {
        State::Equal => "pass",
        State::Differs | State::NotRun => "fail",
        State::Excluded => "skip",
    }
}

fn cell(pair: &Pair) -> String {
    let chip = chip(class(pair.state), &pair.cell());
    match pair.state {
        State::Differs | State::NotRun => format!("<td><a href=\"#{}\">{chip}</a></td>", anchor(pair)),
        State::Equal | State::Excluded => format!("<td>{chip}</td>"),
    }
}

fn anchor(pair: &Pair) -> String {
    format!("pair-{}-{}", escape(&pair.encoder), escape(&pair.decoder))
}

fn trouble(matrix: &Matrix) -> String {
    let wrong = matrix.pairs.iter().filter(|pair| matches!(pair.state, State::Differs | State::NotRun));
    let one = |pair: &Pair| {
        format!(
            "<details class=\"group\" open id=\"{}\"><summary><h3>{} to {}</h3> <span class=\"title\">{}</span></summary>\n{}{}</details>\n",
            anchor(pair),
            escape(&pair.encoder),
            escape(&pair.decoder),
            escape(&pair.cell()),
            pair.why.iter().map(|why| format!("<p>{}</p>\n", escape(why))).collect::<String>(),
            pair.first.iter().map(disagreement).collect::<String>(),
        )
    };
    wrong.map(one).collect()
}

fn disagreement(one: &Disagreement) -> String {
    let Disagreement { content, codec, what, hex } = one;
    format!(
        "<p><code>{}</code> as {}: <span class=\"got\">{}</span></p>\n{}",
        escape(content),
        escape(codec),
        escape(what),
        dump(hex.as_deref())
    )
}

fn complaints(matrix: &Matrix) -> String {
    let items: String = matrix.complaints.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}

fn sides(matrix: &Matrix) -> String {
    let side = |side: &crate::matrix::model::SideRow| {
        let stored = side.stored.iter().map(|(codec, count)| format!("{} {codec}", grouped(*count)));
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
            escape(&side.name),
            escape(side.who.as_deref().unwrap_or("does not start")),
            escape(&side.command),
            escape(&stored.collect::<Vec<_>>().join(", ")),
        )
    };
    let out = matrix.without.iter().map(|name| {
        format!("<tr><th scope=\"row\">{}</th><td colspan=\"3\">left out by name</td></tr>\n", escape(name))
    });
    format!(
        "<div class=\"scroll\"><table><thead><tr>{}</tr></thead>\n<tbody>\n{}{}</tbody></table></div>\n",
        super::parts::heads(&["name", "implementation", "started as", "frames that it stored"]),
        matrix.sides.iter().map(side).collect::<String>(),
        out.collect::<String>()
    )
}

fn contents(matrix: &Matrix) -> String {
    let contents = &matrix.contents;
    let files = if contents.files.is_empty() { "no files".to_owned() } else { contents.files.join(", ") };
    let left_out = contents.left_out.iter().map(|(why, names)| {
        let names = names.iter().map(|name| format!("<code>{}</code>", escape(name))).collect::<Vec<_>>().join(", ");
        format!("<div><dt>Left out</dt><dd>{}: {names}</dd></div>\n", escape(why))
    });
    format!(
        "<dl class=\"facts\">\n<div><dt>Of vectors</dt><dd>{} contents, manifest <code>{}</code></dd></div>\n\
         <div><dt>Of files</dt><dd>{} contents: {}</dd></div>\n{}\
         <div><dt>Time</dt><dd>{}.{} s, ended {}</dd></div>\n</dl>\n",
        grouped(contents.of_vectors),
        escape(&matrix.manifest_digest),
        grouped(contents.of_files),
        escape(&files),
        left_out.collect::<String>(),
        matrix.milliseconds / 1000,
        matrix.milliseconds % 1000 / 100,
        escape(&matrix.finished),
    )
}
