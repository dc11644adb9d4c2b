//! What a consumer did, against what it had to do: step by step and partition by partition, the dead letters by themselves, for the order
//! of all else is free (`vectors/pipeline.md`).

use std::collections::BTreeSet;

use dashstream_vectors::ConsumerEvent;
use serde_json::{Value, json};

use super::compare::{Difference, compare_at};
use crate::protocol::ConsumerReport;

/// Where the report is another than expected.
pub(super) fn differences(expected: &[Vec<ConsumerEvent>], report: &ConsumerReport) -> Vec<Difference> {
    let mut found = Vec::new();
    compare_at("steps.length", &json!(expected.len()), &json!(report.steps.len()), &mut found);
    for (index, (expected, got)) in expected.iter().zip(&report.steps).enumerate() {
        let partitions: BTreeSet<u32> = expected.iter().chain(got).map(ConsumerEvent::partition).collect();
        for partition in partitions {
            for letters in [false, true] {
                let place = format!("steps[{index}].partition_{partition}{}", if letters { ".letters" } else { "" });
                let (expected, got) = (part(expected, partition, letters), part(got, partition, letters));
                compare_at(&place, &values(&expected, &expected), &values(&got, &expected), &mut found);
            }
        }
    }
    found
}

fn part(events: &[ConsumerEvent], partition: u32, letters: bool) -> Vec<&ConsumerEvent> {
    let of = |event: &&ConsumerEvent| {
        event.partition() == partition && matches!(event, ConsumerEvent::Letter { .. }) == letters
    };
    events.iter().filter(of).collect()
}

/// Events as JSON, without the marks that are free in what is expected at their place.
fn values(events: &[&ConsumerEvent], expected: &[&ConsumerEvent]) -> Value {
    let value = |(index, event): (usize, &&ConsumerEvent)| {
        let mut value = serde_json::to_value(event).unwrap_or(Value::Null);
        let free = matches!(expected.get(index), Some(ConsumerEvent::Hand { repeat: None, .. }));
        if let Some(object) = value.as_object_mut().filter(|_| free) {
            object.shift_remove("repeat");
        }
        value
    };
    events.iter().enumerate().map(value).collect()
}

#[cfg(test)]
mod tests {
    use dashstream_vectors::HandStanding;

    use super::*;

    fn hand(partition: u32, offset: u64, repeat: Option<bool>) -> ConsumerEvent {
        let (standing, verdicts, records) = (HandStanding::New, Vec::new(), vec![1]);
        ConsumerEvent::Hand { partition, offset, standing, repeat, verdicts, records }
    }

    fn letter(offset: u64) -> ConsumerEvent {
        ConsumerEvent::Letter { partition: 0, offset, record: 0, code: "BODY_CRC".to_owned() }
    }

    fn report(steps: Vec<Vec<ConsumerEvent>>) -> ConsumerReport {
        ConsumerReport { steps }
    }

    #[test]
    fn partitions_and_letters_may_come_in_any_order() {
        let expected = [vec![hand(0, 0, None), letter(1), hand(1, 0, None)]];
        let got = report(vec![vec![hand(1, 0, Some(true)), letter(1), hand(0, 0, Some(false))]]);
        assert_eq!(differences(&expected, &got), []);
    }

    #[test]
    fn what_is_missing_twice_out_of_order_or_marked_wrongly_is_found() {
        let expected = [vec![hand(0, 0, Some(true)), hand(0, 1, None), letter(2)]];
        let wrong = [
            vec![hand(0, 0, Some(true)), hand(0, 1, Some(false))],
            vec![hand(0, 0, Some(false)), hand(0, 1, Some(false)), letter(2)],
            vec![hand(0, 0, None), hand(0, 1, Some(false)), letter(2)],
            vec![hand(0, 1, Some(false)), hand(0, 0, Some(true)), letter(2)],
            vec![hand(0, 0, Some(true)), hand(0, 1, Some(false)), letter(2), letter(2)],
            vec![hand(0, 0, Some(true)), hand(0, 1, Some(false)), letter(2), hand(0, 2, None)],
            vec![hand(0, 0, Some(true)), hand(0, 1, Some(false)), letter(2), hand(7, 0, None)],
        ];
        for events in wrong {
            assert_ne!(differences(&expected, &report(vec![events.clone()])), [], "{events:?}");
        }
        assert_ne!(differences(&expected, &report(vec![])), []);
    }
}
