//! What a build without zstd and lz4 does with them: `cargo test -p dashstream-codec --no-default-features --test
//! without_codecs`. In a build that has them there is nothing to test here.
#![cfg(not(any(feature = "zstd", feature = "lz4")))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

mod common;

use common::{assemble, encoder, metadata, push_token};
use dashstream_codec::{Class, Code, Codec, Encoder, EncoderConfig, Frame, ReadOptions};
use prost::Message;

const ABSENT: [Codec; 2] = [Codec::Zstd, Codec::Lz4];

// PRE-008
#[test]
fn a_frame_of_a_codec_that_is_not_built_in_is_a_codec_error() {
    for codec in ABSENT {
        assert!(!codec.is_built_in());
        let frame = assemble(&metadata().encode_to_vec(), &[0; 10], |prelude| {
            prelude.codec = codec.number();
            prelude.raw_len = 100;
        });
        let error = common::rejected(&frame);
        assert_eq!((error.code, error.offset, error.requirement), (Code::Codec, 26, "PRE-008"));
        assert_eq!(error.code.class(), Class::Unsupported);
        assert!(Frame::parse(&frame, &ReadOptions::default()).is_err());
    }
}

#[test]
fn an_encoder_of_such_a_codec_is_refused() {
    for codec in ABSENT {
        let refused = Encoder::new(EncoderConfig { codec, ..EncoderConfig::default() }).unwrap_err();
        assert_eq!(refused.code(), Code::Codec);
        assert_eq!(refused.to_string(), format!("CODEC: {} is not part of this build", codec.name()));
    }
}

#[test]
fn codec_none_is_always_there() {
    assert!(Codec::None.is_built_in());
    let mut batch = common::builder();
    push_token(&mut batch, 1);
    let mut frame = Vec::new();
    batch.finish(&mut encoder(Codec::None), &mut frame).unwrap();
    let mut decoder = dashstream_codec::Decoder::new();
    assert_eq!(common::decode(&mut decoder, &frame).unwrap().len(), 1);
}
