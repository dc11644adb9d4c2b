package dashstream_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dashstream.dev/dashstream"
)

// exampleFrame is one record in a frame.
func exampleFrame() *dashstream.Frame {
	return &dashstream.Frame{
		Prelude:  dashstream.Prelude{ProducerID: dashstream.ProducerID{0x50}, BaseSequence: 1, Epoch: 1},
		Metadata: dashstream.Metadata{Tenant: "acme", BootNonce: []byte("8 bytes!")},
		Records: []dashstream.Record{{
			Kind: dashstream.KindTokenChunk, TimeUs: 1_700_000_000_000_000, Thread: "t1",
			Payload: &dashstream.TokenChunk{Model: "m1", Text: []byte("hello")},
		}},
	}
}

func Example() {
	frame, err := dashstream.NewWriter().Encode(exampleFrame())
	if err != nil {
		panic(err)
	}
	f, err := dashstream.NewReader(dashstream.WithTenant("acme")).Decode(frame)
	if err != nil {
		panic(err)
	}
	for _, r := range f.Records {
		fmt.Printf("%d %s %s: %s\n", r.Sequence, r.Kind, r.Thread, r.Payload.(*dashstream.TokenChunk).Text)
	}
	// Output: 1 TOKEN_CHUNK t1: hello
}

func ExampleReader_Decode_rejected() {
	_, err := dashstream.NewReader().Decode([]byte{0xBE, 0x01})
	var rejected *dashstream.Error
	if errors.As(err, &rejected) {
		fmt.Println(rejected.Code, rejected.Offset, rejected.Requirement, rejected.Code.Class())
	}
	// Output: SHORT_PRELUDE 2 PRE-003 corrupt
}

func ExampleLedger() {
	writer, reader, ledger := dashstream.NewWriter(), dashstream.NewReader(), dashstream.NewLedger()
	for _, base := range []uint64{1, 2, 6} {
		f := exampleFrame()
		f.Prelude.BaseSequence = base
		frame, _ := writer.Encode(f)
		got, err := reader.Decode(frame)
		for _, v := range ledger.Observe(frame, got, err, nil) {
			fmt.Println(v.Name, v.Arg)
		}
	}
	// Output: GAP 3
}

func ExampleFileReader() {
	path := filepath.Join(os.TempDir(), "dashstream-example")
	defer os.Remove(path)
	w, _ := dashstream.CreateFile(path)
	frame, _ := dashstream.NewWriter().Encode(exampleFrame())
	_ = w.Append(frame)
	_ = w.Close()
	file, _ := os.Open(path)
	defer file.Close()
	reader := dashstream.NewFileReader(file, nil)
	for {
		event, err := reader.Next()
		if err == io.EOF {
			break
		}
		if entry, ok := event.(*dashstream.Accepted); ok {
			fmt.Println(entry.Start, len(entry.Frame.Records))
		}
	}
	// Output: 28 1
}
