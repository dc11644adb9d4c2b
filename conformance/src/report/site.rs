//! The folder of a report. `conform` and `matrix` write into the same one: each keeps what the other has written, and the first page,
//! which shows both, is made anew from the data of both.

use std::io;
use std::path::{Path, PathBuf};

use dashstream_vectors::Vector;
use serde::de::DeserializeOwned;

use super::html::page::{INDEX, SCRIPT, STYLE};
use super::html::vector::Pages;
use super::html::{clauses, matrix as matrix_page, overview, vectors};
use super::model::{FORMAT, Report};
use super::{badge, junit, markdown};
use crate::matrix::model::Matrix;
use crate::progress::Progress;

/// The data of a command in the folder.
#[derive(Debug)]
pub(crate) enum Found<T> {
    /// There is none.
    Absent,
    /// It is not of this version, or is damaged, for this reason.
    Unreadable(String),
    /// It is there.
    Here(T),
}

/// The folder that the pages of vectors are in. It is not `vectors`: the folder of the vectors themselves has that name.
const PAGES: &str = "vector";

/// Writes what a run of `conform` found into a folder, which is made where it is missing. Gives the path of the first page. `set` has
/// the vectors of the run; `live` says whether a person watches.
///
/// # Errors
/// A file cannot be written.
pub fn write_run(report: &Report, set: &[Vector], folder: &Path, live: bool) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    remove_old_pages(folder);
    let matrix = read_matrix(folder);
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text);
    write("report.json", &(serde_json::to_string_pretty(report)? + "\n"))?;
    write("report.md", &markdown::render(report))?;
    write("junit.xml", &junit::render(report))?;
    write("badge.svg", &badge::render(report))?;
    write_common(folder)?;
    write("report.html", &overview::render(report, &matrix))?;
    write("clauses.html", &clauses::render(report))?;
    write("vectors.html", &vectors::render(report))?;
    // A page that was written by another version stays what it is.
    if !matches!(matrix, Found::Unreadable(_)) || !folder.join("matrix.html").exists() {
        write("matrix.html", &matrix_page::render(&matrix, true))?;
    }
    write_pages(report, set, &folder.join(PAGES), live)?;
    Ok(folder.join("report.html"))
}

/// Writes what a run of `matrix` found, likewise.
///
/// # Errors
/// A file cannot be written.
pub fn write_matrix(matrix: Matrix, folder: &Path) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text);
    write("matrix.json", &(serde_json::to_string_pretty(&matrix)? + "\n"))?;
    write("matrix.md", &crate::matrix::markdown::render(&matrix))?;
    write_common(folder)?;
    let report = read_report(folder);
    let matrix = Found::Here(matrix);
    match &report {
        Found::Here(report) => write("report.html", &overview::render(report, &matrix))?,
        Found::Absent => {
            write("report.html", &overview::without_run(&matrix, "No implementation was put through the vectors."))?
        }
        Found::Unreadable(_) if folder.join("report.html").exists() => {}
        Found::Unreadable(why) => {
            let why = format!("There is a report.json here that this version cannot read: {why}.");
            write("report.html", &overview::without_run(&matrix, &why))?;
        }
    }
    write("matrix.html", &matrix_page::render(&matrix, matches!(report, Found::Here(_))))?;
    Ok(folder.join("matrix.html"))
}

/// What all pages need.
fn write_common(folder: &Path) -> io::Result<()> {
    std::fs::write(folder.join("style.css"), STYLE)?;
    std::fs::write(folder.join("script.js"), SCRIPT)?;
    std::fs::write(folder.join("index.html"), INDEX)
}

/// A page for each vector.
fn write_pages(report: &Report, set: &[Vector], folder: &Path, live: bool) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let pages = Pages::new(report, set);
    let progress = Progress::of("pages", Some(report.vectors.len() as u64), live);
    for (row, number) in report.vectors.iter().zip(1..) {
        std::fs::write(folder.join(format!("{}.html", row.id)), pages.render(row))?;
        progress.at(number, 0);
    }
    progress.end();
    Ok(())
}

/// Takes the pages of the run before away, so that none of a vector that is not in this run is left. What is not ours, or cannot be
/// taken away, stays: nothing links to it.
fn remove_old_pages(folder: &Path) {
    let Found::Here(old) = read_report(folder) else { return };
    let plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    for row in old.vectors.iter().filter(|row| plain(&row.id)) {
        let _left = std::fs::remove_file(folder.join(PAGES).join(format!("{}.html", row.id)));
    }
}

fn read_report(folder: &Path) -> Found<Report> {
    match read::<Report>(&folder.join("report.json")) {
        Found::Here(report) if report.format != FORMAT => {
            Found::Unreadable(format!("it has format {}, and this version writes {FORMAT}", report.format))
        }
        found => found,
    }
}

fn read_matrix(folder: &Path) -> Found<Matrix> {
    read(&folder.join("matrix.json"))
}

fn read<T: DeserializeOwned>(path: &Path) -> Found<T> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Found::Absent,
        Err(error) => return Found::Unreadable(error.to_string()),
    };
    match serde_json::from_str(&text) {
        Ok(read) => Found::Here(read),
        Err(error) => Found::Unreadable(error.to_string()),
    }
}
