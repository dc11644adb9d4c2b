//! The report on a terminal, or in a log.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::coverage::State;
use super::model::{Report, TroubleRow, VectorRow};
use crate::runner::account::Outcome;

/// How many vectors that did not pass are shown in full.
const SHOWN: usize = 20;

/// Where text for a person goes.
pub struct Console<'w> {
    /// Takes the text.
    pub out: &'w mut dyn Write,
    /// Whether it may have colours.
    pub colour: bool,
    /// Whether a person watches: progress is shown.
    pub live: bool,
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Console").field("colour", &self.colour).field("live", &self.live).finish_non_exhaustive()
    }
}

impl Console<'_> {
    /// The text in a style, where colours are allowed.
    #[must_use]
    pub fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A line.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }
}

/// Green: it is well.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Red: it is not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Yellow: look at it.
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
/// Less important.
pub const DIM: Style = Style::new().dimmed();

/// Everything but the last line.
///
/// # Errors
/// It cannot be written.
pub fn render(report: &Report, console: &mut Console<'_>) -> io::Result<()> {
    let trouble = report.vectors.iter().filter_map(|vector| vector.trouble.as_ref().map(|trouble| (vector, trouble)));
    let (known, new): (Vec<_>, Vec<_>) = trouble.partition(|(vector, _)| vector.known_failure);
    for (vector, trouble) in new.iter().take(SHOWN) {
        let word = vector.outcome.name().to_uppercase();
        let head = format!("{} {}  {}", console.paint(BAD, &word), vector.id, vector.title);
        console.line(&head)?;
        console.line(trouble_text(vector, trouble).trim_end())?;
        console.line("")?;
    }
    if new.len() > SHOWN {
        console.line(&format!("... and {} more that did not pass\n", new.len() - SHOWN))?;
    }
    for (vector, _) in known {
        let word = console.paint(DOUBTFUL, "known failure");
        console.line(&format!("{word} {}  {}", vector.id, vector.title))?;
    }
    for complaint in &report.complaints {
        let word = console.paint(BAD, "TESTEE");
        console.line(&format!("{word} {complaint}"))?;
    }
    warnings(report, console)?;
    summary(report, console)
}

/// What is known of a delivery that did not pass.
#[must_use]
pub fn trouble_text(vector: &VectorRow, trouble: &TroubleRow) -> String {
    let mut lines = vec![
        format!("  requirements  {}", vector.requirements.join(", ")),
        format!("  delivery      {}", trouble.delivery),
        format!("  expected      {}", trouble.expected),
        format!("  got           {}", trouble.got),
    ];
    for one in &trouble.differences {
        lines.push(format!("  at {}: expected {}, got {}", one.path, one.expected, one.got));
    }
    if let Some(hex) = &trouble.hex {
        lines.extend(hex.lines().map(|line| format!("    {line}")));
    }
    if !trouble.stderr.trim().is_empty() {
        lines.push("  stderr".to_owned());
        lines.extend(trouble.stderr.trim_end().lines().map(|line| format!("    {line}")));
    }
    lines.push(format!("  replay        {}", trouble.replay));
    lines.join("\n") + "\n"
}

fn warnings(report: &Report, console: &mut Console<'_>) -> io::Result<()> {
    let warned: Vec<&VectorRow> = report.vectors.iter().filter(|vector| !vector.warnings.is_empty()).collect();
    for vector in warned.iter().take(SHOWN) {
        let word = console.paint(DOUBTFUL, "warning");
        console.line(&format!("{word} {}: {}", vector.id, vector.warnings.join("; ")))?;
    }
    if warned.len() > SHOWN {
        console.line(&format!("... and {} more with warnings", warned.len() - SHOWN))?;
    }
    Ok(())
}

fn summary(report: &Report, console: &mut Console<'_>) -> io::Result<()> {
    let testee = &report.testee;
    console.line(&format!(
        "testee    {} {} ({}); capabilities: {}",
        testee.implementation,
        testee.version,
        testee.language,
        testee.capabilities.join(", ")
    ))?;
    console.line(&format!(
        "vectors   {} in the set, manifest {}",
        report.suite.vectors,
        report.suite.manifest_digest.get(..16).unwrap_or(&report.suite.manifest_digest)
    ))?;
    for profile in report.profiles.iter().filter(|profile| profile.counts.total > 0) {
        let counts = &profile.counts;
        let mut line = format!("{:<9} {} of {} passed", profile.name, counts.pass, counts.total);
        if counts.pass < counts.total {
            line.push_str(&format!(" ({})", counts.others()));
        }
        console.line(&line)?;
    }
    let with = |state: State| report.requirements.iter().filter(|one| one.state == state).count();
    let states: Vec<String> = State::ALL
        .into_iter()
        .filter(|state| with(*state) > 0)
        .map(|state| format!("{} {}", with(state), state.text()))
        .collect();
    console.line(&format!("clauses   {} requirements: {}", report.requirements.len(), states.join(", ")))?;
    let counts = &report.counts;
    let all: Vec<String> =
        Outcome::ALL.into_iter().map(|outcome| format!("{} {}", counts.get(outcome), outcome.name())).collect();
    console.line(&format!(
        "account   {} = {}; {} deliveries in {}.{:01} s",
        counts.total,
        all.join(" + "),
        report.deliveries,
        report.milliseconds / 1000,
        report.milliseconds % 1000 / 100
    ))
}
