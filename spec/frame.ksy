# Informative: where this file and the text differ, the text rules.
meta:
  id: dashstream_frame
  title: DashStream frame, version 1
  license: Apache-2.0 OR MIT
  ks-version: '0.11'
  encoding: UTF-8
  endian: le

doc: |
  One frame: a prelude of 64 bytes, the metadata, the body (spec/frame.md).

  This describes where things are; it is no validator. The magic byte, the ends of the input, and what leaves a protobuf
  field without a known length are checked, because nothing can be found behind them; and that no length is above the
  greatest of a body (PRE-012), because there are runtimes that cut lengths to 32 bits. All else is not: the checksums
  (PRE-004, FRM-006, FRM-007), limits and ranges (PRE-009 to PRE-024 but for PRE-012, FRM-001 to FRM-003), bytes behind the frame (FRM-005),
  the rules of metadata.md and body.md, repeated fields and wire types (WIRE-004, WIRE-005), the range of values
  (WIRE-009 to WIRE-012), and the payloads, which stay bytes. A frame that this parses may have to be refused.

  Metadata and body are protobuf messages and are read when they are asked for, so that the parts of a frame are found even
  where what is in them is damaged.

  Languages whose numbers are doubles (JavaScript) have u8 exactly up to 2^53 - 1. base_sequence of a valid frame is not
  above it (PRE-020), nor is any varint that the text lets through (WIRE-011, WIRE-012).
doc-ref: spec/frame.md

seq:
  - id: prelude
    size: 64
    type: prelude
    doc-ref: spec/prelude.md
  - id: metadata
    size: prelude.metadata_len
    type:
      switch-on: prelude.knows_metadata
      cases:
        true: metadata
    doc: Bytes where the version is another. metadata_crc is the CRC32C of the whole of it.
    doc-ref: spec/metadata.md; FRM-006
  - id: body
    size: prelude.body_len
    type:
      switch-on: prelude.knows_body
      cases:
        true: body
    doc: |
      The body as it is stored; body_crc is the CRC32C of the whole of it. With codec none it is opened here. Otherwise it
      stays bytes. To open them, check them as codecs.md says (ZST-001 to ZST-018, LZ4-001 and after), decompress them, zstd
      as one frame of RFC 8878, lz4 as one block without a size prefix into raw_len bytes, and parse what comes out with the
      type `body`. There is no `process` for that: the class behind it would have to be written for each language, it would
      decompress before anything is checked, and lz4 needs raw_len.
    doc-ref: spec/body.md; spec/codecs.md; FRM-007

types:
  prelude:
    doc: The same in every version (PRE-005).
    seq:
      - id: magic
        contents: [0xbe]
        doc-ref: PRE-002
      - id: version
        type: u1
        doc-ref: PRE-005
      - id: critical_flags
        type: u1
        doc-ref: spec/prelude.md, Flags; PRE-006
      - id: ancillary_flags
        type: u1
        doc-ref: spec/prelude.md, Flags; PRE-025
      - id: prelude_crc
        type: u4
        doc: CRC32C of prelude_crc_head followed by prelude_crc_tail.
        doc-ref: PRE-004
      - id: metadata_crc
        type: u4
        doc-ref: FRM-006
      - id: body_crc
        type: u4
        doc-ref: FRM-007
      - id: body_len
        type: u4
        valid:
          max: 8_388_608
        doc: 1..8,388,608
        doc-ref: PRE-011, PRE-012
      - id: raw_len
        type: u4
        doc: Bytes of the body after decompression, 1..8,388,608.
        doc-ref: PRE-013 to PRE-016
      - id: metadata_len
        type: u2
        doc: 1..16,384
        doc-ref: PRE-009, PRE-010
      - id: codec
        type: u1
        enum: codec
        doc-ref: PRE-008
      - id: schema
        type: u1
        doc-ref: PRE-007
      - id: record_count
        type: u2
        doc-ref: PRE-017, PRE-018
      - id: drop_count
        type: u2
      - id: producer_id
        size: 16
        doc-ref: PRE-021
      - id: base_sequence
        type: u8
        doc-ref: PRE-019, PRE-020
      - id: epoch
        type: u4
        doc-ref: PRE-022, PRE-023
      - id: lane
        type: u4
        doc-ref: PRE-024
    instances:
      prelude_crc_head:
        pos: 0
        size: 4
        doc-ref: PRE-004
      prelude_crc_tail:
        pos: 8
        size: 56
        doc-ref: PRE-004
      # registry: flags
      has_dictionary:
        value: (critical_flags & 0x01) != 0
      has_encrypted:
        value: (critical_flags & 0x02) != 0
      has_grease:
        value: (ancillary_flags & 0x80) != 0
      # end
      span:
        value: record_count + drop_count
        doc: How many sequence numbers the frame covers.
      knows_metadata:
        value: version == 1
      knows_body:
        value: version == 1 and critical_flags == 0 and schema == 1 and codec == codec::none
        doc: Whether the stored body is a message Body that this file describes (PRE-005 to PRE-008).

  metadata:
    doc: The message Metadata, its fields in whatever order they have (WIRE-014).
    instances:
      fields:
        pos: 0
        type: metadata_field
        repeat: eos

  metadata_field:
    seq:
      - id: tag
        type: tag
      - id: value
        type:
          switch-on: tag.value
          cases:
            0x0a: text
            0x12: blob
            0x18: varint
            0x22: blob
            0x2a: packed
            0x32: packed
            0x38: varint
            0x42: nested_context
            0x4a: nested_redaction
            _: unknown_field(tag.wire_type)
    instances:
      id:
        value: tag.field_number
        enum: metadata_field_id
        doc: A field with another wire type than its own (WIRE-004) has this id and a value of type unknown_field.
    doc-ref: proto/dashstream/v1/metadata.proto

  nested_context:
    seq:
      - id: len
        type: length
      - id: value
        size: len.value
        type: context

  context:
    instances:
      fields:
        pos: 0
        type: context_field
        repeat: eos

  context_field:
    seq:
      - id: tag
        type: tag
      - id: value
        type:
          switch-on: tag.value
          cases:
            0x0a: text
            0x12: text
            0x1a: text
            0x22: text
            _: unknown_field(tag.wire_type)
    instances:
      id:
        value: tag.field_number
        enum: context_field_id

  nested_redaction:
    seq:
      - id: len
        type: length
      - id: value
        size: len.value
        type: redaction

  redaction:
    instances:
      fields:
        pos: 0
        type: redaction_field
        repeat: eos

  redaction_field:
    seq:
      - id: tag
        type: tag
      - id: value
        type:
          switch-on: tag.value
          cases:
            0x0d: fixed32
            0x12: text
            _: unknown_field(tag.wire_type)
    instances:
      id:
        value: tag.field_number
        enum: redaction_field_id

  body:
    doc: |
      The message Body: the string table, the columns, the payloads. Record i is made of value i of each column; what an
      absent column stands for is in spec/body.md. The payload of record i is the next payload_len[i] bytes of payloads.
    instances:
      fields:
        pos: 0
        type: body_field
        repeat: eos

  body_field:
    seq:
      - id: tag
        type: tag
      - id: value
        type:
          switch-on: tag.value
          cases:
            0x0a: text
            0x12: packed_kinds
            0x1a: packed
            0x22: packed
            0x2a: packed
            0x32: packed
            0x3a: packed
            0x42: packed
            0x4a: packed
            0x52: packed
            0x5a: ids(16)
            0x62: packed
            0x6a: ids(8)
            0x72: packed
            0x7a: blob
            _: unknown_field(tag.wire_type)
    instances:
      id:
        value: tag.field_number
        enum: body_field_id
    doc-ref: proto/dashstream/v1/body.proto; BODY-004, WIRE-004

  packed:
    doc: A packed column. time_delta_us has its values in `signed`, all others in `value`.
    seq:
      - id: len
        type: length
      - id: column
        size: len.value
        type: column

  column:
    instances:
      values:
        pos: 0
        type: varint
        repeat: eos

  packed_kinds:
    seq:
      - id: len
        type: length
      - id: column
        size: len.value
        type: kind_column

  kind_column:
    instances:
      values:
        pos: 0
        type: kind_value
        repeat: eos

  kind_value:
    seq:
      - id: number
        type: varint
    instances:
      kind:
        value: number.value
        enum: kind
        doc: A number that the registry does not have stays a number (REC-002, REC-003).

  ids:
    params:
      - id: id_size
        type: u1
    seq:
      - id: len
        type: length
      - id: table
        size: len.value
        type: id_table(id_size)
    doc-ref: BODY-007, BODY-008

  id_table:
    params:
      - id: id_size
        type: u1
    instances:
      ids:
        pos: 0
        size: id_size
        repeat: eos

  text:
    seq:
      - id: len
        type: length
      - id: value
        size: len.value
        type: str
        doc-ref: WIRE-013

  blob:
    seq:
      - id: len
        type: length
      - id: value
        size: len.value

  fixed32:
    seq:
      - id: value
        type: u4

  fixed64:
    seq:
      - id: value
        type: u8

  unknown_field:
    doc: A field that the schema does not have, which a reader ignores (WIRE-017).
    params:
      - id: wire_type
        type: u1
        enum: wire_type
    seq:
      - id: value
        type:
          switch-on: wire_type
          cases:
            'wire_type::varint': varint
            'wire_type::fixed64': fixed64
            'wire_type::len': blob
            'wire_type::fixed32': fixed32

  tag:
    doc: Field number and wire type. With the wire types 3, 4, 6 and 7 nobody knows where the field ends (WIRE-003).
    seq:
      - id: key
        type: varint
        valid:
          expr: _.value % 8 <= 2 or _.value % 8 == 5
    instances:
      value:
        value: key.value
      field_number:
        value: key.value / 8
      wire_type:
        value: key.value % 8
        enum: wire_type
    doc-ref: WIRE-001 to WIRE-003

  length:
    doc: Of what follows in a message.
    seq:
      - id: number
        type: varint
        valid:
          expr: _.value <= 8_388_608
    instances:
      value:
        value: number.value
    doc-ref: WIRE-008

  varint:
    doc: Seven bits a byte, the lowest first; at most 10 bytes, of which the tenth is 00 or 01 (WIRE-006).
    seq:
      - id: groups
        type: |
          group(_index,
            _index == 0 ? 1 : groups[_index - 1].weight * 128,
            _index == 0 ? 0 : groups[_index - 1].sum,
            _index == 0 ? 0 : groups[_index - 1].half)
        repeat: until
        repeat-until: not _.more
    instances:
      value:
        value: groups.last.sum
      signed:
        value: '(groups[0].bits % 2 == 0 ? groups.last.half.as<s8> : -1 - groups.last.half.as<s8>).as<s8>'
        doc: The value of a sint64. Made of half the value, so that it is exact where numbers are doubles.
        doc-ref: WIRE-012
  group:
    params:
      - id: index
        type: s4
      - id: weight
        type: u8
      - id: sum_before
        type: u8
      - id: half_before
        type: u8
    seq:
      - id: more
        type: b1
        valid:
          expr: index < 9 or not _
      - id: bits
        type: b7
        valid:
          expr: index < 9 or _ <= 1
    instances:
      sum:
        value: (sum_before + bits * weight).as<u8>
      half:
        value: '(half_before + (index == 0 ? bits / 2 : bits * (weight / 2))).as<u8>'
    doc-ref: WIRE-006

enums:
  # The next three are made from spec/registry by dissectors/registry.
  # registry: codecs
  codec:
    0: none
    1: zstd
    2: lz4
  # end
  # registry: kinds
  kind:
    1: graph_start
    2: epoch_start
    3: graph_end
    4: epoch_end
    5: node_start
    6: heartbeat
    7: node_end
    8: lane_end
    9: edge
    10: late_drops
    11: token_chunk
    12: redacted
    13: llm_start
    15: llm_end
    16: state_diff
    17: tool_call
    18: state_snapshot
    19: tool_result
    20: checkpoint_manifest
    21: metrics
    22: checkpoint_chunk
    23: error_report
    24: dead_letter
    25: execution_trace
    27: checkpoint_event
    29: memory
    31: human_request
    33: human_response
    35: progress
    37: thinking
    39: sub_step
    41: warning
    43: optimization
    45: legacy_payload
  # end
  # registry: drop_reasons
  drop_reason:
    1: queue_full
    2: deadline
    3: too_large
    4: invalid
    5: sampled
    6: shutdown
    7: crash
    8: refused
  # end
  wire_type:
    0: varint
    1: fixed64
    2: len
    5: fixed32
  metadata_field_id:
    1: tenant
    2: boot_nonce
    3: base_time_us
    4: trace_id
    5: drop_reason
    6: drop_reason_count
    7: dropped_total
    8: contexts
    9: redaction
  context_field_id:
    1: run
    2: thread
    3: node
    4: task
  redaction_field_id:
    1: original_body_crc
    2: reason
  body_field_id:
    1: strings
    2: kind
    3: time_delta_us
    4: sequence_delta
    5: thread_ref
    6: node_ref
    7: parent_delta
    8: run_ref
    9: task_ref
    10: trace_ref
    11: trace_ids
    12: span_ref
    13: span_ids
    14: payload_len
    15: payloads
