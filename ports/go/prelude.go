package dashstream

import (
	"encoding/binary"
	"hash/crc32"
)

// PreludeLen is the length of every prelude.
const PreludeLen = 64

// The values of version 1.
const (
	magic         = 0xBE
	version       = 1
	schemaVersion = 1
)

// FlagGrease is the one ancillary flag that is assigned. It means nothing.
const FlagGrease = 0x80

// ProducerID names a producer.
type ProducerID [16]byte

// Prelude is the first 64 bytes of a frame.
type Prelude struct {
	Version        uint8
	CriticalFlags  uint8
	AncillaryFlags uint8
	PreludeCRC     uint32
	MetadataCRC    uint32
	BodyCRC        uint32
	BodyLen        uint32
	RawLen         uint32
	MetadataLen    uint16
	Codec          Codec
	Schema         uint8
	RecordCount    uint16
	DropCount      uint16
	ProducerID     ProducerID
	BaseSequence   uint64
	Epoch          uint32
	Lane           uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crc32c(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

func preludeCRC(b []byte) uint32 {
	return crc32.Update(crc32c(b[:4]), castagnoli, b[8:PreludeLen])
}

// FrameLen is the length of the frame that the prelude announces.
func (p *Prelude) FrameLen() int {
	return PreludeLen + int(p.MetadataLen) + int(p.BodyLen)
}

// Span is how many sequence numbers the frame covers.
func (p *Prelude) Span() uint64 { return uint64(p.RecordCount) + uint64(p.DropCount) }

// Last is the last number of the frame's range.
func (p *Prelude) Last() uint64 { return p.BaseSequence + p.Span() - 1 }

// parsePrelude reads the fields and checks nothing.
func parsePrelude(b []byte) (p Prelude) {
	little := binary.LittleEndian
	_ = b[PreludeLen-1]
	p.Version, p.CriticalFlags, p.AncillaryFlags = b[1], b[2], b[3]
	p.PreludeCRC = little.Uint32(b[4:])
	p.MetadataCRC = little.Uint32(b[8:])
	p.BodyCRC = little.Uint32(b[12:])
	p.BodyLen = little.Uint32(b[16:])
	p.RawLen = little.Uint32(b[20:])
	p.MetadataLen = little.Uint16(b[24:])
	p.Codec, p.Schema = Codec(b[26]), b[27]
	p.RecordCount = little.Uint16(b[28:])
	p.DropCount = little.Uint16(b[30:])
	copy(p.ProducerID[:], b[32:48])
	p.BaseSequence = little.Uint64(b[48:])
	p.Epoch = little.Uint32(b[56:])
	p.Lane = little.Uint32(b[60:])
	return p
}

// put writes the prelude, with its CRC, in front of what it announces.
func (p *Prelude) put(b []byte) {
	little := binary.LittleEndian
	_ = b[PreludeLen-1]
	b[0], b[1], b[2], b[3] = magic, p.Version, p.CriticalFlags, p.AncillaryFlags
	little.PutUint32(b[8:], p.MetadataCRC)
	little.PutUint32(b[12:], p.BodyCRC)
	little.PutUint32(b[16:], p.BodyLen)
	little.PutUint32(b[20:], p.RawLen)
	little.PutUint16(b[24:], p.MetadataLen)
	b[26], b[27] = byte(p.Codec), p.Schema
	little.PutUint16(b[28:], p.RecordCount)
	little.PutUint16(b[30:], p.DropCount)
	copy(b[32:48], p.ProducerID[:])
	little.PutUint64(b[48:], p.BaseSequence)
	little.PutUint32(b[56:], p.Epoch)
	little.PutUint32(b[60:], p.Lane)
	p.PreludeCRC = preludeCRC(b)
	little.PutUint32(b[4:], p.PreludeCRC)
}

// checkIntact makes the checks that tell whether there is a prelude at all.
func checkIntact(b []byte) *Error {
	switch {
	// PRE-001
	case len(b) == 0:
		return fail(CodeEmpty, 0, "PRE-001")
	// PRE-002
	case b[0] != magic:
		return fail(CodeBadMagic, 0, "PRE-002")
	// PRE-003
	case len(b) < PreludeLen:
		return fail(CodeShortPrelude, len(b), "PRE-003")
	// PRE-004
	case binary.LittleEndian.Uint32(b[4:]) != preludeCRC(b):
		return fail(CodePreludeCrc, 4, "PRE-004")
	}
	return nil
}

// checkSupported asks whether this reader knows how to go on.
func (p *Prelude) checkSupported() *Error {
	switch {
	// PRE-005
	case p.Version != version:
		return fail(CodeVersion, 1, "PRE-005")
	// PRE-006
	case p.CriticalFlags != 0:
		return fail(CodeCriticalFlag, 2, "PRE-006")
	// PRE-007
	case p.Schema != schemaVersion:
		return fail(CodeSchema, 27, "PRE-007")
	// PRE-008
	case !p.Codec.known():
		return fail(CodeCodec, 26, "PRE-008")
	}
	return nil
}

// checkLengths checks what the prelude announces in front of the body's own lengths.
func (p *Prelude) checkLengths() *Error {
	switch {
	// PRE-009
	case p.MetadataLen == 0:
		return fail(CodeMetadataLen, 24, "PRE-009")
	// PRE-010
	case p.MetadataLen > MaxMetadataLen:
		return fail(CodeMetadataLen, 24, "PRE-010")
	// PRE-011
	case p.BodyLen == 0:
		return fail(CodeBodyLen, 16, "PRE-011")
	// PRE-012
	case p.BodyLen > MaxBodyLen:
		return fail(CodeBodyLen, 16, "PRE-012")
	}
	return nil
}

// checkCounts checks what a ledger has to believe.
func (p *Prelude) checkCounts() *Error {
	switch {
	// PRE-013
	case p.RawLen == 0:
		return fail(CodeRawLen, 20, "PRE-013")
	// PRE-014
	case p.RawLen > MaxRawLen:
		return fail(CodeRawLen, 20, "PRE-014")
	// PRE-015
	case p.Codec == CodecNone && p.RawLen != p.BodyLen:
		return fail(CodeRawLen, 20, "PRE-015")
	// PRE-016
	case p.Codec != CodecNone && p.BodyLen >= p.RawLen:
		return fail(CodeRawLen, 20, "PRE-016")
	// PRE-017
	case p.RecordCount == 0:
		return fail(CodeCount, 28, "PRE-017")
	// PRE-018
	case uint32(p.RecordCount)+2 > p.RawLen:
		return fail(CodeCount, 28, "PRE-018")
	}
	return p.checkIdentity()
}

func (p *Prelude) checkIdentity() *Error {
	switch {
	// PRE-019
	case p.BaseSequence == 0:
		return fail(CodeSequenceRange, 48, "PRE-019")
	// PRE-020: by subtraction, so that nothing can wrap.
	case p.BaseSequence > MaxSequence || p.Span()-1 > MaxSequence-p.BaseSequence:
		return fail(CodeSequenceRange, 48, "PRE-020")
	// PRE-021
	case p.ProducerID == ProducerID{}:
		return fail(CodeIdentity, 32, "PRE-021")
	// PRE-022
	case p.Epoch == 0:
		return fail(CodeIdentity, 56, "PRE-022")
	// PRE-023
	case p.Epoch > MaxEpoch:
		return fail(CodeIdentity, 56, "PRE-023")
	// PRE-024
	case p.Lane > MaxLane:
		return fail(CodeIdentity, 60, "PRE-024")
	}
	return nil
}

// checkFormat makes the checks from PRE-005 on.
func (p *Prelude) checkFormat() *Error {
	if err := p.checkSupported(); err != nil {
		return err
	}
	if err := p.checkLengths(); err != nil {
		return err
	}
	return p.checkCounts()
}

// Countable reads the prelude of a frame, be it damaged or of a later version, and says whether its
// range and counts may be believed (spec/prelude.md).
func Countable(frame []byte) (Prelude, bool) {
	if checkIntact(frame) != nil {
		return Prelude{}, false
	}
	p := parsePrelude(frame)
	return p, p.checkLengths() == nil && p.checkCounts() == nil
}
