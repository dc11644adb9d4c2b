package dashstream_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"dashstream.dev/dashstream"
	"dashstream.dev/dashstream/jsonform"
)

// rounds is how many cases an ordinary run makes.
func rounds(full int) int {
	if testing.Short() {
		return full / 10
	}
	return full
}

func TestWhatIsEncodedIsDecodedToTheSame(t *testing.T) {
	for seed := range rounds(3000) {
		roundTrip(t, uint64(seed))
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(roundTrip)
}

func roundTrip(t *testing.T, seed uint64) {
	m := newMaker(seed)
	want := m.frame()
	codec := dashstream.Codec(m.IntN(3))
	b, err := dashstream.NewWriter(dashstream.WithCodec(codec)).Encode(want)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	got, err := dashstream.NewReader(dashstream.WithLints()).Decode(b)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	if len(got.Lints) > 0 {
		t.Fatalf("seed %d: not tidy: %v", seed, got.Lints)
	}
	if !reflect.DeepEqual(got.Metadata, want.Metadata) {
		t.Fatalf("seed %d: metadata %+v, not %+v", seed, got.Metadata, want.Metadata)
	}
	for i := range want.Records {
		if !reflect.DeepEqual(got.Records[i], want.Records[i]) {
			t.Fatalf("seed %d, record %d: %+v, not %+v", seed, i, got.Records[i], want.Records[i])
		}
	}
	form := jsonform.AppendFrame(nil, got)
	again, err := jsonform.ParseFrame(form)
	if err != nil || !reflect.DeepEqual(again.Records, got.Records) {
		t.Fatalf("seed %d: the JSON form does not come back: %v", seed, err)
	}
}

func TestDamagedFramesGiveTypedErrors(t *testing.T) {
	rejected := 0
	for seed := range rounds(30000) {
		m := newMaker(uint64(seed))
		frame, err := dashstream.NewWriter(dashstream.WithCodec(dashstream.Codec(m.IntN(3)))).Encode(m.frame())
		if err != nil {
			t.Fatal(err)
		}
		if !judge(t, m.damage(frame), m.IntN(100)) {
			rejected++
		}
	}
	t.Logf("%d rejected", rejected)
}

func FuzzDecode(f *testing.F) {
	for seed := range uint64(20) {
		m := newMaker(seed)
		frame, _ := dashstream.NewWriter(dashstream.WithCodec(dashstream.Codec(seed % 3))).Encode(m.frame())
		f.Add(frame, 10)
	}
	f.Fuzz(func(t *testing.T, b []byte, piece int) {
		judge(t, append([]byte{}, b...), piece)
		mend(b)
		judge(t, b, piece)
	})
}

// judge decodes bytes whole and in pieces, and writes again what was accepted.
func judge(t *testing.T, b []byte, piece int) bool {
	t.Helper()
	reader := dashstream.NewReader(dashstream.WithLints())
	f, err := reader.Decode(b)
	other, otherErr := inPieces(reader, b, max(piece, 1))
	if !reflect.DeepEqual(err, otherErr) {
		t.Fatalf("%x: whole %v, in pieces %v", b, err, otherErr)
	}
	if err != nil {
		var typed *dashstream.Error
		if !errors.As(err, &typed) || typed.Requirement == "" || typed.Offset < 0 {
			t.Fatalf("%x: no typed error: %v", b, err)
		}
		return false
	}
	if !bytes.Equal(jsonform.AppendFrame(nil, f), jsonform.AppendFrame(nil, other)) {
		t.Fatalf("%x: the pieces say something else", b)
	}
	again(t, f, b)
	return true
}

func inPieces(reader *dashstream.Reader, b []byte, piece int) (*dashstream.Frame, error) {
	p := reader.Pieces()
	for ; len(b) > 0; b = b[min(piece, len(b)):] {
		if _, err := p.Write(b[:min(piece, len(b))]); err != nil {
			break
		}
	}
	return p.Finish()
}

// again writes a frame that was accepted, where no record was rejected (JSON-001).
func again(t *testing.T, f *dashstream.Frame, b []byte) {
	t.Helper()
	for i := range f.Records {
		if f.Records[i].Err != nil {
			return
		}
	}
	limit := dashstream.WithFrameLimit(1 << 30)
	made, err := dashstream.NewWriter(limit, dashstream.WithCodec(dashstream.CodecNone)).Encode(f)
	var typed *dashstream.Error
	// Two refs to one text are two keys for a reader, and one for a tidy writer.
	if errors.As(err, &typed) && typed.Requirement == "REC-010" {
		return
	}
	if err != nil {
		t.Fatalf("%x: accepted, and not written again: %v", b, err)
	}
	g, err := dashstream.NewReader().Decode(made)
	if err != nil {
		t.Fatalf("%x: written again as %x: %v", b, made, err)
	}
	g.Prelude = f.Prelude // Lengths, codec and checksums may differ.
	if !bytes.Equal(jsonform.AppendFrame(nil, f), jsonform.AppendFrame(nil, g)) {
		t.Fatalf("%x: written again with other content", b)
	}
}

func TestEveryByteOfAFileIsReportedOnce(t *testing.T) {
	for seed := range rounds(3000) {
		m := newMaker(uint64(seed))
		var file []byte
		file = append(file, "\xBEDSF\r\n\x1a\n"...)
		marker := m.bytes(16)
		file = append(file, marker...)
		file = appendCRC(file, marker)
		for range m.IntN(5) {
			frame, _ := dashstream.NewWriter().Encode(m.frame())
			file = append(append(file, marker...), frame...)
		}
		for range m.IntN(4) {
			file = m.damage(file)
			if len(file) == 0 {
				break
			}
		}
		covers(t, file)
	}
}

func FuzzFile(f *testing.F) {
	frame, _ := dashstream.NewWriter().Encode(newMaker(1).frame())
	file := append([]byte("\xBEDSF\r\n\x1a\n"), make([]byte, 16)...)
	file = appendCRC(file, make([]byte, 16))
	file = append(append(file, make([]byte, 16)...), frame...)
	f.Add(file)
	f.Fuzz(covers)
}

func appendCRC(file, marker []byte) []byte {
	crc := crc(marker)
	return append(file, byte(crc), byte(crc>>8), byte(crc>>16), byte(crc>>24))
}

// covers checks FILE-004: header, entries and skipped ranges cover the file.
func covers(t *testing.T, file []byte) {
	t.Helper()
	reader := dashstream.NewFileReader(bytes.NewReader(file), nil)
	covered := make([]int, len(file))
	cover := func(start, end int64) {
		for i := start; i < end; i++ {
			covered[i]++
		}
	}
	for {
		event, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			var typed *dashstream.Error
			if !errors.As(err, &typed) || typed.Code != dashstream.CodeFileSignature {
				t.Fatalf("%x: %v", file, err)
			}
			return
		}
		switch e := event.(type) {
		case *dashstream.Accepted:
			cover(e.Start, e.End)
		case *dashstream.Skipped:
			cover(e.Start, e.End)
		}
	}
	for i, n := range covered {
		if n > 1 || n == 0 && i >= 28 {
			t.Fatalf("%x: byte %d is reported %d times", file, i, n)
		}
	}
}

func TestAnAccountAlwaysAddsUp(t *testing.T) {
	for seed := range rounds(2000) {
		addsUp(t, uint64(seed), dashstream.Bounds{})
	}
}

func FuzzLedger(f *testing.F) {
	f.Add(uint64(1), uint8(2))
	f.Fuzz(func(t *testing.T, seed uint64, bound uint8) {
		n := int(bound % 4)
		addsUp(t, seed, dashstream.Bounds{Ranges: n, Missing: n, Epochs: n, Nonces: n})
	})
}

// addsUp tells a ledger of frames by chance and checks LOSS-001 after each.
func addsUp(t *testing.T, seed uint64, bounds dashstream.Bounds) {
	t.Helper()
	m := newMaker(seed)
	ledger := dashstream.NewBoundedLedger(bounds)
	for range 60 {
		p := dashstream.Prelude{ProducerID: dashstream.ProducerID{byte(1 + m.IntN(2))}, Lane: uint32(m.IntN(2)),
			Epoch: uint32(1 + m.IntN(4)), BaseSequence: uint64(1 + m.IntN(40)), RecordCount: uint16(1 + m.IntN(5)),
			DropCount: uint16(m.IntN(3)), BodyCRC: uint32(m.IntN(2))}
		if m.chance(4) {
			ledger.Rejected(&p)
		} else {
			ledger.Accepted(m.arrival(p), nil)
		}
		for _, a := range ledger.Accounts() {
			if a.Seen+a.Declared+a.Unreadable+a.Lost != a.Last-a.First+1 {
				t.Fatalf("seed %d: %+v", seed, a)
			}
		}
	}
	ledger.End()
}

// arrival makes a frame for a ledger, control records included.
func (m maker) arrival(p dashstream.Prelude) *dashstream.Frame {
	f := &dashstream.Frame{Prelude: p, Metadata: dashstream.Metadata{Tenant: "a", BootNonce: make([]byte, 8)}}
	f.Records = make([]dashstream.Record, p.RecordCount)
	switch last := &f.Records[p.RecordCount-1].Payload; m.IntN(8) {
	case 0:
		*last = &dashstream.EpochEnd{}
	case 1:
		*last = &dashstream.LateDrops{First: 1 + m.number(20), Count: 1 + m.number(20), Reason: 1}
	case 2:
		if p.BaseSequence == 1 && p.Epoch > 1 {
			f.Records[0].Payload = &dashstream.EpochStart{PreviousEpoch: p.Epoch - 1, PreviousLastSequence: 1 + m.number(50)}
		}
	case 3:
		if m.chance(10) {
			*last = &dashstream.LaneEnd{}
		}
	}
	return f
}
