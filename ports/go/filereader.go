package dashstream

import (
	"bytes"
	"encoding/binary"
	"io"
)

var fileSignature = []byte{0xBE, 0x44, 0x53, 0x46, 0x0D, 0x0A, 0x1A, 0x0A}

const (
	markerLen     = 16
	fileHeaderLen = 28
	// candidateLen is how much of an entry tells whether it may be one: marker and prelude.
	candidateLen = markerLen + PreludeLen
)

// FileEvent is what a file reader finds: an [*Accepted], a [*Skipped] or a [*Rejected].
type FileEvent interface{ fileEvent() }

// Accepted is an entry: marker and frame, or a frame whose marker is damaged.
type Accepted struct {
	Start, End int64
	Frame      *Frame
}

// Skipped is a range of bytes that are no entry.
type Skipped struct {
	Start, End int64
	Code       Code
}

// Rejected is a frame that was rejected. Its bytes lie in skipped ranges.
type Rejected struct {
	Start int64 // of the prelude
	Err   *Error
	// Prelude may be told to a ledger where it is countable.
	Prelude   Prelude
	Countable bool
}

func (*Accepted) fileEvent() {}
func (*Skipped) fileEvent()  {}
func (*Rejected) fileEvent() {}

// FileReader reads a file of frames (spec/files.md), damaged or not.
type FileReader struct {
	window window
	reader *Reader
	marker []byte // nil where the reader is markerless
	at     int64
	// last is the end of the last accepted frame.
	last   int64
	events []FileEvent
	state  fileState
	err    error
}

type fileState int

const (
	atHeader fileState = iota
	atEntry
	atEnd
)

// NewFileReader makes a reader of files. r judges the frames; nil is a reader without limits. Who reads files of
// strangers sets WithMaxFrameLen (spec/security.md).
func NewFileReader(source io.Reader, r *Reader) *FileReader {
	if r == nil {
		r = NewReader()
	}
	return &FileReader{window: window{source: source}, reader: r}
}

// Next gives the next event, and io.EOF at the end. A file that is refused is an [*Error].
func (f *FileReader) Next() (FileEvent, error) {
	for len(f.events) == 0 {
		if f.err == nil {
			f.err = f.step()
		}
		// What was being judged when the source failed is not known.
		if f.window.err != nil {
			f.err, f.events = f.window.err, nil
		}
		if f.err != nil && len(f.events) == 0 {
			return nil, f.err
		}
	}
	event := f.events[0]
	f.events = f.events[1:]
	return event, nil
}

// Tail says, at the end, where the tail is torn.
func (f *FileReader) Tail() (int64, bool) {
	// FILE-009
	return f.last, f.state == atEnd && f.last < f.window.end()
}

func (f *FileReader) step() error {
	switch f.state {
	case atHeader:
		return f.header()
	case atEntry:
		f.entry()
		return nil
	}
	return io.EOF
}

func (f *FileReader) skip(start, end int64, code Code) {
	if start < end {
		f.events = append(f.events, &Skipped{start, end, code})
	}
}

// header reads the first 28 bytes.
func (f *FileReader) header() error {
	whole := f.window.fill(fileHeaderLen)
	b := f.window.from(0)
	n := min(int64(len(b)), fileHeaderLen)
	signed := bytes.HasPrefix(b, fileSignature)
	marked := whole && crc32c(b[8:24]) == binary.LittleEndian.Uint32(b[24:])
	if marked {
		f.marker = append([]byte(nil), b[8:24]...)
	}
	switch {
	// FILE-001
	case !signed && !marked:
		f.state = atEnd
		return fail(CodeFileSignature, 0, "FILE-001")
	// FILE-002
	case !signed:
		f.skip(0, 8, CodeFileSignature)
	// FILE-003
	case !marked:
		f.skip(8, n, CodeFileMarker)
	}
	f.state, f.at, f.last = atEntry, fileHeaderLen, fileHeaderLen
	if !whole {
		f.state, f.last = atEnd, 8
	}
	return nil
}

// candidate says whether an entry may begin at q: marker and prelude are in order (FILE-006).
func (f *FileReader) candidate(q int64) bool {
	if !f.window.fill(q + candidateLen) {
		return false
	}
	b := f.window.from(q)
	return (f.marker == nil || bytes.HasPrefix(b, f.marker)) && checkIntact(b[markerLen:candidateLen]) == nil
}

// entry judges what stands at p.
func (f *FileReader) entry() {
	f.window.drop(f.at)
	switch {
	// Step 1.
	case !f.window.fill(f.at + 1):
		f.state = atEnd
	case f.candidate(f.at):
		f.judge()
	default:
		f.unmarked()
	}
}

// accept takes a frame of n bytes at start, whose entry begins at entry.
func (f *FileReader) accept(entry, start int64, frame *Frame) {
	f.at = start + int64(frame.Prelude.FrameLen())
	f.last = f.at
	f.events = append(f.events, &Accepted{entry, f.at, frame})
}

// unmarked is step 3.
func (f *FileReader) unmarked() {
	p := f.at
	// FILE-005
	if frame := f.frameAt(p + markerLen); frame != nil {
		f.skip(p, p+markerLen, CodeFileMarker)
		f.accept(p+markerLen, p+markerLen, frame)
		return
	}
	f.window.fill(p + candidateLen)
	b := f.window.from(p)
	if f.marker != nil && !bytes.HasPrefix(b, f.marker) {
		f.resync(p+1, CodeFileMarker)
		return
	}
	// Marker or none, the prelude behind it is not in order.
	f.resync(p+1, checkIntact(f.window.from(p+markerLen)).Code)
}

// frameAt gives the frame that begins at start and passes every check, or nil.
func (f *FileReader) frameAt(start int64) *Frame {
	if f.marker == nil || !f.window.fill(start+PreludeLen) {
		return nil
	}
	b := f.window.from(start)
	if checkIntact(b[:PreludeLen]) != nil {
		return nil
	}
	p := parsePrelude(b)
	if f.reader.checkPrelude(&p) != nil || !f.window.fill(start+int64(p.FrameLen())) {
		return nil
	}
	frame, err := f.reader.decode(f.window.from(start)[:p.FrameLen()])
	if err != nil {
		return nil
	}
	return frame
}

// judge is step 4: there is a candidate.
func (f *FileReader) judge() {
	start := f.at + markerLen
	p := parsePrelude(f.window.from(start))
	if p.checkLengths() != nil {
		err := p.checkFormat()
		f.reject(start, err)
		f.resync(f.at+candidateLen, err.Code)
		return
	}
	end := start + int64(p.FrameLen())
	whole := f.window.fill(end)
	b := f.window.from(start)
	frame, err := f.reader.decode(b[:min(len(b), p.FrameLen())])
	if err == nil {
		f.accept(f.at, start, frame)
		return
	}
	f.reject(start, err)
	// FILE-008
	if whole && (!f.window.fill(end+1) || f.candidate(end)) {
		f.skip(f.at, end, err.Code)
		f.at = end
		return
	}
	// FILE-007
	f.resync(f.at+candidateLen, err.Code)
}

func (f *FileReader) reject(start int64, err *Error) {
	p, countable := Countable(f.window.from(start))
	if err.Code == CodeTenantMismatch {
		countable = false // Nobody's business here (spec/loss.md).
	}
	f.events = append(f.events, &Rejected{Start: start, Err: err, Prelude: p, Countable: countable})
}

// resync skips from p to the first candidate at q or behind it, or to the end.
func (f *FileReader) resync(q int64, code Code) {
	p := f.at
	for {
		q = f.search(q)
		f.window.drop(q)
		if !f.window.fill(q + candidateLen) {
			q = f.window.end()
			break
		}
		if f.candidate(q) {
			break
		}
		q++
	}
	f.skip(p, q, code)
	f.at = q
}

// search gives the first place from q on at which a candidate may begin, as far as was read.
func (f *FileReader) search(q int64) int64 {
	mark, ahead := f.marker, int64(0)
	if mark == nil {
		mark, ahead = []byte{magic}, markerLen
	}
	if !f.window.fill(q + candidateLen) {
		return q
	}
	b := f.window.from(q + ahead)
	if i := bytes.Index(b, mark); i >= 0 {
		return q + int64(i)
	}
	return q + max(int64(len(b)-len(mark)+1), 1)
}
