//! A plot in SVG: bytes and time by records a frame, both axes logarithmic.

use std::fmt::{self, Write};

use super::Run;
use super::goals::names::{ANCESTOR, ARROW, KAFKA, OTLP};
use crate::lineup::OURS;
use crate::measure::{Measured, Part};

/// Who is drawn, and in which colour.
const SERIES: [(&str, &str); 10] = [
    ("DashStream, none", "#7fb3d5"),
    ("DashStream, lz4", "#2e86c1"),
    (OURS, "#1b4f72"),
    ("prost rows, zstd-3", "#af7ac5"),
    (OTLP, "#e67e22"),
    (KAFKA, "#27ae60"),
    (ARROW, "#c0392b"),
    ("Avro, zstd-3", "#a04000"),
    ("JSON Lines, zstd-3", "#7f8c8d"),
    (ANCESTOR, "#000000"),
];

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 44.0;
const GAP: f64 = 76.0;

type Value = fn(&Measured) -> f64;

const PANELS: [(&str, Value); 3] = [
    ("bytes an event", |measured| measured.bytes()),
    ("encode, ns an event", |measured| measured.ns(Part::Encode).median),
    ("decode, ns an event", |measured| measured.ns(Part::Decode).median),
];

/// The plot.
///
/// # Errors
///
/// None, as long as a `String` grows.
pub fn plot(run: &Run) -> Result<String, fmt::Error> {
    let mut out = String::new();
    let width = LEFT + 3.0 * WIDTH + 2.0 * GAP + 24.0;
    let height = TOP + HEIGHT + 60.0 + 22.0 * (SERIES.len() as f64 / 4.0).ceil();
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">"#
    )?;
    writeln!(out, r#"<rect width="{width}" height="{height}" fill="white"/>"#)?;
    writeln!(out, r#"<text x="{LEFT}" y="18" font-size="14">{}</text>"#, escape(&run.corpus))?;
    for (index, (title, value)) in PANELS.iter().enumerate() {
        let x = LEFT + index as f64 * (WIDTH + GAP);
        Panel::new(run, x, *value).draw(&mut out, run, title)?;
    }
    legend(&mut out)?;
    writeln!(out, "</svg>")?;
    Ok(out)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn drawn<'r>(run: &'r Run, name: &'r str) -> impl Iterator<Item = &'r Measured> {
    run.measured.iter().filter(move |measured| measured.name == name)
}

/// One of the three.
struct Panel {
    x: f64,
    value: Value,
    /// Exponents of ten at both ends.
    across: (f64, f64),
    up: (f64, f64),
}

impl Panel {
    fn new(run: &Run, x: f64, value: Value) -> Self {
        let all = || SERIES.iter().flat_map(|(name, _)| drawn(run, name));
        let last = run.sizes.iter().max().map_or(1.0, |size| (*size as f64).log10());
        let values = || all().map(value).filter(|value| *value > 0.0).map(f64::log10);
        let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        Self { x, value, across: (0.0, last.max(1.0)), up: ((low * 4.0).floor() / 4.0, (high * 4.0).ceil() / 4.0) }
    }

    fn place(&self, records: f64, value: f64) -> (f64, f64) {
        let share = |value: f64, (low, high): (f64, f64)| (value.log10() - low) / (high - low);
        (self.x + WIDTH * share(records, self.across), TOP + HEIGHT * (1.0 - share(value, self.up)))
    }

    fn draw(&self, out: &mut String, run: &Run, title: &str) -> fmt::Result {
        writeln!(out, r#"<text x="{:.1}" y="36" font-weight="bold">{title}</text>"#, self.x)?;
        self.grid(out, run)?;
        for (name, colour) in SERIES {
            let width = if name.starts_with("DashStream") { 2.5 } else { 1.5 };
            let mut points: Vec<(f64, f64)> =
                drawn(run, name).map(|measured| self.place(measured.records as f64, (self.value)(measured))).collect();
            let mut dashes = "";
            if let [(_, y)] = *points.as_slice() {
                // One message a payload, however many there are.
                points = vec![(self.x, y), (self.x + WIDTH, y)];
                dashes = r#" stroke-dasharray="6 4""#;
            }
            let line: String = points.iter().map(|(x, y)| format!("{x:.1},{y:.1} ")).collect();
            writeln!(
                out,
                r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>"#,
                line.trim_end()
            )?;
        }
        Ok(())
    }

    fn grid(&self, out: &mut String, run: &Run) -> fmt::Result {
        for size in &run.sizes {
            let (x, _) = self.place(*size as f64, 1.0);
            let bottom = TOP + HEIGHT;
            writeln!(out, r##"<line x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{bottom}" stroke="#ddd"/>"##)?;
            writeln!(out, r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{size}</text>"#, bottom + 16.0)?;
        }
        for value in ticks(self.up) {
            let (_, y) = self.place(1.0, value);
            let right = self.x + WIDTH;
            writeln!(out, r##"<line x1="{:.1}" y1="{y:.1}" x2="{right:.1}" y2="{y:.1}" stroke="#ddd"/>"##, self.x)?;
            writeln!(out, r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{value}</text>"#, self.x - 6.0, y + 4.0)?;
        }
        let middle = self.x + WIDTH / 2.0;
        writeln!(
            out,
            r#"<text x="{middle:.1}" y="{:.1}" text-anchor="middle">records a frame</text>"#,
            TOP + HEIGHT + 34.0
        )
    }
}

/// 1, 2 and 5 times the powers of ten between two of them.
fn ticks((low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    let decades = (0..7).flat_map(|decade| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(decade)));
    decades.filter(move |value| (low..=high).contains(&value.log10()))
}

fn legend(out: &mut String) -> fmt::Result {
    for (index, (name, colour)) in SERIES.into_iter().enumerate() {
        let (x, y) = (LEFT + (index % 4) as f64 * 300.0, TOP + HEIGHT + 60.0 + (index / 4) as f64 * 22.0);
        writeln!(out, r#"<rect x="{x:.1}" y="{:.1}" width="22" height="4" fill="{colour}"/>"#, y - 6.0)?;
        writeln!(out, r#"<text x="{:.1}" y="{y:.1}">{}</text>"#, x + 30.0, escape(name))?;
    }
    Ok(())
}
