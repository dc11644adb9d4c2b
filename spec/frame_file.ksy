# Informative: where this file and the text differ, the text rules.
meta:
  id: dashstream_file
  title: File of DashStream frames
  file-extension: dsf
  license: Apache-2.0 OR MIT
  ks-version: '0.11'
  endian: le
  imports:
    - frame

doc: |
  A signature, a sync marker, and frames, each behind the marker. It is a file of its own and not a type of frame.ksy,
  because a tool opens the first type of a description, and a Kafka value and a file of frames are two things to open.

  This describes files that are whole. It stops at the first entry whose marker or magic byte is damaged or whose frame is
  cut off; how a reader goes on behind damage is an algorithm and no layout (FILE-001 to FILE-011). The checksum of the
  marker is not checked (FILE-003), nor is anything of the frames that frame.ksy does not check.
doc-ref: spec/files.md

seq:
  - id: signature
    contents: [0xbe, 0x44, 0x53, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    doc-ref: FILE-001, FILE-002
  - id: sync_marker
    size: 16
    doc-ref: FILE-014
  - id: sync_marker_crc
    type: u4
    doc: CRC32C of sync_marker.
    doc-ref: FILE-003
  - id: entries
    type: entry
    repeat: eos
    doc-ref: FILE-012

types:
  entry:
    seq:
      - id: sync_marker
        size: 16
        valid: _root.sync_marker
        doc-ref: FILE-005, FILE-006
      - id: frame
        type: dashstream_frame
