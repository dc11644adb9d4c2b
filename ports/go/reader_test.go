package dashstream_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"

	"dashstream.dev/dashstream"
)

// allocated counts the bytes that a decoding allocates.
func allocated(t *testing.T, frame []byte, code dashstream.Code) uint64 {
	t.Helper()
	reader := dashstream.NewReader()
	decode := func() {
		_, err := reader.Decode(frame)
		var typed *dashstream.Error
		if errors.As(err, &typed); code == 0 && err != nil || code != 0 && (typed == nil || typed.Code != code) {
			t.Fatalf("%v", err)
		}
	}
	decode() // What is kept from frame to frame is there afterwards.
	least := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		decode()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// smallFrame makes a frame of records of one kind.
func smallFrame(records ...dashstream.Record) *dashstream.Frame {
	f := &dashstream.Frame{Records: records}
	f.Prelude.ProducerID, f.Prelude.BaseSequence, f.Prelude.Epoch = dashstream.ProducerID{1}, 1, 1
	f.Metadata = dashstream.Metadata{Tenant: "acme", BootNonce: make([]byte, 8)}
	return f
}

// withBody makes a frame around bytes that need not be a body.
func withBody(t *testing.T, raw []byte, codec dashstream.Codec) []byte {
	t.Helper()
	// A token of the same bytes is stored by the codec; its body is then exchanged for them.
	frame, err := dashstream.NewWriter(dashstream.WithCodec(dashstream.CodecNone), dashstream.WithFrameLimit(1<<30)).
		Encode(smallFrame(dashstream.Record{Kind: 45, Payload: &dashstream.LegacyPayload{Frame: raw}}))
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.Index(frame, raw)
	p, _ := dashstream.Countable(frame)
	head := append([]byte{}, frame[:64+int(p.MetadataLen)]...)
	stored := frame[start : start+len(raw)]
	if codec != dashstream.CodecNone {
		stored = dashstream.Pack(codec, raw)
	}
	head[26] = byte(codec)
	b := append(head, stored...)
	binary.LittleEndian.PutUint32(b[20:], uint32(len(raw)))
	mend(b)
	return b
}

// FRM-009, COD-002, COD-003, BODY-017, BODY-018
func TestBombsStayWithinTheirLimits(t *testing.T) {
	const constant = 64 << 10
	emptyStrings := bytes.Repeat([]byte{0x0A, 0x00}, 4_190_000)
	text := dashstream.Record{Kind: 11, Payload: &dashstream.TokenChunk{Text: make([]byte, 8_388_500)}}
	for _, codec := range []dashstream.Codec{dashstream.CodecZstd, dashstream.CodecLz4} {
		zeros, err := dashstream.NewWriter(dashstream.WithCodec(codec)).Encode(smallFrame(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, bomb := range []struct {
			name  string
			frame []byte
			code  dashstream.Code
		}{
			{"zeros", zeros, 0},
			{"empty strings", withBody(t, emptyStrings, codec), dashstream.CodeStringTable},
		} {
			p, _ := dashstream.Countable(bomb.frame)
			limit := uint64(p.RawLen) + uint64(p.BodyLen) + constant
			if n := allocated(t, bomb.frame, bomb.code); n > limit {
				t.Errorf("%s, %s: %d bytes allocated, more than %d", codec, bomb.name, n, limit)
			}
		}
	}
}

// BODY-017: every record refers to one long text.
func TestTextsAreShared(t *testing.T) {
	records := make([]dashstream.Record, dashstream.MaxRecords)
	for i := range records {
		records[i] = dashstream.Record{Kind: 5, Thread: strings.Repeat("x", 1024), Payload: &dashstream.NodeStart{}}
	}
	frame, err := dashstream.NewWriter().Encode(smallFrame(records...))
	if err != nil {
		t.Fatal(err)
	}
	if n := allocated(t, frame, 0); n > dashstream.MaxRecords*300 {
		t.Errorf("%d bytes allocated", n)
	}
}

// BODY-018: drops are counted, and no record stands for one.
func TestDropsAreCounted(t *testing.T) {
	f := smallFrame(dashstream.Record{Kind: 5, Payload: &dashstream.NodeStart{}})
	f.Metadata.DropReason, f.Metadata.DropReasonCount, f.Metadata.DroppedTotal = []uint32{1}, []uint32{65535}, 65535
	frame, err := dashstream.NewWriter().Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	if n := allocated(t, frame, 0); n > 4096 {
		t.Errorf("%d bytes allocated", n)
	}
}

// ERR-003, SEC-001
func TestEveryErrorNamesCodeOffsetAndRequirement(t *testing.T) {
	frame := encode(t, 1)
	frame[70] ^= 1
	_, err := dashstream.NewReader().Decode(frame)
	if err == nil || err.Error() != "dashstream: METADATA_CRC at 8 (FRM-006)" {
		t.Errorf("%v", err)
	}
	_, err = dashstream.NewWriter(dashstream.WithLevel(23)).Encode(newMaker(1).frame())
	if err == nil || err.Error() != "dashstream: LEVEL (COD-006)" {
		t.Errorf("%v", err)
	}
}

func TestAFrameOwnsItsMemory(t *testing.T) {
	frame, err := dashstream.NewWriter(dashstream.WithCodec(dashstream.CodecNone)).Encode(
		smallFrame(dashstream.Record{Kind: 5, Thread: "thread", Payload: &dashstream.NodeStart{}}))
	if err != nil {
		t.Fatal(err)
	}
	f, err := dashstream.NewReader().Decode(frame)
	if err != nil {
		t.Fatal(err)
	}
	clear(frame)
	if f.Records[0].Thread != "thread" || f.Metadata.Tenant != "acme" {
		t.Error("the frame changes with the input")
	}
}

func TestNullIsNotEmpty(t *testing.T) {
	for code, b := range map[dashstream.Code][]byte{dashstream.CodeNullValue: nil, dashstream.CodeEmpty: {}} {
		_, err := dashstream.NewReader().Decode(b)
		var typed *dashstream.Error
		if !errors.As(err, &typed) || typed.Code != code {
			t.Errorf("%v, not %v", err, code)
		}
	}
}

func TestAChecksumThatDoesNotMatchIsNamed(t *testing.T) {
	frame, err := dashstream.NewWriter().Encode(
		smallFrame(dashstream.Record{Kind: 11, Payload: &dashstream.TokenChunk{Text: make([]byte, 1000)}}))
	if err != nil {
		t.Fatal(err)
	}
	frame[len(frame)-1] ^= 1
	mend(frame[:len(frame):len(frame)])
	_, err = dashstream.NewReader().Decode(frame)
	var typed *dashstream.Error
	if !errors.As(err, &typed) || typed.Code != dashstream.CodeDecompress || typed.Requirement != "ZST-017" {
		t.Errorf("%v", err)
	}
}

// A value of a packed field of refs that is broken costs its record alone.
func TestBrokenRefsAreRejected(t *testing.T) {
	good := &dashstream.Edge{To: make([]string, 12)}
	for _, refs := range []string{
		"\x80", "\x00\x00\x80", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", "\x80\x80\x80\x80\x10", "\x01",
	} {
		frame, err := dashstream.NewWriter(dashstream.WithCodec(dashstream.CodecNone)).Encode(
			smallFrame(dashstream.Record{Kind: 9, Payload: good}, dashstream.Record{Kind: 9, Payload: &dashstream.Edge{}}))
		if err != nil {
			t.Fatal(err)
		}
		copy(frame[len(frame)-len(refs):], refs)
		mend(frame)
		f, err := dashstream.NewReader().Decode(frame)
		if err != nil {
			t.Fatal(err)
		}
		if r := f.Records[0]; r.Err == nil || r.Err.Code != dashstream.CodePayload || f.Records[1].Err != nil {
			t.Errorf("%x: %v", refs, r.Err)
		}
	}
}
