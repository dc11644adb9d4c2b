//! The ways in which JSON can say one value.

use super::scene::{PLAIN, Scene, content, head, one};
use crate::build::Builder;
use crate::tree::Tree;

pub(crate) fn add(scene: &mut Scene<'_>) {
    accepted(scene);
    refused(scene);
}

fn accepted(scene: &mut Scene<'_>) {
    let mut builder = Builder::new();
    builder.record(5, |record| {
        record.payload(|node| node.u32(1, "attempt", 7));
    });
    builder.record(6, |record| {
        record.payload(|beat| beat.u64(1, "interval_us", 7));
    });
    builder.record(11, |record| {
        record.payload(|chunk| chunk.text(4, b"ab"));
    });
    builder.record(43, |record| {
        record.payload(|setting| {
            setting.double(2, "before", 7.0);
            setting.double(3, "after", -0.0);
        });
    });
    let frame = builder.frame();
    let mut forms = content(&frame);
    let records = forms.get_mut("records");
    let mut payload = |index: usize, values: &[(&str, Tree)]| {
        let payload = records.item_mut(index).get_mut("payload");
        values.iter().for_each(|(key, value)| payload.set(key, value.clone()));
    };
    payload(0, &[("attempt", Tree::Double(7.0)), ("step", Tree::Int(0)), ("attributes", Tree::List(vec![]))]);
    payload(1, &[("interval_us", Tree::text("007"))]);
    payload(2, &[("text_hex", Tree::text("6162")), ("final", Tree::Bool(false))]);
    payload(3, &[("before", Tree::Int(7)), ("detail", Tree::text(""))]);
    records.item_mut(2).get_mut("payload").unset("text");
    scene.accept(
        head(
            "encode-forms-of-values",
            "7.0 for 7, 7 for 7.0, zeros in front, explicit defaults, and text as digits",
            &["JSON-001", "WRT-003"],
        ),
        forms,
        &frame,
        PLAIN,
        0,
    );
}

fn refused(scene: &mut Scene<'_>) {
    let cases = [
        ("number-minus-zero", "An attempt of -0.0", 5, "attempt", Tree::Double(-0.0), "INPUT"),
        ("digits-minus-zero", "An interval of -0", 6, "interval_us", Tree::text("-0"), "INPUT"),
        ("digits-plus", "An interval of +7", 6, "interval_us", Tree::text("+7"), "INPUT"),
        ("digits-space", "An interval with a space in front", 6, "interval_us", Tree::text(" 7"), "INPUT"),
        ("digits-empty", "An interval of no digits", 6, "interval_us", Tree::text(""), "INPUT"),
        ("digits-number", "An interval that is a number", 6, "interval_us", Tree::Int(7), "INPUT"),
        ("ref-empty", "An empty text where a ref is needed", 11, "model", Tree::text(""), "STRING_TABLE"),
        ("hex-upper-case", "Hexadecimal digits in upper case", 11, "text_hex", Tree::text("FF"), "INPUT"),
        ("hex-odd", "Hexadecimal digits in an odd number", 11, "text_hex", Tree::text("f"), "INPUT"),
    ];
    for (name, title, kind, key, value, code) in cases {
        let frame = one(kind, |_| ());
        scene.refuse(&format!("encode-refuse-{name}"), title, &frame, &[code], |content| {
            super::scene::payload(content).set(key, value.clone());
        });
    }
    let signed = [("signed-minus-zero", "-0"), ("signed-63-bits", "9223372036854775808")];
    for (name, digits) in signed {
        let frame = one(21, |_| ());
        let values = [("int_name", Tree::text("a")), ("int_value", Tree::text(digits))];
        scene.refuse(
            &format!("encode-refuse-{name}"),
            &format!("A sint64 of {digits}"),
            &frame,
            &["INPUT"],
            |content| {
                for (key, value) in values.clone() {
                    super::scene::payload(content).set(key, Tree::List(vec![value]));
                }
            },
        );
    }
    let frame = one(5, |_| ());
    scene.refuse("encode-refuse-error", "A record that was rejected", &frame, &["INPUT"], |content| {
        let error = Tree::map([("code", Tree::text("PAYLOAD")), ("offset", Tree::Int(0))]);
        super::scene::record(content).set("error", error);
    });
}
