//! The ways in which JSON can say one value.

use super::scene::{PLAIN, Scene, content, head, one};
use crate::build::{Builder, TOP};
use crate::tree::{Edit as _, Tree};

pub(crate) fn add(scene: &mut Scene<'_>) {
    accepted(scene);
    zeros(scene);
    refused(scene);
    keys(scene);
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
        record.payload(|chunk| chunk.text(3, b"ab"));
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
    let numbers = one(21, |metrics| {
        metrics.references(1, "int_name", &["a", "b", "c"]);
        metrics.signed(2, "int_value", &[-7, 0, 7]);
    });
    let mut zeros = content(&numbers);
    let digits = ["-007", "00", "007"].map(Tree::text).to_vec();
    super::scene::payload(&mut zeros).set("int_value", Tree::List(digits));
    let head = head("encode-signed-zeros-in-front", "Values of a sint64 with zeros in front", &["JSON-001", "WRT-003"]);
    scene.accept(head, zeros, &numbers, PLAIN, 0);
}

/// Packed fields of nothing but zeros are no defaults.
fn zeros(scene: &mut Scene<'_>) {
    let mut builder = Builder::new();
    builder.record(9, |record| {
        record.payload(|edge| edge.references(2, "to", &[""]));
    });
    builder.record(21, |record| {
        record.payload(|metrics| {
            metrics.references(1, "int_name", &["none"]);
            metrics.signed(2, "int_value", &[0]);
        });
    });
    scene.same(
        head("encode-packed-zeros", "A list of one null, and one of one 0", &["JSON-001", "WRT-003"]),
        &builder.frame(),
    );
}

fn refused(scene: &mut Scene<'_>) {
    let top = TOP as f64;
    let cases = [
        ("number-minus-zero", "An attempt of -0.0", 5, "attempt", Tree::Double(-0.0), "INPUT"),
        ("number-point-53-bits", "An attempt of 9007199254740991.0", 5, "attempt", Tree::Double(top), "PAYLOAD"),
        ("number-point-54-bits", "An attempt of 9007199254740992.0", 5, "attempt", Tree::Double(top + 1.0), "INPUT"),
        ("digits-minus-zero", "An interval of -0", 6, "interval_us", Tree::text("-0"), "INPUT"),
        ("digits-plus", "An interval of +7", 6, "interval_us", Tree::text("+7"), "INPUT"),
        ("digits-space", "An interval with a space in front", 6, "interval_us", Tree::text(" 7"), "INPUT"),
        ("digits-empty", "An interval of no digits", 6, "interval_us", Tree::text(""), "INPUT"),
        ("digits-number", "An interval that is a number", 6, "interval_us", Tree::Int(7), "INPUT"),
        ("ref-empty", "An empty text where a ref is needed", 11, "model", Tree::text(""), "STRING_TABLE"),
        ("hex-upper-case", "Hexadecimal digits in upper case", 11, "text_hex", Tree::text("FF"), "INPUT"),
        ("text-hex-elsewhere", "text_hex in a message without text", 5, "text_hex", Tree::text("61"), "INPUT"),
        ("hex-odd", "Hexadecimal digits in an odd number", 11, "text_hex", Tree::text("f"), "INPUT"),
    ];
    for (name, title, kind, key, value, code) in cases {
        let frame = one(kind, |_| ());
        scene.refuse(&format!("encode-refuse-{name}"), title, &frame, &[code], |content| {
            super::scene::payload(content).set(key, value.clone());
        });
    }
    let signed =
        [("signed-minus-zero", "-0"), ("signed-minus-zeros", "-00"), ("signed-63-bits", "9223372036854775808")];
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
}

/// Keys that the form does not have.
fn keys(scene: &mut Scene<'_>) {
    let frame = one(5, |_| ());
    scene.refuse("encode-refuse-error", "A record that was rejected", &frame, &["INPUT"], |content| {
        let error = Tree::map([("code", Tree::text("PAYLOAD")), ("offset", Tree::Int(0))]);
        super::scene::record(content).set("error", error);
    });
    scene.refuse("encode-refuse-frame-key", "A key beside records", &frame, &["INPUT"], |content| {
        content.set("strings", Tree::List(vec![]));
    });
    scene.refuse("encode-refuse-header-key", "A key in the header that no header has", &frame, &["INPUT"], |content| {
        content.get_mut("header").set("base_time_us", Tree::text("0"));
    });
    scene.refuse("encode-refuse-record-key", "A key in a record that no record has", &frame, &["INPUT"], |content| {
        super::scene::record(content).set("name", Tree::text("NODE_START"));
    });
}
