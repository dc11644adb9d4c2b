package dashstream_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"dashstream.dev/dashstream"
)

// PRE-028
func TestGreaseVaries(t *testing.T) {
	f := newMaker(1).frame()
	seen := map[byte]int{}
	for range 100 {
		frame, err := dashstream.NewWriter().Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		seen[frame[3]]++
	}
	if len(seen) != 2 || seen[0] == 0 || seen[dashstream.FlagGrease] == 0 {
		t.Errorf("flags: %v", seen)
	}
}

// WRT-004
func TestTheDefaultLimitFitsAStockBroker(t *testing.T) {
	f := smallFrame(dashstream.Record{Kind: 11, Payload: &dashstream.TokenChunk{}})
	noise := make([]byte, 1_000_100)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for _, n := range []int{999_000, 1_000_100} {
		f.Records[0].Payload = &dashstream.TokenChunk{Text: noise[:n]}
		_, err := dashstream.NewWriter().Encode(f)
		var typed *dashstream.Error
		if refused := errors.As(err, &typed) && typed.Code == dashstream.CodeLocalLimit; refused != (n > 1_000_000) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestATidyFrameIsEncodedToTheSameBytes(t *testing.T) {
	w := dashstream.NewWriter(dashstream.WithCodec(dashstream.CodecNone), dashstream.WithoutGrease())
	for seed := range uint64(200) {
		frame, err := w.Encode(newMaker(seed).frame())
		if err != nil {
			t.Fatal(err)
		}
		f, err := dashstream.NewReader().Decode(frame)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Encode(f)
		if err != nil || string(again) != string(frame) {
			t.Fatalf("seed %d: other bytes, %v", seed, err)
		}
	}
}

func TestEveryLevelMakesAFrame(t *testing.T) {
	f := newMaker(3).frame()
	for level := 1; level <= 22; level++ {
		frame, err := dashstream.NewWriter(dashstream.WithLevel(level)).Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dashstream.NewReader().Decode(frame); err != nil {
			t.Errorf("level %d: %v", level, err)
		}
	}
}

// What a caller of the types can get wrong is refused, and never a panic.
func TestWrongPayloadsAreInput(t *testing.T) {
	var none *dashstream.Opaque
	for _, r := range []dashstream.Record{
		{Kind: 5}, {Kind: 5, Payload: &dashstream.NodeEnd{}}, {Kind: 5, Payload: &dashstream.Opaque{}},
		{Kind: 5, Payload: &dashstream.Metadata{}}, {Kind: 5, Payload: (*dashstream.NodeStart)(nil)}, {Kind: 47, Payload: none},
		{Kind: 47, Payload: &dashstream.NodeStart{}},
	} {
		_, err := dashstream.NewWriter().Encode(smallFrame(r))
		var typed *dashstream.Error
		if !errors.As(err, &typed) || typed.Code != dashstream.CodeInput {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
