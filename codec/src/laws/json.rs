//! The JSON form loses nothing but what its text says.

use super::rebuild::{has_twins, seal};
use super::{Broken, Seen, hold, possible, rebuild, same};
use crate::decode::Decoder;
use crate::error::Code;
use crate::json::{begin_batch, preset_strings, push_record, to_json};
use crate::limits::ReadOptions;
use serde_json::Value;

/// What a frame's JSON form is, after a passage through text, can be written, and is the same frame in its tidy form;
/// a record that was rejected is one that a writer refuses.
///
/// # Errors
///
/// What does not hold.
pub fn json(bytes: &[u8]) -> Result<Seen, Broken> {
    let mut decoder = Decoder::new();
    let batch = match decoder.decode(bytes, &ReadOptions::default()) {
        Ok(batch) => batch,
        Err(error) => return Ok(Seen::rejected(&error)),
    };
    let shown = to_json(&batch);
    let text = shown.to_string();
    let read: Value = possible("the JSON form is JSON", serde_json::from_str(&text))?;
    hold(read == shown, "the JSON form comes through text", || format!("{text} became {read}"))?;
    let part = |key| shown.get(key).ok_or(Broken { law: "the JSON form has three parts", what: text.clone() });
    let records = part("records")?.as_array().map_or(&[][..], Vec::as_slice);
    same("every record is shown", &records.len(), &batch.len())?;
    let mut builder = possible("a frame's JSON can be written", begin_batch(part("header")?, part("metadata")?))?;
    let strings: Vec<Value> = unique(batch.strings().iter());
    possible("a frame's strings can be written", preset_strings(&mut builder, &Value::from(strings)))?;
    for (result, value) in batch.records().zip(records) {
        let pushed = push_record(&mut builder, value).map_err(|error| error.code());
        let expected = if result.error.is_some() { Err(Code::Input) } else { Ok(()) };
        let is_twin = pushed == Err(Code::Payload) && has_twins(&batch);
        hold(pushed == expected || is_twin, "a writer takes the records that a reader accepts", || {
            format!("{pushed:?} for {value}")
        })?;
    }
    let Some(tidy) = rebuild(&batch)? else { return Ok(Seen::accepted()) };
    same_frame(&tidy, &seal(&builder)?, &shown)?;
    Ok(Seen::accepted())
}

/// A table that holds a string twice is written with it once.
fn unique<'s>(strings: impl Iterator<Item = &'s str>) -> Vec<Value> {
    let mut seen = std::collections::BTreeSet::new();
    strings.filter(|text| seen.insert(*text)).map(Value::from).collect()
}

/// The bytes are the same, or but for the bits of doubles that are no numbers, which JSON does not show.
fn same_frame(tidy: &[u8], written: &[u8], shown: &Value) -> Result<(), Broken> {
    if tidy == written {
        return Ok(());
    }
    let law = "the JSON form is the frame in its tidy form";
    hold(shown.to_string().contains("\"NaN\""), law, || format!("other bytes for {shown}"))?;
    let mut decoder = Decoder::new();
    let batch = possible(law, decoder.decode(written, &ReadOptions::default()))?;
    let again = to_json(&batch);
    for part in ["metadata", "records"] {
        same(law, &again.get(part), &shown.get(part))?;
    }
    Ok(())
}
