//! From the keys of a file to typed cases. Each key has to belong to the operation and class.

use crate::model::{
    Case, Class, Content, DecodeCase, DecodeExpect, EncodeCase, EncodeExpect, FileCase, FileExpect, LedgerCase,
    LedgerExpect, Operation,
};
use crate::pipeline::{ConsumerCase, ProducerCase, ProducerExpect, ProducerStep};
use crate::raw::{Given, RawExpect, RawInput, RawVector};
use crate::states::DiffCase;
use crate::stores::StoreCase;
use serde::de::DeserializeOwned;

type Outcome<T> = Result<T, String>;

/// The case that a file describes, and whatever else it says.
pub(crate) fn case_of(raw: RawVector) -> Outcome<(RawHead, Case)> {
    let class = raw.class;
    if raw.operation != Operation::Diff {
        absent("expect.states", raw.expect.states.is_none())?;
    }
    if raw.operation != Operation::Store {
        absent("input.files", raw.input.files.is_none())?;
        absent("expect.threads", raw.expect.threads.is_none())?;
    }
    let case = match raw.operation {
        Operation::Decode => Case::Decode(decode(raw.input, raw.expect, class)?),
        Operation::Encode => Case::Encode(encode(raw.input, raw.expect, class)?),
        Operation::File => Case::File(file(raw.input, raw.expect, class)?),
        Operation::Ledger => Case::Ledger(ledger(raw.input, raw.expect, class)?),
        Operation::Producer => Case::Producer(producer(raw.input, raw.expect, class)?),
        Operation::Consumer => Case::Consumer(consumer(raw.input, raw.expect, class)?),
        Operation::Diff => Case::Diff(diff(raw.input, raw.expect, class)?),
        Operation::Store => Case::Store(store(raw.input, raw.expect, class)?),
    };
    let head = RawHead {
        id: raw.id,
        title: raw.title,
        requirements: raw.requirements,
        operation: raw.operation,
        class,
        needs: raw.needs,
        twin: raw.twin,
    };
    Ok((head, case))
}

/// What does not depend on the operation.
pub(crate) struct RawHead {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) requirements: Vec<String>,
    pub(crate) operation: Operation,
    pub(crate) class: Class,
    pub(crate) needs: Vec<crate::Capability>,
    pub(crate) twin: Option<crate::Twin>,
}

fn decode(input: RawInput, expect: RawExpect, class: Class) -> Outcome<DecodeCase> {
    no_script(&input, &expect)?;
    no_writer_keys(&input)?;
    let RawInput { bytes, limits, tenant, frames, .. } = input;
    absent("input.frames", frames.is_none())?;
    let bytes = match bytes {
        Given::Absent => return Err("input.bytes is missing".to_owned()),
        Given::Null => None,
        Given::Value(bytes) => Some(bytes),
    };
    Ok(DecodeCase { bytes, limits: limits.unwrap_or_default(), tenant, expect: decode_expect(expect, class)? })
}

fn decode_expect(expect: RawExpect, class: Class) -> Outcome<DecodeExpect> {
    no_file_keys(&expect)?;
    no_ledger_keys(&expect)?;
    absent("expect.codec", expect.codec.is_none())?;
    let lints = expect.lints.unwrap_or_default();
    if class == Class::Invalid {
        absent("expect.frame", expect.frame.is_none() && expect.summary.is_none())?;
        absent("expect.lints", lints.is_empty())?;
        let error = expect.error.and_then(crate::raw::RawError::placed);
        let error = error.ok_or("expect.error with code and offset is missing")?;
        let released = expect.released.ok_or("expect.released is missing")?;
        return Ok(DecodeExpect::Rejected { error, released });
    }
    absent("expect.error", expect.error.is_none())?;
    absent("expect.released", expect.released.is_none())?;
    if lints.is_empty() == (class == Class::Lint) {
        return Err("expect.lints has to name lints exactly where the class is lint".to_owned());
    }
    Ok(DecodeExpect::Accepted { content: content(expect.frame, expect.summary)?, lints })
}

fn content(frame: Option<serde_json::Value>, summary: Option<crate::Summary>) -> Outcome<Content> {
    match (frame, summary) {
        (Some(frame), None) => Ok(Content::Frame(frame)),
        (None, Some(summary)) => Ok(Content::Summary(Box::new(summary))),
        (None, None) => Err("expect.frame or expect.summary is missing".to_owned()),
        (Some(_), Some(_)) => Err("expect.frame and expect.summary exclude each other".to_owned()),
    }
}

fn encode(input: RawInput, expect: RawExpect, class: Class) -> Outcome<EncodeCase> {
    no_script(&input, &expect)?;
    no_reader_keys(&input)?;
    let RawInput { bytes, frames, content: given, options, repeat_records, .. } = input;
    absent("input.bytes", matches!(bytes, Given::Absent))?;
    absent("input.frames", frames.is_none())?;
    no_file_keys(&expect)?;
    no_ledger_keys(&expect)?;
    absent("expect.lints", expect.lints.is_none())?;
    absent("expect.released", expect.released.is_none())?;
    let expect = match class {
        Class::Lint => return Err("a lint vector has the operation decode".to_owned()),
        Class::Valid => {
            absent("expect.error", expect.error.is_none())?;
            let codec = expect.codec.ok_or("expect.codec is missing")?;
            EncodeExpect::Accepted { content: content(expect.frame, expect.summary)?, codec }
        }
        Class::Invalid => {
            absent("expect.frame", expect.frame.is_none() && expect.summary.is_none())?;
            absent("expect.codec", expect.codec.is_none())?;
            let codes = expect.error.and_then(crate::raw::RawError::codes);
            EncodeExpect::Refused { codes: codes.ok_or("expect.error with code or codes is missing")? }
        }
    };
    Ok(EncodeCase {
        content: given.ok_or("input.content is missing")?,
        options: options.ok_or("input.options is missing")?,
        repeat_records,
        expect,
    })
}

fn file(input: RawInput, expect: RawExpect, class: Class) -> Outcome<FileCase> {
    no_script(&input, &expect)?;
    no_reader_keys(&input)?;
    no_writer_keys(&input)?;
    let RawInput { bytes, frames, .. } = input;
    absent("input.frames", frames.is_none())?;
    no_frame_keys(&expect)?;
    no_ledger_keys(&expect)?;
    let Given::Value(bytes) = bytes else { return Err("input.bytes is missing".to_owned()) };
    let expect = match class {
        Class::Lint => return Err("a lint vector has the operation decode".to_owned()),
        Class::Invalid => {
            no_file_keys(&expect)?;
            let error = expect.error.and_then(crate::raw::RawError::placed);
            FileExpect::Refused { error: error.ok_or("expect.error with code and offset is missing")? }
        }
        Class::Valid => {
            absent("expect.error", expect.error.is_none())?;
            FileExpect::Read {
                accepted: expect.accepted.ok_or("expect.accepted is missing")?,
                skipped: expect.skipped.ok_or("expect.skipped is missing")?,
                rejected: expect.rejected.ok_or("expect.rejected is missing")?,
                tail: match expect.tail {
                    Given::Absent => return Err("expect.tail is missing".to_owned()),
                    Given::Null => None,
                    Given::Value(tail) => Some(tail),
                },
            }
        }
    };
    Ok(FileCase { bytes, expect })
}

fn ledger(input: RawInput, expect: RawExpect, class: Class) -> Outcome<LedgerCase> {
    no_script(&input, &expect)?;
    no_reader_keys(&input)?;
    no_writer_keys(&input)?;
    let RawInput { bytes, frames, .. } = input;
    absent("input.bytes", matches!(bytes, Given::Absent))?;
    no_frame_keys(&expect)?;
    no_file_keys(&expect)?;
    absent("expect.error", expect.error.is_none())?;
    if class != Class::Valid {
        return Err("a ledger vector has the class valid".to_owned());
    }
    let frames = frames.ok_or("input.frames is missing")?;
    let expect = LedgerExpect {
        verdicts: expect.verdicts.ok_or("expect.verdicts is missing")?,
        end: expect.end.ok_or("expect.end is missing")?,
        accounts: expect.accounts.ok_or("expect.accounts is missing")?,
    };
    if expect.verdicts.len() != frames.len() {
        return Err("expect.verdicts has to have one list for each frame".to_owned());
    }
    Ok(LedgerCase { frames, expect })
}

fn producer(input: RawInput, expect: RawExpect, class: Class) -> Outcome<ProducerCase> {
    absent("expect.steps", expect.steps.is_none())?;
    let expected = ProducerExpect {
        outcomes: expect.outcomes.clone().ok_or("expect.outcomes is missing")?,
        producers: expect.producers.ok_or("expect.producers is missing")?,
        forks: expect.forks.ok_or("expect.forks is missing")?,
    };
    let (settings, steps): (_, Vec<ProducerStep>) = script(input, &expect, class)?;
    let mut next = 0;
    for range in &expected.outcomes {
        if range.first != next || range.count == 0 || range.outcomes.is_empty() {
            return Err("expect.outcomes has to name all offers, in their order".to_owned());
        }
        next += range.count;
    }
    let offered = |step: &ProducerStep| match step {
        ProducerStep::Offer { count, .. } => u64::from(*count),
        _ => 0,
    };
    if steps.iter().map(offered).sum::<u64>() != next {
        return Err("expect.outcomes has to name as many offers as there are".to_owned());
    }
    Ok(ProducerCase { settings, steps, expect: expected })
}

fn consumer(input: RawInput, expect: RawExpect, class: Class) -> Outcome<ConsumerCase> {
    no_producer_keys(&expect)?;
    let events = expect.steps.clone().ok_or("expect.steps is missing")?;
    let (settings, steps): (_, Vec<_>) = script(input, &expect, class)?;
    if events.len() != steps.len() {
        return Err("expect.steps has to have one list for each step".to_owned());
    }
    Ok(ConsumerCase { settings, steps, expect: events })
}

/// Settings and steps of a script, and nothing else.
fn script<S: DeserializeOwned, T: DeserializeOwned>(
    input: RawInput,
    expect: &RawExpect,
    class: Class,
) -> Outcome<(S, Vec<T>)> {
    if class != Class::Valid {
        return Err("a script has the class valid".to_owned());
    }
    no_reader_keys(&input)?;
    no_writer_keys(&input)?;
    let RawInput { bytes, frames, settings, steps, .. } = input;
    absent("input.bytes", matches!(bytes, Given::Absent))?;
    absent("input.frames", frames.is_none())?;
    no_frame_keys(expect)?;
    no_file_keys(expect)?;
    no_ledger_keys(expect)?;
    absent("expect.error", expect.error.is_none())?;
    let settings = serde_json::from_value(settings.ok_or("input.settings is missing")?);
    let steps = serde_json::from_value(steps.ok_or("input.steps is missing")?);
    Ok((
        settings.map_err(|error| format!("input.settings: {error}"))?,
        steps.map_err(|error| format!("input.steps: {error}"))?,
    ))
}

fn diff(input: RawInput, expect: RawExpect, class: Class) -> Outcome<DiffCase> {
    if class != Class::Valid {
        return Err("a vector of states has the class valid".to_owned());
    }
    no_reader_keys(&input)?;
    no_writer_keys(&input)?;
    let RawInput { bytes, frames, settings, steps, .. } = input;
    absent("input.bytes", matches!(bytes, Given::Absent))?;
    absent("input.frames", frames.is_none())?;
    absent("input.settings", settings.is_none())?;
    no_frame_keys(&expect)?;
    no_file_keys(&expect)?;
    no_ledger_keys(&expect)?;
    no_producer_keys(&expect)?;
    absent("expect.error", expect.error.is_none())?;
    absent("expect.steps", expect.steps.is_none())?;
    let steps = serde_json::from_value(steps.ok_or("input.steps is missing")?);
    let steps: Vec<_> = steps.map_err(|error| format!("input.steps: {error}"))?;
    let expect = expect.states.ok_or("expect.states is missing")?;
    if steps.is_empty() || steps.len() != expect.len() {
        return Err("expect.states has as many entries as input.steps, and at least one".to_owned());
    }
    Ok(DiffCase { steps, expect })
}

fn store(input: RawInput, expect: RawExpect, class: Class) -> Outcome<StoreCase> {
    if class != Class::Valid {
        return Err("a vector of stores has the class valid".to_owned());
    }
    no_script(&input, &expect)?;
    no_reader_keys(&input)?;
    no_writer_keys(&input)?;
    let RawInput { bytes, frames, files, .. } = input;
    absent("input.bytes", matches!(bytes, Given::Absent))?;
    absent("input.frames", frames.is_none())?;
    no_frame_keys(&expect)?;
    no_file_keys(&expect)?;
    no_ledger_keys(&expect)?;
    absent("expect.error", expect.error.is_none())?;
    let files = files.ok_or("input.files is missing")?;
    if let Some(file) = files.iter().find(|file| !file.is_inside()) {
        return Err(format!("input.files: {} is no file of the store or of a folder in it", file.path));
    }
    Ok(StoreCase { files, expect: expect.threads.ok_or("expect.threads is missing")? })
}

/// What the caller of a reader says.
fn no_reader_keys(input: &RawInput) -> Outcome<()> {
    absent("input.limits", input.limits.is_none())?;
    absent("input.tenant", input.tenant.is_none())
}

/// What a writer is given.
fn no_writer_keys(input: &RawInput) -> Outcome<()> {
    absent("input.content", input.content.is_none())?;
    absent("input.options", input.options.is_none())?;
    absent("input.repeat_records", input.repeat_records.is_none())
}

fn no_script(input: &RawInput, expect: &RawExpect) -> Outcome<()> {
    absent("input.settings", input.settings.is_none())?;
    absent("input.steps", input.steps.is_none())?;
    absent("expect.steps", expect.steps.is_none())?;
    no_producer_keys(expect)
}

fn no_producer_keys(expect: &RawExpect) -> Outcome<()> {
    absent("expect.outcomes", expect.outcomes.is_none())?;
    absent("expect.producers", expect.producers.is_none())?;
    absent("expect.forks", expect.forks.is_none())
}

fn no_frame_keys(expect: &RawExpect) -> Outcome<()> {
    absent("expect.frame", expect.frame.is_none())?;
    absent("expect.summary", expect.summary.is_none())?;
    absent("expect.lints", expect.lints.is_none())?;
    absent("expect.released", expect.released.is_none())?;
    absent("expect.codec", expect.codec.is_none())
}

fn no_file_keys(expect: &RawExpect) -> Outcome<()> {
    absent("expect.accepted", expect.accepted.is_none())?;
    absent("expect.skipped", expect.skipped.is_none())?;
    absent("expect.rejected", expect.rejected.is_none())?;
    absent("expect.tail", matches!(expect.tail, Given::Absent))
}

fn no_ledger_keys(expect: &RawExpect) -> Outcome<()> {
    absent("expect.verdicts", expect.verdicts.is_none())?;
    absent("expect.end", expect.end.is_none())?;
    absent("expect.accounts", expect.accounts.is_none())
}

fn absent(key: &str, it_is: bool) -> Outcome<()> {
    if it_is { Ok(()) } else { Err(format!("{key} does not belong to this operation and class")) }
}
