//! The folder of a report, made from small runs in this process and read back.

mod fixtures;
mod folder;

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

use self::fixtures::{Hostile, MATRIX_CELL, Suite, matrix, suite};
use self::folder::{Folder, texts};
use super::coverage::State;
use super::markdown;
use super::model::Report;
use super::site::{write_matrix, write_run};
use crate::runner::account::Outcome;

fn written(suite: &Suite, report: &Report) -> Folder {
    let folder = Folder::new();
    write_run(report, &suite.vectors, folder.path(), false).unwrap();
    folder
}

/// A cell of the table of this caption: row head, column.
fn rows(document: &Document<'_>, caption: &str) -> Vec<Vec<String>> {
    let table = document
        .descendants()
        .find(|node| {
            node.has_tag_name("table")
                && node.children().any(|one| one.has_tag_name("caption") && texts(one) == caption)
        })
        .unwrap_or_else(|| panic!("no table {caption}"));
    let of_body = table
        .descendants()
        .filter(|node| node.has_tag_name("tr") && node.ancestors().any(|one| one.has_tag_name("tbody")));
    of_body.map(|row| row.children().filter(Node::is_element).map(texts).collect()).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let suite = suite();
    let folder = written(suite, &suite.failing());
    write_matrix(matrix(suite), folder.path()).unwrap();
    let checked = folder.check_links();
    assert!(checked > 500, "{checked}");
}

#[test]
fn pages_can_be_used_without_eyes_and_mouse() {
    let suite = suite();
    let folder = written(suite, &suite.failing());
    write_matrix(matrix(suite), folder.path()).unwrap();
    let mut tables = 0;
    for (name, text) in folder.pages() {
        let document = folder::parse(&name, &text);
        let all = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).collect::<Vec<_>>();
        let mut ids = BTreeSet::new();
        for id in document.descendants().filter_map(|node| node.attribute("id")) {
            assert!(ids.insert(id.to_owned()), "{name}: the id {id} twice");
        }
        assert_eq!(all("html")[0].attribute("lang"), Some("en"), "{name}");
        assert_eq!(all("main").len(), 1, "{name}");
        if name == "index.html" {
            continue;
        }
        assert_eq!(all("h1").len(), 1, "{name}");
        assert!(all("a")[0].attribute("href") == Some("#main"), "{name}: the first link skips the navigation");
        for table in all("table") {
            tables += 1;
            let first = table.first_element_child().unwrap();
            assert!(first.has_tag_name("caption") && !texts(first).is_empty(), "{name}: a table has a caption");
            for head in table.descendants().filter(|node| node.has_tag_name("th")) {
                assert!(head.attribute("scope").is_some(), "{name}: {} has a scope", texts(head));
            }
        }
        for node in document.descendants() {
            if let Some(id) = node.attribute("aria-labelledby") {
                assert!(ids.contains(id), "{name}: {id}");
            }
            if ["select", "input"].iter().any(|tag| node.has_tag_name(*tag)) {
                assert!(node.parent().unwrap().has_tag_name("label"), "{name}: a control has a label");
            }
            if node.has_tag_name("pre") {
                assert_eq!(node.attribute("tabindex"), Some("0"), "{name}: who has no mouse can scroll");
            }
        }
    }
    assert!(tables > 20, "{tables}");
}

#[test]
fn a_failed_vector_shows_both_sides() {
    let suite = suite();
    let report = suite.failing();
    let folder = written(suite, &report);
    let row = report.vectors.iter().find(|row| row.outcome == Outcome::Fail && row.class == "invalid").unwrap();
    let page = folder.read(&format!("vector/{}.html", row.id));
    let document = folder::parse(&row.id, &page);
    let trouble = row.trouble.as_ref().unwrap();
    let section = |id: &str| {
        let found = document.descendants().find(|node| node.attribute("aria-labelledby") == Some(id));
        found.unwrap_or_else(|| panic!("no section {id}"))
    };
    let sides: Vec<Node<'_, '_>> =
        section("trouble").descendants().filter(|node| node.attribute("class") == Some("sides")).collect();
    let [expected, got] = sides[0].children().filter(Node::is_element).collect::<Vec<_>>()[..] else {
        panic!("two sides")
    };
    assert!(texts(expected).contains(&trouble.expected) && texts(got).contains(&trouble.got));
    for side in [expected, got] {
        let marks: Vec<String> = side.descendants().filter(|node| node.has_tag_name("mark")).map(texts).collect();
        assert!(!marks.is_empty() && marks.iter().all(|mark| mark.starts_with('\u{2260}')), "{marks:?}");
    }
    let differences = rows(&document, "Where the answer differs");
    let told: Vec<Vec<String>> =
        trouble.differences.iter().map(|one| vec![one.path.clone(), one.expected.clone(), one.got.clone()]).collect();
    assert_eq!(differences, told);
    assert!(texts(section("trouble")).contains(&trouble.replay));
    assert!(texts(section("alone")).contains(&format!("dashstream conform --testee 'mine' --filter {}", row.id)));
    let clause = report.requirements.iter().find(|one| one.id == row.requirements[0]).unwrap();
    let first_words: String = clause.text.chars().take_while(|c| *c != '`').take(20).collect();
    assert!(texts(section("requirements")).contains(&first_words), "{first_words}");
    // The bytes that the twin has otherwise are marked, in the table and in the annotated bytes.
    assert!(!rows(&document, "Where the bytes of the two differ").is_empty());
    for id in ["twin", "input"] {
        assert!(section(id).descendants().any(|node| node.has_tag_name("mark")), "{id}");
    }
}

#[test]
fn the_bytes_of_a_page_are_those_of_the_vector() {
    let suite = suite();
    let report = suite.passing();
    let folder = written(suite, &report);
    let page = folder.read("vector/body-004-kind-short.html");
    let document = folder::parse("body-004-kind-short", &page);
    let input = document.descendants().find(|node| node.attribute("aria-label") == Some("What goes in")).unwrap();
    let text = texts(input);
    // Behind the margin the lines are those of the file.
    let lines: Vec<&str> = text.lines().map(|line| line.get(7..).unwrap_or_default()).collect();
    assert_eq!(lines[..3], ["bytes: |", "  be                       # magic", "  01                       # version"]);
    assert!(text.contains("   116"), "the margin has the places: {text}");
    let marks: Vec<String> = input.descendants().filter(|node| node.has_tag_name("mark")).map(texts).collect();
    assert_eq!(marks, ["32 fd 3c e1", "57 78 d5 14", "9d 00 00 00", "9d 00 00 00", "02", "05", "0b"]);
    assert!(text.contains("\u{25c2} COLUMN_LEN at 24"), "{text}");
    let twin = rows(&document, "Where the bytes of the two differ");
    let meant: Vec<_> = twin.iter().filter(|row| row[1].contains("the difference")).collect();
    assert_eq!(meant.len(), 1);
    assert_eq!(meant[0][0], "117");
    let follow: Vec<&str> = twin.iter().filter(|row| row[1].contains("follows")).map(|row| row[0].as_str()).collect();
    assert_eq!(follow, ["4", "12", "16", "20"], "checksums and lengths");
    // Neither the place nor the page of its neighbours is lost.
    let near: Vec<&str> = document
        .descendants()
        .filter_map(|node| node.attribute("rel").filter(|rel| *rel != "stylesheet" && *rel != "icon"))
        .collect();
    assert!(!near.is_empty() && near.iter().all(|rel| ["prev", "next"].contains(rel)), "{near:?}");
}

#[test]
fn what_others_write_is_text() {
    let suite = suite();
    let report =
        suite.run(&mut Hostile::default(), Hostile::hello(), &["the testee <script>misbehaved()</script>".to_owned()]);
    for outcome in [Outcome::Fail, Outcome::Crash] {
        assert!(report.counts.get(outcome) > 0, "{:?}", report.counts);
    }
    let folder = written(suite, &report);
    let mut of_testees = matrix(suite);
    for text in [&mut of_testees.verdict, &mut of_testees.sides[0].command, &mut of_testees.pairs[1].first[0].what] {
        *text = fixtures::EVIL.to_owned();
    }
    of_testees.complaints.push(fixtures::EVIL.to_owned());
    write_matrix(of_testees, folder.path()).unwrap();
    let mut seen = 0;
    for (name, text) in folder.pages() {
        let document = folder::parse(&name, &text);
        for node in document.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            assert!(!["img", "b2", "iframe", "object"].contains(&tag), "{name}: {tag}");
            assert!(tag != "script" || node.attribute("src").is_some_and(|src| src.ends_with("script.js")), "{name}");
            assert!(node.attributes().all(|one| !one.name().starts_with("on")), "{name}: {tag}");
        }
        seen += usize::from(texts(document.root()).contains(fixtures::EVIL));
    }
    assert!(seen > 10, "it is shown: {seen}");
    let summary = markdown::render(&report);
    assert!(summary.contains("\\<script") && !summary.replace("\\<", "").contains('<'), "{summary}");
    folder.check_links();
}

#[test]
fn every_clause_is_there_and_a_failed_one_says_so() {
    let suite = suite();
    let report = suite.failing();
    let folder = written(suite, &report);
    let text = folder.read("clauses.html");
    let document = folder::parse("clauses.html", &text);
    let row = |id: &str| {
        document.descendants().find(|node| node.has_tag_name("tr") && node.attribute("id") == Some(id)).unwrap()
    };
    for one in &report.requirements {
        let text = texts(row(&one.id));
        let section = row(&one.id).ancestors().find(|node| node.has_tag_name("section")).unwrap();
        assert!(texts(section).contains(&one.file), "{}: by file", one.id);
        match one.means.as_str() {
            "test" | "review" => assert!(text.contains(&one.proof), "{text}"),
            _ if one.vectors.is_empty() && one.means != "pending" => {
                assert!(text.contains("none of which is in this run"), "{text}")
            }
            _ => {}
        }
        assert_eq!(text.contains("FAILED"), one.state == State::Failed, "{text}");
    }
    let failed = report.requirements.iter().find(|one| one.state == State::Failed).unwrap();
    let shown = texts(row(&failed.id));
    assert!(failed.vectors.iter().any(|id| shown.contains(&format!("failed: {id}")) || shown.contains(id)), "{shown}");
    let skipped = report.vectors.iter().find(|one| one.outcome == Outcome::Skip).unwrap();
    let reason = skipped.reason.as_deref().unwrap();
    assert!(skipped.requirements.iter().any(|id| texts(row(id)).contains(reason)), "{reason}");
    // The totals are those of the rows.
    let total: usize = rows(&document, "Clauses by file of the specification")
        .iter()
        .map(|row| row[1].parse::<usize>().unwrap())
        .sum();
    assert_eq!(total, report.requirements.len());
}

#[test]
fn what_can_be_filtered_by_is_what_the_rows_have() {
    let suite = suite();
    let report = suite.failing();
    let folder = written(suite, &report);
    for (name, total) in [("vectors.html", report.vectors.len()), ("clauses.html", report.requirements.len())] {
        let text = folder.read(name);
        let document = folder::parse(name, &text);
        let rows: Vec<Node<'_, '_>> =
            document.descendants().filter(|node| node.attribute("data-row").is_some()).collect();
        assert_eq!(rows.len(), total, "{name}");
        let form = document.descendants().find(|node| node.has_tag_name("form")).unwrap();
        assert_eq!(form.attribute("hidden"), Some(""), "{name}: without scripts there is no form that does nothing");
        let mut options = 0;
        for select in form.descendants().filter(|node| node.has_tag_name("select")) {
            let attribute = format!("data-{}", select.attribute("name").unwrap());
            for option in
                select.children().filter(|node| node.attribute("value").is_some_and(|value| !value.is_empty()))
            {
                let value = option.attribute("value").unwrap();
                let has =
                    |row: &&Node<'_, '_>| row.attribute(attribute.as_str()).unwrap().split(' ').any(|one| one == value);
                let count = rows.iter().filter(has).count();
                assert!(texts(option).ends_with(&format!("({count})")), "{name} {attribute} {value}: {count}");
                options += 1;
            }
        }
        assert!(options > 10, "{name}: {options}");
    }
    let names: Vec<String> = folder::controls(&folder.read("vectors.html"));
    assert_eq!(names, ["outcome", "operation", "profile", "requirement", "code", "text"]);
}

#[test]
fn run_and_matrix_keep_what_the_other_wrote() {
    let suite = suite();
    let report = suite.passing();
    // First the run.
    let folder = written(suite, &report);
    for page in ["report.html", "matrix.html"] {
        let text = folder.read(page);
        assert!(text.contains("The matrix was not run.") && text.contains("dashstream matrix --report"), "{page}");
    }
    let before: Vec<(String, String)> = folder
        .pages()
        .into_iter()
        .filter(|(name, _)| !["report.html", "matrix.html"].contains(&name.as_str()))
        .collect();
    assert!(before.len() > report.vectors.len());
    write_matrix(matrix(suite), folder.path()).unwrap();
    for (name, text) in &before {
        assert_eq!(folder.read(name), *text, "{name}");
    }
    let both = |folder: &Folder| {
        for page in ["report.html", "matrix.html"] {
            let text = folder.read(page);
            let document = folder::parse(page, &text);
            let pairs = rows(&document, "Pairs: a row for each encoder, a column for each decoder");
            assert_eq!((pairs.len(), pairs[0][2].as_str()), (2, MATRIX_CELL), "{page}");
        }
        assert!(folder.read("report.html").contains(&report.verdict));
        assert!(folder.read("matrix.html").contains("clauses.html"));
        folder.check_links();
    };
    both(&folder);
    // Then the run again.
    write_run(&report, &suite.vectors, folder.path(), false).unwrap();
    both(&folder);
    // And the matrix alone.
    let folder = Folder::new();
    write_matrix(matrix(suite), folder.path()).unwrap();
    assert!(folder.read("report.html").contains("Vectors not run"));
    assert!(!folder.path().join("clauses.html").exists() && !folder.read("matrix.html").contains("clauses.html"));
    folder.check_links();
    write_run(&report, &suite.vectors, folder.path(), false).unwrap();
    both(&folder);
}

#[test]
fn what_another_version_wrote_is_left_alone() {
    let suite = suite();
    let report = suite.passing();
    let folder = written(suite, &report);
    std::fs::write(folder.path().join("matrix.json"), "{\"pairs\": 1}").unwrap();
    std::fs::write(folder.path().join("matrix.html"), "<p>old</p>").unwrap();
    write_run(&report, &suite.vectors, folder.path(), false).unwrap();
    assert_eq!(folder.read("matrix.html"), "<p>old</p>");
    assert!(folder.read("report.html").contains("that this version cannot read"));

    let old = folder.read("report.json").replacen("\"format\": 2", "\"format\": 1", 1);
    std::fs::write(folder.path().join("report.json"), old).unwrap();
    let page = folder.read("report.html");
    write_matrix(matrix(suite), folder.path()).unwrap();
    assert_eq!(folder.read("report.html"), page);
    std::fs::remove_file(folder.path().join("report.html")).unwrap();
    write_matrix(matrix(suite), folder.path()).unwrap();
    assert!(folder.read("report.html").contains("it has format 1, and this version writes 2"));
}

#[test]
fn pages_of_the_run_before_are_gone() {
    let suite = suite();
    let report = suite.passing();
    let folder = written(suite, &report);
    let mine = folder.path().join("vector/notes.html");
    std::fs::write(&mine, "<p>mine</p>").unwrap();
    let mut fewer = report.clone();
    let gone = fewer.vectors.remove(0).id;
    // Nor is a twin that is not in this run.
    fewer.vectors.retain(|row| row.id != "three-records");
    write_run(&fewer, &suite.vectors, folder.path(), false).unwrap();
    assert!(!folder.path().join(format!("vector/{gone}.html")).exists());
    assert!(folder.path().join(format!("vector/{}.html", fewer.vectors[0].id)).exists());
    assert!(mine.exists(), "what is not ours stays");
    std::fs::remove_file(&mine).unwrap();
    folder.check_links();
}

#[test]
fn the_data_is_what_its_schema_says() {
    let suite = suite();
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let hostile = suite.run(&mut Hostile::default(), Hostile::hello(), &["x".to_owned()]);
    for report in [suite.passing(), suite.failing(), hostile] {
        let value = serde_json::to_value(&report).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let back: Report = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&back).unwrap(), value, "it can be read back");
        // Nothing of it is without a word in the schema, and nothing else is allowed.
        let mut more = value;
        more["vectors"][0]["surplus"] = true.into();
        assert!(!validator.is_valid(&more));
    }
}

#[test]
fn the_summary_names_what_did_not_pass() {
    let suite = suite();
    let report = suite.failing();
    let text = markdown::render(&report);
    let failed = report.vectors.iter().find(|row| row.outcome == Outcome::Fail).unwrap();
    let clause = report.requirements.iter().find(|one| one.state == State::Failed).unwrap();
    for part in [report.verdict.as_str(), &failed.id, &clause.id, "| reader |"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!markdown::render(&suite.passing()).contains("did not pass\n"));
}
