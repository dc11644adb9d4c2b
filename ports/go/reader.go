package dashstream

import "math"

// Frame is a frame that was accepted, or one for a writer to make. A frame that was read owns its
// memory: its texts and bytes share one buffer, which is kept while any of them is.
type Frame struct {
	// A writer reads ProducerID, BaseSequence, Epoch, Lane and AncillaryFlags, and derives the rest.
	Prelude  Prelude
	Metadata Metadata
	Records  []Record
	// Lints are the deviations from the tidy form, where the reader was told to look for them.
	Lints []Lint
}

// Reader decodes frames. It may be used by several goroutines at once.
type Reader struct {
	maxFrameLen, maxRawLen, maxRecords uint64
	tenant                             *string
	lints                              bool
}

// ReaderOption is a limit or a wish of the caller of a reader.
type ReaderOption func(*Reader)

// WithMaxFrameLen sets the most bytes that a whole frame may have.
func WithMaxFrameLen(n uint64) ReaderOption { return func(r *Reader) { r.maxFrameLen = n } }

// WithMaxRawLen sets the most bytes that a decompressed body may have.
func WithMaxRawLen(n uint64) ReaderOption { return func(r *Reader) { r.maxRawLen = n } }

// WithMaxRecords sets the most records that a frame may have.
func WithMaxRecords(n uint64) ReaderOption { return func(r *Reader) { r.maxRecords = n } }

// WithTenant sets the tenant whose frames alone are accepted.
func WithTenant(tenant string) ReaderOption { return func(r *Reader) { r.tenant = &tenant } }

// WithLints makes the reader look for deviations from the tidy form.
func WithLints() ReaderOption { return func(r *Reader) { r.lints = true } }

// NewReader makes a reader, without limits but for those of the format.
func NewReader(options ...ReaderOption) *Reader {
	r := &Reader{maxFrameLen: math.MaxUint64, maxRawLen: math.MaxUint64, maxRecords: math.MaxUint64}
	for _, option := range options {
		option(r)
	}
	return r
}

// Decode decodes the bytes of exactly one frame, or says in an [*Error] why it is rejected. nil stands for
// a value that is null (KAF-001), which is not the same as one without bytes. A record that is
// rejected has its own error and costs no other.
func (r *Reader) Decode(frame []byte) (*Frame, error) {
	f, err := r.decode(frame)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (r *Reader) decode(frame []byte) (*Frame, *Error) {
	// KAF-001
	if frame == nil {
		return nil, fail(CodeNullValue, 0, "KAF-001")
	}
	if err := checkIntact(frame); err != nil {
		return nil, err
	}
	f := &Frame{Prelude: parsePrelude(frame)}
	if err := r.checkPrelude(&f.Prelude); err != nil {
		return nil, err
	}
	if err := checkLength(&f.Prelude, len(frame)); err != nil {
		return nil, err
	}
	return r.decodeParts(f, frame)
}

// checkPrelude makes the checks that need no more than an intact prelude.
func (r *Reader) checkPrelude(p *Prelude) *Error {
	if err := p.checkFormat(); err != nil {
		return err
	}
	switch {
	// FRM-001
	case uint64(p.FrameLen()) > r.maxFrameLen:
		return fail(CodeLocalLimit, 16, "FRM-001")
	// FRM-002
	case uint64(p.RawLen) > r.maxRawLen:
		return fail(CodeLocalLimit, 20, "FRM-002")
	// FRM-003
	case uint64(p.RecordCount) > r.maxRecords:
		return fail(CodeLocalLimit, 28, "FRM-003")
	}
	return nil
}

func checkLength(p *Prelude, length int) *Error {
	switch {
	// FRM-004
	case length < p.FrameLen():
		return fail(CodeTruncated, length, "FRM-004")
	// FRM-005
	case length > p.FrameLen():
		return fail(CodeTrailing, p.FrameLen(), "FRM-005")
	}
	return nil
}

// decodeParts decodes metadata and body of a frame of the right length.
func (r *Reader) decodeParts(f *Frame, frame []byte) (*Frame, *Error) {
	p := &f.Prelude
	start := PreludeLen + int(p.MetadataLen)
	if err := r.decodeMetadata(f, frame[PreludeLen:start]); err != nil {
		return nil, err
	}
	stored := frame[start:]
	// FRM-007
	if crc32c(stored) != p.BodyCRC {
		return nil, fail(CodeBodyCrc, 12, "FRM-007")
	}
	raw, err := unpack(p, stored, start)
	if err != nil {
		return nil, err
	}
	s := newBody(p, raw)
	defer s.release()
	if err := s.check(f.Metadata.BaseTimeUs); err != nil {
		return nil, err
	}
	// FRM-008: no record is made before here.
	f.Records = s.records(&f.Metadata)
	if r.lints {
		f.Lints = findLints(f, frame[PreludeLen:start], s)
	}
	return f, nil
}

func (r *Reader) decodeMetadata(f *Frame, b []byte) *Error {
	// FRM-006
	if crc32c(b) != f.Prelude.MetadataCRC {
		return fail(CodeMetadataCrc, 8, "FRM-006")
	}
	m, tenantAt, err := decodeMetadata(append([]byte(nil), b...), &f.Prelude)
	if err != nil {
		return err
	}
	// META-014
	if r.tenant != nil && m.Tenant != *r.tenant {
		return fail(CodeTenantMismatch, tenantAt, "META-014")
	}
	f.Metadata = *m
	return nil
}
