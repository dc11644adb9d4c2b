// Command bench measures the decoding of frames beside that of plain protobuf: the same records, the
// same compression, in one run, turn by turn.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"dashstream.dev/dashstream"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
)

func pack(b []byte) []byte { return encoder.EncodeAll(b, nil) }

func unpack(b []byte) []byte {
	raw, err := decoder.DecodeAll(b, nil)
	check(err)
	return raw
}

// subject is one of those that are measured.
type subject struct {
	name  string
	bytes int
	run   func()
	times []time.Duration
}

func main() {
	rounds := flag.Int("rounds", 60, "rounds; each subject has its turn in each")
	count := flag.Int("records", 1000, "records of a frame")
	profile := flag.String("cpuprofile", "", "file for a profile of the decoding of frames alone")
	flag.Parse()
	f := makeFrame(*count)
	writer := dashstream.NewWriter()
	frame, err := writer.Encode(f)
	check(err)
	reader := dashstream.NewReader()
	decode := func() { _, err := reader.Decode(frame); check(err) }
	if *profile != "" {
		profiled(*profile, decode)
		return
	}
	stored, err := dashstream.NewWriter(dashstream.WithCodec(dashstream.CodecNone)).Encode(f)
	check(err)
	p, _ := dashstream.Countable(stored)
	columns, records := pack(stored[dashstream.PreludeLen+int(p.MetadataLen):]), plainBatch(f)
	batch := encodePlain(records)
	decoding := []*subject{
		{name: "dashstream frame", bytes: len(frame), run: decode},
		{name: "protobuf, plain records", bytes: len(batch), run: func() { decodePlain(batch) }},
		{name: "protobuf, columns unchecked", bytes: len(columns), run: func() { decodeColumns(columns) }},
	}
	encoding := []*subject{
		{name: "dashstream frame", bytes: len(frame), run: func() { _, err := writer.Encode(f); check(err) }},
		{name: "protobuf, plain records", bytes: len(batch), run: func() { encodePlain(records) }},
	}
	measure(append(decoding, encoding...), *rounds)
	fmt.Println("decode")
	report(decoding, *count)
	fmt.Println("encode")
	report(encoding, *count)
}

// measure gives each subject its turn of 20 decodings, round by round.
func measure(subjects []*subject, rounds int) {
	for round := range rounds + 5 {
		for i := range subjects {
			s := subjects[(i+round)%len(subjects)]
			start := time.Now()
			for range 20 {
				s.run()
			}
			if round >= 5 { // The first rounds warm up.
				s.times = append(s.times, time.Since(start)/20)
			}
		}
	}
}

func report(subjects []*subject, count int) {
	own := median(subjects[0].times)
	for _, s := range subjects {
		m := median(s.times)
		fmt.Printf("%-28s %8d bytes  %10s a frame  %6.0f ns a record  %.2f times the time of a frame\n",
			s.name, s.bytes, m, float64(m.Nanoseconds())/float64(count), float64(m)/float64(own))
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func profiled(path string, decode func()) {
	out, err := os.Create(path)
	check(err)
	check(pprof.StartCPUProfile(out))
	for start := time.Now(); time.Since(start) < 5*time.Second; {
		decode()
	}
	pprof.StopCPUProfile()
	check(out.Close())
}
