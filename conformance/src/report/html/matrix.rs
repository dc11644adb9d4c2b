//! The matrix as a page, and in short on the first page.

use super::dump::dump;
use super::escape;
use super::overview::complaints;
use super::page::Page;
use super::parts::{body, chip, facts, grouped, sections, table, verdict};
use crate::matrix::model::{Disagreement, Matrix, Pair, SideRow, State};
use crate::report::site::Found;

/// How to run it.
const HOW: &str = "<code>ports/setup &amp;&amp; dashstream matrix --report FOLDER</code> puts every encoder to every decoder, and \
    writes into the same folder; <code>--testee \"NAME=COMMAND\"</code> adds an implementation.";

/// The page. `run` says whether there are the pages of a run of `conform`.
pub(crate) fn render(matrix: &Found<Matrix>, run: bool) -> String {
    match matrix {
        Found::Here(matrix) => page(run, head(matrix), main(matrix), FOOT.to_owned()),
        _ => {
            let header =
                "<p class=\"eyebrow\">DashStream matrix</p>\n<h1>Every encoder to every decoder</h1>\n".to_owned();
            page(run, header, in_short(matrix, None), String::new())
        }
    }
}

const FOOT: &str =
    "<p>The same data: <a href=\"matrix.json\">matrix.json</a>, <a href=\"matrix.md\">matrix.md</a>.</p>\n";

fn page(run: bool, header: String, main: String, foot: String) -> String {
    Page { title: "DashStream matrix", here: "matrix.html", up: "", run, filters: false, header, main, foot }.render()
}

fn main(matrix: &Matrix) -> String {
    sections(&[
        ("pairs", "Every encoder to every decoder", pairs(matrix)),
        ("trouble", "What is not equal", trouble(matrix)),
        ("testees", "The testees themselves", complaints(&matrix.complaints)),
        ("sides", "Who took part", sides(matrix)),
        ("run", "What was encoded", contents(matrix)),
    ])
}

/// The verdict and the table of pairs; or why there is none, and how to run it. `manifest` is that of the run beside it.
pub(super) fn in_short(matrix: &Found<Matrix>, manifest: Option<&str>) -> String {
    match matrix {
        Found::Absent => format!("<p>The matrix was not run. {HOW}</p>\n"),
        Found::Unreadable(why) => {
            format!(
                "<p>There is a <code>matrix.json</code> here that this version cannot read: {}. {HOW}</p>\n",
                escape(why)
            )
        }
        Found::Here(matrix) => {
            let other = manifest.is_some_and(|manifest| manifest != matrix.manifest_digest);
            let note = if other { ", on another state of the vectors" } else { "" };
            format!(
                "{}<p class=\"soft\">Run by itself, ended {}{note}. <a href=\"matrix.html\">The matrix in full</a>.</p>\n{}",
                verdict(matrix.exit == 0, &matrix.verdict),
                escape(&matrix.finished),
                pairs(matrix)
            )
        }
    }
}

fn head(matrix: &Matrix) -> String {
    format!(
        "<p class=\"eyebrow\">DashStream matrix</p>\n<h1>{} implementations</h1>\n{}\
         <p class=\"soft\">Each encoder is asked for the same contents, and each decoder is given all the frames. A case is one \
         content in one codec; it is equal when what was decoded means what was asked for.</p>\n",
        matrix.sides.len(),
        verdict(matrix.exit == 0, &matrix.verdict),
    )
}

fn pairs(matrix: &Matrix) -> String {
    let mut columns = vec!["encoder, decoder".to_owned()];
    columns.extend(matrix.sides.iter().map(|side| format!("to {}", side.name)));
    let rows = matrix.sides.iter().map(|encoder| {
        let cells = matrix.pairs.iter().filter(|pair| pair.encoder == encoder.name).map(cell);
        format!("<tr><th scope=\"row\">from {}</th>{}</tr>\n", escape(&encoder.name), cells.collect::<String>())
    });
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    table("", "Pairs: a row for each encoder, a column for each decoder", &columns, &body(&rows.collect::<String>()))
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
        State::Differs | State::NotRun => format!("<td><a href=\"matrix.html#{}\">{chip}</a></td>", anchor(pair)),
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
            "<details class=\"group\" open=\"\" id=\"{}\"><summary><h3>{} to {}</h3> <span class=\"title\">{}</span></summary>\n{}{}</details>\n",
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
        dump("The frame, or its beginning", hex.as_deref())
    )
}

fn sides(matrix: &Matrix) -> String {
    let side = |side: &SideRow| {
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
    let rows = matrix.sides.iter().map(side).chain(out).collect::<String>();
    let columns = ["name", "implementation", "started as", "frames that it stored"];
    table("stack", "Implementations that took part", &columns, &body(&rows))
}

fn contents(matrix: &Matrix) -> String {
    let contents = &matrix.contents;
    let files = if contents.files.is_empty() { "no files".to_owned() } else { contents.files.join(", ") };
    let mut all = vec![
        (
            "Of vectors",
            format!(
                "{} contents, manifest <code>{}</code>",
                grouped(contents.of_vectors),
                escape(&matrix.manifest_digest)
            ),
        ),
        ("Of files", format!("{} contents: {}", grouped(contents.of_files), escape(&files))),
    ];
    for (why, names) in &contents.left_out {
        let names = names.iter().map(|name| format!("<code>{}</code>", escape(name))).collect::<Vec<_>>().join(", ");
        all.push(("Left out", format!("{}: {names}", escape(why))));
    }
    let (seconds, tenths) = (matrix.milliseconds / 1000, matrix.milliseconds % 1000 / 100);
    all.push(("Time", format!("{seconds}.{tenths} s, ended {}", escape(&matrix.finished))));
    facts(&all)
}
