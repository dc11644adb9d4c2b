package dashstream_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
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

// Faults that the types allow and the JSON form does not, or that it finds first.
func TestWhatNoFrameCanHoldIsRefused(t *testing.T) {
	event := func(change func(*dashstream.Record)) *dashstream.Frame {
		r := dashstream.Record{Kind: 5, Payload: &dashstream.NodeStart{}}
		change(&r)
		return smallFrame(r)
	}
	keys := func(n int, last string) *dashstream.Frame {
		list := make([]dashstream.Attribute, n)
		for i := range list {
			list[i].Key = fmt.Sprint("key", i)
		}
		list[n-1].Key = last
		return event(func(r *dashstream.Record) { r.Payload = &dashstream.NodeStart{Attributes: list} })
	}
	for name, c := range map[string]struct {
		frame *dashstream.Frame
		code  dashstream.Code
	}{
		"kind 0":        {event(func(r *dashstream.Record) { r.Kind = 0 }), dashstream.CodeKindZero},
		"critical":      {event(func(r *dashstream.Record) { r.Kind = 4096 }), dashstream.CodeUnknownCriticalKind},
		"text of a ref": {event(func(r *dashstream.Record) { r.Node = "\xFF" }), dashstream.CodeBodyWire},
		"text":          {event(func(r *dashstream.Record) { r.Kind, r.Payload = 35, &dashstream.Progress{Message: "\xFF"} }), dashstream.CodePayload},
		"time":          {event(func(r *dashstream.Record) { r.TimeUs = 1 << 53 }), dashstream.CodeTimeRange},
		"descending":    {smallFrame(event(func(r *dashstream.Record) { r.Sequence = 1 }).Records[0], dashstream.Record{Sequence: 1}), dashstream.CodeInput},
		"parent":        {event(func(r *dashstream.Record) { r.Parent = 1 }), dashstream.CodeInput},
		"key twice":     {keys(16, "key3"), dashstream.CodePayload},
		"key of many":   {keys(40, "key3"), dashstream.CodePayload},
		"key empty":     {keys(40, ""), dashstream.CodePayload},
		"no records":    {smallFrame(), dashstream.CodeCount},
		"tenant":        {func() *dashstream.Frame { f := keys(1, "a"); f.Metadata.Tenant = "\xFF"; return f }(), dashstream.CodeMetadataWire},
		"epoch":         {func() *dashstream.Frame { f := keys(1, "a"); f.Prelude.Epoch = 0; return f }(), dashstream.CodeIdentity},
	} {
		_, err := dashstream.NewWriter().Encode(c.frame)
		var typed *dashstream.Error
		if !errors.As(err, &typed) || typed.Code != c.code {
			t.Errorf("%s: %v, not %s", name, err, c.code)
		}
	}
}

func TestAnUnknownCodecIsRefused(t *testing.T) {
	_, err := dashstream.NewWriter(dashstream.WithCodec(3)).Encode(newMaker(1).frame())
	var typed *dashstream.Error
	if !errors.As(err, &typed) || typed.Code != dashstream.CodeCodec {
		t.Errorf("%v", err)
	}
}

// The payloads alone would fit, and the body around them does not.
func TestABodyThatIsTooLongIsRefused(t *testing.T) {
	for _, n := range []int{8_388_590, 8_388_604, 9_000_000} {
		text := &dashstream.TokenChunk{Text: make([]byte, n)}
		_, err := dashstream.NewWriter().Encode(smallFrame(dashstream.Record{Kind: 11, Payload: text}))
		var typed *dashstream.Error
		if refused := errors.As(err, &typed) && typed.Code == dashstream.CodeRawLen; !refused {
			t.Errorf("%d: %v", n, err)
		}
	}
}

// Lists of all lengths, so that they end before, at and behind the end of what is allocated for them at once.
func TestListsOfAllLengths(t *testing.T) {
	var records []dashstream.Record
	for n := range 150 {
		list := make([]dashstream.Attribute, n)
		for i := range list {
			list[i] = dashstream.Attribute{Key: fmt.Sprint(i), Value: "v"}
		}
		r := dashstream.Record{Sequence: uint64(n + 1), Kind: 5, Payload: &dashstream.NodeStart{Attributes: list}}
		if n == 0 {
			r.Payload = &dashstream.NodeStart{}
		}
		records = append(records, r)
	}
	frame, err := dashstream.NewWriter().Encode(smallFrame(records...))
	if err != nil {
		t.Fatal(err)
	}
	f, err := dashstream.NewReader().Decode(frame)
	if err != nil || !reflect.DeepEqual(f.Records, records) {
		t.Errorf("other lists: %v", err)
	}
}
