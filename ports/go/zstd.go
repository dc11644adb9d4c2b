package dashstream

import (
	"encoding/binary"
	"errors"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstdWalk goes over a stored body before a decoder sees it: libraries differ in what they take.
type zstdWalk struct {
	body   []byte
	base   int
	window uint64
}

func (w *zstdWalk) fail(at int, requirement string) *Error {
	return fail(CodeCodecProfile, w.base+at, requirement)
}

// walkZstd checks that the body is one zstd frame of the profile.
func walkZstd(body []byte, rawLen, b int) *Error {
	w := zstdWalk{body: body, base: b}
	if err := w.descriptor(); err != nil {
		return err
	}
	at, err := w.header(uint64(rawLen))
	if err != nil {
		return err
	}
	if at, err = w.blocks(at); err != nil {
		return err
	}
	switch {
	// ZST-016
	case len(body)-at < 4:
		return w.fail(at, "ZST-016")
	// ZST-015
	case len(body)-at > 4:
		return w.fail(at+4, "ZST-015")
	}
	return nil
}

// descriptor checks the magic number and the frame header descriptor.
func (w *zstdWalk) descriptor() *Error {
	magic := [4]byte{0x28, 0xB5, 0x2F, 0xFD}
	switch {
	// ZST-001
	case len(w.body) < 4 || [4]byte(w.body) != magic:
		return w.fail(0, "ZST-001")
	// ZST-002
	case len(w.body) < 5:
		return w.fail(0, "ZST-002")
	}
	d := w.body[4]
	switch {
	// ZST-003
	case d&0x08 != 0:
		return w.fail(4, "ZST-003")
	// ZST-004
	case d&0x04 == 0:
		return w.fail(4, "ZST-004")
	// ZST-005
	case d&0x03 != 0:
		return w.fail(4, "ZST-005")
	// ZST-006. Bit 4 is not looked at: ZST-009.
	case d&0xE0 == 0:
		return w.fail(4, "ZST-006")
	}
	return nil
}

// header checks the rest of the frame header, and gives where the first block begins.
func (w *zstdWalk) header(rawLen uint64) (int, *Error) {
	d := w.body[4]
	single := d&0x20 != 0
	sizeAt, sizeLen := 5, [4]int{1, 2, 4, 8}[d>>6]
	if !single {
		sizeAt = 6
	}
	// ZST-002
	if len(w.body) < sizeAt+sizeLen {
		return 0, w.fail(0, "ZST-002")
	}
	if !single {
		base := uint64(1) << (10 + w.body[5]>>3)
		w.window = base + base/8*uint64(w.body[5]&7)
		// ZST-007
		if w.window > MaxZstdWindow {
			return 0, w.fail(5, "ZST-007")
		}
	}
	size := contentSize(w.body[sizeAt : sizeAt+sizeLen])
	// ZST-008
	if size != rawLen {
		return 0, w.fail(sizeAt, "ZST-008")
	}
	if single {
		w.window = size
	}
	return sizeAt + sizeLen, nil
}

func contentSize(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b)) + 256
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// blocks goes over the blocks, and gives the first byte after the last.
func (w *zstdWalk) blocks(at int) (int, *Error) {
	limit := min(w.window, MaxZstdBlock)
	for {
		// ZST-010
		if len(w.body)-at < 3 {
			return 0, w.fail(at, "ZST-010")
		}
		header := uint32(w.body[at]) | uint32(w.body[at+1])<<8 | uint32(w.body[at+2])<<16
		last, kind, size := header&1 != 0, header>>1&3, header>>3
		switch {
		// ZST-011
		case kind == 3:
			return 0, w.fail(at, "ZST-011")
		// ZST-012
		case size == 0:
			return 0, w.fail(at, "ZST-012")
		// ZST-013
		case uint64(size) > limit:
			return 0, w.fail(at, "ZST-013")
		}
		if kind == 1 {
			size = 1
		}
		// ZST-014
		if uint64(size) > uint64(len(w.body)-at-3) {
			return 0, w.fail(at, "ZST-014")
		}
		at += 3 + int(size)
		if last {
			return at, nil
		}
	}
}

// zstdDecoder is shared: it keeps one state for each call that runs.
var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true),
		zstd.WithDecoderMaxWindow(MaxZstdWindow), zstd.WithDecoderMaxMemory(MaxRawLen), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err) // The options are constants.
	}
	return d
})

// unpackZstd decompresses what has passed the walk, into room for rawLen bytes and no more (COD-002,
// COD-003). The library compares the checksum (ZST-017).
func unpackZstd(body []byte, rawLen, b int) ([]byte, *Error) {
	raw, err := zstdDecoder().DecodeAll(body, make([]byte, 0, rawLen))
	// ZST-017
	if errors.Is(err, zstd.ErrCRCMismatch) {
		return nil, fail(CodeDecompress, b, "ZST-017")
	}
	// COD-001
	if err != nil || len(raw) != rawLen {
		return nil, fail(CodeDecompress, b, "COD-001")
	}
	return raw, nil
}

// zstdEncoders has an encoder for each of the library's levels, made when it is first needed.
var zstdEncoders [5]struct {
	once    sync.Once
	encoder *zstd.Encoder
}

// packZstd compresses in one call: streams may end with an empty block, which ZST-012 refuses.
func packZstd(raw []byte, level int) []byte {
	of := zstd.EncoderLevelFromZstd(level)
	e := &zstdEncoders[of]
	e.once.Do(func() {
		var err error
		// Without a single segment, the library leaves out a content size below 256 (ZST-006).
		e.encoder, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(of), zstd.WithEncoderCRC(true),
			zstd.WithSingleSegment(true), zstd.WithWindowSize(MaxZstdWindow), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // The options are constants.
		}
	})
	return e.encoder.EncodeAll(raw, nil)
}
