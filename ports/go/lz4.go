package dashstream

import (
	"sync"

	"github.com/pierrec/lz4/v4"
)

// lz4Walk goes over the sequences of a stored body before a decoder sees it.
type lz4Walk struct {
	body []byte
	base int
	// output counts what literals and matches produce.
	output uint64
	// matchAt is the output before the last match; matched says whether there is one.
	matchAt uint64
	matched bool
}

func (w *lz4Walk) fail(token int, requirement string) *Error {
	return fail(CodeCodecProfile, w.base+token, requirement)
}

// walkLz4 checks that the body is one LZ4 block of the profile.
func walkLz4(body []byte, b int) *Error {
	w := lz4Walk{body: body, base: b}
	for at := 0; ; {
		token := at
		next, literals, err := w.literals(token)
		if err != nil {
			return err
		}
		if next == len(body) {
			return w.end(token, literals)
		}
		if at, err = w.match(token, next); err != nil {
			return err
		}
		// LZ4-005
		if at == len(body) {
			return w.fail(token, "LZ4-005")
		}
	}
}

// length adds the bytes that a length of 15 goes on with.
func (w *lz4Walk) length(at int, n uint64) (uint64, int, bool) {
	if n < 15 {
		return n, at, true
	}
	for at < len(w.body) {
		c := w.body[at]
		at++
		n += uint64(c)
		if c < 255 {
			return n, at, true
		}
	}
	return 0, at, false
}

// literals goes over the literals of the sequence at token.
func (w *lz4Walk) literals(token int) (next int, count uint64, err *Error) {
	count, at, ok := w.length(token+1, uint64(w.body[token]>>4))
	// LZ4-001
	if !ok || count > uint64(len(w.body)-at) {
		return 0, 0, w.fail(token, "LZ4-001")
	}
	w.output += count
	return at + int(count), count, nil
}

// match goes over the match of the sequence at token, whose offset stands at at.
func (w *lz4Walk) match(token, at int) (int, *Error) {
	// LZ4-002
	if len(w.body)-at < 2 {
		return 0, w.fail(token, "LZ4-002")
	}
	offset := uint64(w.body[at]) | uint64(w.body[at+1])<<8
	count, next, ok := w.length(at+2, uint64(w.body[token]&15))
	switch {
	// LZ4-002
	case !ok:
		return 0, w.fail(token, "LZ4-002")
	// LZ4-003
	case offset == 0:
		return 0, w.fail(token, "LZ4-003")
	// LZ4-004
	case offset > w.output:
		return 0, w.fail(token, "LZ4-004")
	}
	w.matched, w.matchAt = true, w.output
	w.output += count + 4
	return next, nil
}

// end checks the last sequence, which ends with literals.
func (w *lz4Walk) end(token int, literals uint64) *Error {
	switch {
	// LZ4-006
	case literals < 5 && token > 0:
		return w.fail(token, "LZ4-006")
	// LZ4-007
	case w.matched && w.output-w.matchAt < 12:
		return w.fail(token, "LZ4-007")
	// LZ4-008
	case w.body[token]&15 != 0:
		return w.fail(token, "LZ4-008")
	}
	return nil
}

// unpackLz4 decompresses what has passed the walk, into room for rawLen bytes and no more.
func unpackLz4(body []byte, rawLen, b int) ([]byte, *Error) {
	raw := make([]byte, rawLen)
	n, err := lz4.UncompressBlock(body, raw)
	// COD-001
	if err != nil || n != rawLen {
		return nil, fail(CodeDecompress, b, "COD-001")
	}
	return raw, nil
}

var lz4Compressors = sync.Pool{New: func() any { return new(lz4.Compressor) }}

// packLz4 compresses, or gives nil where that does not pay.
func packLz4(raw []byte) []byte {
	c := lz4Compressors.Get().(*lz4.Compressor)
	defer lz4Compressors.Put(c)
	out := make([]byte, lz4.CompressBlockBound(len(raw)))
	n, err := c.CompressBlock(raw, out)
	if err != nil {
		return nil
	}
	return out[:n]
}
