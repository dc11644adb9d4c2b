package dashstream

import "fmt"

// Codec says how the body of a frame is stored.
type Codec uint8

// The codecs of the registry.
const (
	CodecNone Codec = 0
	CodecZstd Codec = 1
	CodecLz4  Codec = 2
)

func (c Codec) known() bool { return c <= CodecLz4 }

// String is the name of the codec in the registry.
func (c Codec) String() string {
	if c.known() {
		return [...]string{"none", "zstd", "lz4"}[c]
	}
	return fmt.Sprintf("codec %d", uint8(c))
}

// unpack gives the body of a frame in memory that nobody else has. b is where the stored body begins.
func unpack(p *Prelude, stored []byte, b int) ([]byte, *Error) {
	switch p.Codec {
	case CodecZstd:
		if err := walkZstd(stored, int(p.RawLen), b); err != nil {
			return nil, err
		}
		return unpackZstd(stored, int(p.RawLen), b)
	case CodecLz4:
		if err := walkLz4(stored, b); err != nil {
			return nil, err
		}
		return unpackLz4(stored, int(p.RawLen), b)
	}
	return append([]byte(nil), stored...), nil
}
