//! The cases, and how they become files.

use std::collections::BTreeMap;

use crate::found::Found;
use crate::frame::Frame;
use crate::pieces::Pieces;
use crate::tree::{Edit as _, Tree};
use dashstream_vectors::splice_between;

/// What a reader reports.
pub(crate) type Code = (&'static str, u64);

/// Expectation of a decode case.
#[derive(Debug, Clone)]
pub(crate) enum Expect {
    Accept { content: Tree, summary: bool, lints: Vec<&'static str> },
    Reject(Code),
}

/// A vector that is being made.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) area: &'static str,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) requirements: Vec<&'static str>,
    pub(crate) operation: &'static str,
    pub(crate) class: &'static str,
    pub(crate) needs: Vec<&'static str>,
    pub(crate) input: Tree,
    pub(crate) expect: Tree,
    pub(crate) twin: Option<String>,
    /// Decode: the bytes, to find the splice.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// All cases by id, and the vectors that are kept as they were found.
#[derive(Default)]
pub(crate) struct Suite {
    pub(crate) cases: BTreeMap<String, Case>,
    pub(crate) found: BTreeMap<String, Found>,
}

/// Decode input that is more than a frame's own bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    pub(crate) limits: Vec<(&'static str, u64)>,
    pub(crate) tenant: Option<&'static str>,
}

/// Area, id, title and requirements of a case.
pub(crate) type Head<'a> = (&'static str, &'a str, &'a str, &'a [&'static str]);

impl Suite {
    pub(crate) fn add(&mut self, case: Case) {
        assert!(!case.requirements.is_empty(), "{} names no requirement", case.id);
        let id = case.id.clone();
        assert!(self.cases.insert(id.clone(), case).is_none(), "the id {id} is used twice");
    }

    /// A frame that is accepted and tidy.
    pub(crate) fn accept(&mut self, head: Head<'_>, frame: &Frame) {
        self.lint(head, frame, &[]);
    }

    /// A frame that is accepted, with lints.
    pub(crate) fn lint(&mut self, head: Head<'_>, frame: &Frame, lints: &[&'static str]) {
        let summary = frame.record_count > 64;
        let content = if summary { frame.summary() } else { frame.json() };
        let expect = Expect::Accept { content, summary, lints: lints.to_vec() };
        self.decode(head, Some(&frame.pieces()), &needs(frame), Given::default(), expect, None);
    }

    /// A frame of which some records are rejected; it has a twin.
    pub(crate) fn partly(&mut self, head: Head<'_>, frame: &Frame, lints: &[&'static str], twin: &str) {
        let expect = Expect::Accept { content: frame.json(), summary: false, lints: lints.to_vec() };
        self.decode(head, Some(&frame.pieces()), &needs(frame), Given::default(), expect, Some(twin));
    }

    /// A frame that is accepted under limits or with a tenant.
    pub(crate) fn accept_given(&mut self, head: Head<'_>, frame: &Frame, given: Given) {
        let expect = Expect::Accept { content: frame.json(), summary: false, lints: Vec::new() };
        self.decode(head, Some(&frame.pieces()), &needs(frame), given, expect, None);
    }

    /// A frame that is rejected.
    pub(crate) fn reject(&mut self, head: Head<'_>, frame: &Frame, code: Code, twin: &str) {
        self.decode(head, Some(&frame.pieces()), &needs(frame), Given::default(), Expect::Reject(code), Some(twin));
    }

    /// A frame that is rejected under limits or with a tenant.
    pub(crate) fn reject_given(&mut self, head: Head<'_>, frame: &Frame, given: Given, code: Code, twin: &str) {
        self.decode(head, Some(&frame.pieces()), &needs(frame), given, Expect::Reject(code), Some(twin));
    }

    /// Bytes that are rejected.
    pub(crate) fn reject_bytes(
        &mut self,
        head: Head<'_>,
        bytes: &Pieces,
        needs: &[&'static str],
        code: Code,
        twin: &str,
    ) {
        self.decode(head, Some(bytes), needs, Given::default(), Expect::Reject(code), Some(twin));
    }

    pub(crate) fn decode(
        &mut self,
        (area, id, title, requirements): Head<'_>,
        bytes: Option<&Pieces>,
        needs: &[&'static str],
        given: Given,
        expect: Expect,
        twin: Option<&str>,
    ) {
        let mut input = Tree::map([("bytes", bytes.map_or(Tree::Null, |pieces| Tree::Bytes(pieces.clone())))]);
        if !given.limits.is_empty() {
            let limits = given.limits.iter().map(|(key, value)| ((*key).to_owned(), Tree::Int((*value).into())));
            input.set("limits", Tree::Map(limits.collect()));
        }
        if let Some(tenant) = given.tenant {
            input.set("tenant", Tree::text(tenant));
        }
        let (class, expect) = decode_expect(expect);
        self.add(Case {
            area,
            id: id.to_owned(),
            title: title.to_owned(),
            requirements: requirements.to_vec(),
            operation: "decode",
            class,
            needs: needs.to_vec(),
            input,
            expect,
            twin: twin.map(str::to_owned),
            bytes: Some(bytes.map(Pieces::to_vec).unwrap_or_default()),
        });
    }

    /// A case of another operation than decode.
    pub(crate) fn other(
        &mut self,
        head: Head<'_>,
        operation: &'static str,
        class: &'static str,
        input: Tree,
        expect: Tree,
        needs: &[&'static str],
    ) {
        let (area, id, title, requirements) = head;
        self.add(Case {
            area,
            id: id.to_owned(),
            title: title.to_owned(),
            requirements: requirements.to_vec(),
            operation,
            class,
            needs: needs.to_vec(),
            input,
            expect,
            twin: None,
            bytes: None,
        });
    }

    /// The file of a case.
    pub(crate) fn tree(&self, case: &Case) -> Tree {
        let texts = |list: &[&'static str]| Tree::List(list.iter().map(|text| Tree::text(*text)).collect());
        let mut out = Tree::map([
            ("id", Tree::text(&case.id)),
            ("title", Tree::text(&case.title)),
            ("requirements", texts(&case.requirements)),
            ("operation", Tree::text(case.operation)),
            ("class", Tree::text(case.class)),
        ]);
        if !case.needs.is_empty() {
            out.set("needs", texts(&case.needs));
        }
        out.set("input", case.input.clone());
        out.set("expect", case.expect.clone());
        if let Some(twin) = &case.twin {
            out.set("twin", self.twin(case, twin));
        }
        out
    }

    fn twin(&self, case: &Case, id: &str) -> Tree {
        let twin =
            self.cases.get(id).unwrap_or_else(|| panic!("{} names the twin {id}, which does not exist", case.id));
        assert_ne!(twin.class, "invalid", "the twin of {} is accepted", case.id);
        let (Some(old), Some(new)) = (&twin.bytes, &case.bytes) else { panic!("{} cannot have a twin", case.id) };
        let splice = splice_between(old, new);
        let number = |value: usize| Tree::Int(value as i128);
        Tree::map([
            ("id", Tree::text(id)),
            ("at", number(splice.at)),
            ("remove", number(splice.remove)),
            ("insert", number(splice.insert)),
        ])
    }
}

fn decode_expect(expect: Expect) -> (&'static str, Tree) {
    match expect {
        Expect::Reject((code, offset)) => {
            let error = Tree::map([("code", Tree::text(code)), ("offset", Tree::Int(offset.into()))]);
            ("invalid", Tree::map([("error", error), ("released", Tree::Int(0))]))
        }
        Expect::Accept { content, summary, lints } => {
            let mut out = Tree::map([(if summary { "summary" } else { "frame" }, content)]);
            if lints.is_empty() {
                return ("valid", out);
            }
            out.set("lints", Tree::List(lints.iter().map(|lint| Tree::text(*lint)).collect()));
            ("lint", out)
        }
    }
}

/// Capabilities that a reader needs to see what is to be seen in a frame.
pub(crate) fn needs(frame: &Frame) -> Vec<&'static str> {
    match frame.codec {
        1 => vec!["zstd"],
        2 => vec!["lz4"],
        _ => Vec::new(),
    }
}
