package dashstream

import "math/rand/v2"

// Writer encodes frames. It may be used by several goroutines at once.
type Writer struct {
	codec       Codec
	level       *int
	threshold   int
	maxFrameLen int
	grease      bool
}

// WriterOption is a wish of the caller of a writer.
type WriterOption func(*Writer)

// WithCodec sets how bodies are stored; zstd unless told otherwise.
func WithCodec(codec Codec) WriterOption { return func(w *Writer) { w.codec = codec } }

// WithLevel sets the level of the codec: 1 to 22 for zstd, 1 for lz4; none has no levels.
func WithLevel(level int) WriterOption { return func(w *Writer) { w.level = &level } }

// WithThreshold sets the bytes from which on a body is compressed at all.
func WithThreshold(n int) WriterOption { return func(w *Writer) { w.threshold = n } }

// WithFrameLimit sets the most bytes that a frame may have, in place of DefaultMaxFrameLen.
func WithFrameLimit(n int) WriterOption { return func(w *Writer) { w.maxFrameLen = n } }

// WithoutGrease keeps the writer from setting the flag GREASE at random, so that the same input makes
// the same bytes.
func WithoutGrease() WriterOption { return func(w *Writer) { w.grease = false } }

// NewWriter makes a writer.
func NewWriter(options ...WriterOption) *Writer {
	w := &Writer{codec: CodecZstd, maxFrameLen: DefaultMaxFrameLen, grease: true}
	for _, option := range options {
		option(w)
	}
	return w
}

// Encode makes a frame in the tidy form, or says in an [*Error] why there can be none. Of the prelude it
// reads ProducerID, BaseSequence, Epoch, Lane and AncillaryFlags, and derives the rest.
func (w *Writer) Encode(f *Frame) ([]byte, error) {
	frame, err := w.encode(f)
	if err != nil {
		return nil, err
	}
	return frame, nil
}

func (w *Writer) encode(f *Frame) ([]byte, *Error) {
	if err := w.checkCodec(); err != nil {
		return nil, err
	}
	p, err := w.prelude(f)
	if err != nil {
		return nil, err
	}
	e := encoders.Get().(*encoder)
	defer e.release()
	if err := e.encodeMetadata(&f.Metadata, p.DropCount); err != nil {
		return nil, err
	}
	raw, err := e.encodeBody(&Frame{Prelude: p, Metadata: f.Metadata, Records: f.Records})
	if err != nil {
		return nil, err
	}
	return w.seal(&p, e.metadata, raw)
}

// checkCodec makes the checks of what the caller asked for.
func (w *Writer) checkCodec() *Error {
	// PRE-008
	if !w.codec.known() {
		return refuse(CodeCodec, "PRE-008")
	}
	top := [...]int{CodecNone: 0, CodecZstd: 22, CodecLz4: 1}[w.codec]
	// COD-006
	if w.level != nil && (*w.level < 1 || *w.level > top) {
		return refuse(CodeLevel, "COD-006")
	}
	return nil
}

// prelude makes what can be said before there is a body.
func (w *Writer) prelude(f *Frame) (Prelude, *Error) {
	// PRE-017
	if len(f.Records) == 0 || len(f.Records) > MaxRecords {
		return Prelude{}, refuse(CodeCount, "PRE-017")
	}
	drops := uint64(0)
	for _, n := range f.Metadata.DropReasonCount {
		drops += uint64(n)
	}
	// META-009
	if drops > 65_535 {
		return Prelude{}, refuse(CodeMetadataField, "META-009")
	}
	p := Prelude{ // WRT-002
		Version: version, Schema: schemaVersion,
		RecordCount: uint16(len(f.Records)), DropCount: uint16(drops),
		ProducerID: f.Prelude.ProducerID, BaseSequence: f.Prelude.BaseSequence,
		Epoch: f.Prelude.Epoch, Lane: f.Prelude.Lane,
	}
	// PRE-027
	p.AncillaryFlags = f.Prelude.AncillaryFlags & FlagGrease
	// PRE-028
	if w.grease && rand.Uint32()&1 == 1 {
		p.AncillaryFlags |= FlagGrease
	}
	if err := p.checkIdentity(); err != nil {
		return p, refuse(err.Code, err.Requirement)
	}
	return p, nil
}

func (e *encoder) encodeMetadata(m *Metadata, dropCount uint16) *Error {
	e.wire = CodeMetadataWire
	e.metadata = m.encode(e, e.metadata)
	if e.err != nil {
		return e.err
	}
	if _, requirement := m.check(dropCount); requirement != "" {
		return refuse(CodeMetadataField, requirement)
	}
	// PRE-010
	if len(e.metadata) > MaxMetadataLen {
		return refuse(CodeMetadataLen, "PRE-010")
	}
	return nil
}

func (e *encoder) encodeBody(f *Frame) ([]byte, *Error) {
	e.wire = CodePayload
	before := Record{Sequence: f.Prelude.BaseSequence - 1, TimeUs: f.Metadata.BaseTimeUs}
	for i := range f.Records {
		e.addRecord(f, &f.Records[i], &before)
		if e.err != nil {
			return nil, e.err
		}
	}
	raw := e.body()
	// PRE-014
	if len(raw) > MaxRawLen {
		return nil, refuse(CodeRawLen, "PRE-014")
	}
	return raw, nil
}

// seal compresses the body where that pays, and puts the frame together.
func (w *Writer) seal(p *Prelude, metadata, raw []byte) ([]byte, *Error) {
	stored, codec := w.pack(raw)
	p.Codec, p.RawLen, p.BodyLen, p.MetadataLen = codec, uint32(len(raw)), uint32(len(stored)), uint16(len(metadata))
	p.MetadataCRC, p.BodyCRC = crc32c(metadata), crc32c(stored)
	// WRT-004
	if p.FrameLen() > w.maxFrameLen {
		return nil, refuse(CodeLocalLimit, "WRT-004")
	}
	frame := make([]byte, PreludeLen, p.FrameLen())
	p.put(frame)
	frame = append(frame, metadata...)
	return append(frame, stored...), nil
}

func (w *Writer) pack(raw []byte) ([]byte, Codec) {
	// COD-005
	if w.codec == CodecNone || len(raw) < w.threshold {
		return raw, CodecNone
	}
	var stored []byte
	if w.codec == CodecZstd {
		level := 3
		if w.level != nil {
			level = *w.level
		}
		stored = packZstd(raw, level)
	} else {
		stored = packLz4(raw)
	}
	// COD-004
	if len(stored) == 0 || len(stored) >= len(raw) {
		return raw, CodecNone
	}
	return stored, w.codec
}
