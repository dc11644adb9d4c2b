//! Markdown.

use std::fmt::{self, Write};

use super::goals::Asked;
use super::{Goal, Run, goals};
use crate::lineup::{OURS, OURS_ZSTD3, RECORDS};
use crate::measure::{Measured, Part, RARE, Spread, find};
use crate::{clock, heap};

/// The whole report.
///
/// # Errors
///
/// None, as long as a `String` grows.
pub fn markdown(run: &Run) -> Result<String, fmt::Error> {
    let mut out = String::new();
    head(&mut out, run)?;
    everybody(&mut out, run)?;
    by_length(&mut out, run)?;
    ratios(&mut out, run)?;
    goal_table(&mut out, &goals(run))?;
    notes(&mut out)?;
    Ok(out)
}

fn head(out: &mut String, run: &Run) -> fmt::Result {
    writeln!(out, "# Side by side\n")?;
    writeln!(out, "- corpus: {}", run.corpus)?;
    writeln!(out, "- rounds: {}, interleaved; medians, with min..max in parentheses", run.rounds)?;
    writeln!(out, "- time: {}", clock::NAME)?;
    writeln!(out, "- allocator: {}", heap::NAME)?;
    for bodies in &run.bodies {
        writeln!(out, "- our body before compression, {} a frame: {:.1} B/event", bodies.records, bodies.an_event)?;
    }
    Ok(())
}

/// A number with as many digits as it is worth.
fn number(value: f64) -> String {
    match value {
        _ if value >= 100.0 => thousands(value),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn spread(spread: Spread) -> String {
    format!("{} ({}..{})", number(spread.median), number(spread.min), number(spread.max))
}

fn everybody(out: &mut String, run: &Run) -> fmt::Result {
    writeln!(out, "\n## Frames of {RECORDS} records\n")?;
    writeln!(
        out,
        "`build` makes the library's own messages; allocations are an event's; `peak` is the heap of a new reader with the \
         largest frame, in KiB.\n"
    )?;
    writeln!(
        out,
        "| way | B/event | encode ns | build ns | decode ns | allocations encode | build | decode | peak |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for measured in &run.measured {
        let is_single = !run.measured.iter().any(|other| other.name == measured.name && other.records == RECORDS);
        if measured.records == RECORDS || is_single {
            everybody_row(out, measured)?;
        }
    }
    Ok(())
}

fn everybody_row(out: &mut String, measured: &Measured) -> fmt::Result {
    let Measured { name, records, account, .. } = measured;
    let name = if *records == RECORDS { name.clone() } else { format!("{name} ({records} a frame)") };
    let build = measured.ns(Part::Build);
    let count = |count| format!("{:.2}", measured.an_event(count));
    let has_build = account.build_allocations > 0;
    writeln!(
        out,
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {} |",
        number(measured.bytes()),
        spread(measured.ns(Part::Encode)),
        if has_build { number(build.median) } else { "-".to_owned() },
        spread(measured.ns(Part::Decode)),
        count(account.encode_allocations),
        if has_build { count(account.build_allocations) } else { "-".to_owned() },
        count(account.decode_allocations),
        thousands(account.decode_peak as f64 / 1024.0),
    )
}

fn by_length(out: &mut String, run: &Run) -> fmt::Result {
    writeln!(out, "\n## By records a frame\n")?;
    writeln!(out, "B/event · encode ns · decode ns. Frames below 100 records have a turn in every {RARE}th round.\n")?;
    write!(out, "| way |")?;
    run.sizes.iter().try_for_each(|size| write!(out, " {} |", thousands(*size as f64)))?;
    write!(out, "\n|---|")?;
    run.sizes.iter().try_for_each(|_| write!(out, "--:|"))?;
    writeln!(out)?;
    let mut seen: Vec<&str> = Vec::new();
    for Measured { name, .. } in &run.measured {
        let all = run.sizes.iter().filter(|size| find(&run.measured, name, **size).is_ok()).count();
        if seen.contains(&name.as_str()) || all < run.sizes.len() {
            continue;
        }
        seen.push(name);
        write!(out, "| {name} |")?;
        for size in &run.sizes {
            if let Ok(measured) = find(&run.measured, name, *size) {
                let ns = |part| number(measured.ns(part).median);
                write!(out, " {} · {} · {} |", number(measured.bytes()), ns(Part::Encode), ns(Part::Decode))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn ratios(out: &mut String, run: &Run) -> fmt::Result {
    writeln!(out, "\n## How many times ours, frames of {RECORDS} records\n")?;
    writeln!(
        out,
        "Peers at zstd-3 are compared with {OURS} and, at the same level, with {OURS_ZSTD3}; the ratio of each round, and \
         the median of those. `build + encode` begins with the events, as our encoding does.\n"
    )?;
    writeln!(out, "| way | to | bytes | encode | build + encode | decode |\n|---|---|--:|--:|--:|--:|")?;
    for peer in &run.measured {
        let is_single = peer.records == 1 && find(&run.measured, &peer.name, RECORDS).is_err();
        let is_peer = !peer.name.starts_with("DashStream") && !peer.name.starts_with("limit");
        if !is_peer || !(peer.records == RECORDS || is_single) {
            continue;
        }
        for to in [OURS, OURS_ZSTD3] {
            if to == OURS_ZSTD3 && !peer.name.ends_with("zstd-3") {
                continue;
            }
            let Ok(ours) = find(&run.measured, to, RECORDS) else { continue };
            let ratio = |part, ours_part| spread(peer.ratio(part, ours, ours_part));
            writeln!(
                out,
                "| {} | {to} | {:.2} | {} | {} | {} |",
                peer.name,
                peer.bytes() / ours.bytes(),
                ratio(Part::Encode, Part::Encode),
                ratio(Part::BuildAndEncode, Part::Encode),
                ratio(Part::Decode, Part::Decode),
            )?;
        }
    }
    Ok(())
}

fn goal_table(out: &mut String, goals: &[Goal]) -> fmt::Result {
    writeln!(out, "\n## Goals\n\nOurs is {OURS}, frames of {RECORDS} records unless said.\n")?;
    writeln!(out, "| against | what | asked | measured | |\n|---|---|--:|--:|---|")?;
    for goal in goals {
        let asked = match goal.asked {
            Asked::Least { goal, stretch: None } => format!(">= {goal}"),
            Asked::Least { goal, stretch: Some(stretch) } => format!(">= {goal}, stretch {stretch}"),
            Asked::Most(most) => format!("<= {most}"),
        };
        let Spread { median, min, max } = goal.measured;
        let measured = if min == max { format!("{median:.3}") } else { format!("{median:.2} ({min:.2}..{max:.2})") };
        let verdict = if goal.is_reached() { "reached" } else { "**not reached**" };
        writeln!(out, "| {} | {} | {asked} | {measured} | {verdict} |", goal.against, goal.what)?;
    }
    let reached = goals.iter().filter(|goal| goal.is_reached()).count();
    writeln!(out, "\n{reached} of {} reached.", goals.len())
}

const NOTES: &str = "
## What to keep in mind

- The peers carry a 16-byte id an event, which does not compress; ours is derived from producer, epoch, lane and sequence
  number, which the frame has once.
- Our frames list up to 16 threads and nodes in their metadata, uncompressed, as META-016 asks; `no contexts` is without.
- Our metadata, tenant and prelude are in every frame: one record a frame is where we lose.
- `encode` of the peers begins with the library's own messages, made before. Ours begins with the events.
- Sums of all fields are compared in every round; before the first, every field of every event.
- The heap is Rust's: contexts that zstd allocates in C are in nobody's numbers.
- rkyv's archive is not compressed, and cannot be read in place if it is.
";

fn notes(out: &mut String) -> fmt::Result {
    out.write_str(NOTES)
}

#[cfg(test)]
mod tests {
    use super::{number, thousands};

    #[test]
    fn numbers_have_the_digits_that_they_are_worth() {
        assert_eq!(number(0.126), "0.13");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(1_234_567.8), "1,234,568");
        assert_eq!(thousands(999.4), "999");
    }
}
