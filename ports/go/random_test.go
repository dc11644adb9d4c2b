package dashstream_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"strings"

	"dashstream.dev/dashstream"
)

// maker makes frames by chance, with everything that a frame may have.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 1))} }

func (m maker) chance(n int) bool { return m.IntN(n) == 0 }

// number makes a number up to top, small ones more often.
func (m maker) number(top uint64) uint64 {
	return m.Uint64() >> m.IntN(64) % (top + 1)
}

func (m maker) text() string {
	texts := [...]string{"a", "node", "größe", "日本", "with \"quotes\"", "x\x00y", "run-17", "\U0001F600",
		strings.Repeat("long ", 40)}
	return texts[m.IntN(len(texts))] + fmt.Sprint(m.IntN(4))
}

func (m maker) bytes(n int) []byte {
	if n == 0 {
		return nil
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return b
}

// frame makes a frame that a writer takes and a reader gives back as it was.
func (m maker) frame() *dashstream.Frame {
	f := &dashstream.Frame{}
	p := &f.Prelude
	copy(p.ProducerID[:], m.bytes(16))
	p.ProducerID[0] |= 1
	p.Epoch, p.Lane = uint32(m.number(1000)+2), uint32(m.number(dashstream.MaxLane))
	p.BaseSequence = m.number(1<<40) + 1
	f.Metadata = m.metadata()
	f.Records = make([]dashstream.Record, 1+m.IntN(20))
	drops, sequence := 0, p.BaseSequence-1
	for i := range f.Records {
		gap := m.IntN(2)
		drops += gap
		sequence += uint64(1 + gap)
		f.Records[i] = m.record(sequence, f)
	}
	if m.chance(8) {
		m.redact(f)
	}
	if drops > 0 {
		f.Metadata.DropReason, f.Metadata.DropReasonCount = []uint32{1}, []uint32{uint32(drops)}
		f.Metadata.DroppedTotal = uint64(drops) + m.number(100)
	}
	return f
}

// redact puts records of erased ones in the place of all that is not control.
func (m maker) redact(f *dashstream.Frame) {
	f.Metadata.Redaction = &dashstream.Redaction{OriginalBodyCrc: m.Uint32(), Reason: m.text()}
	for i := range f.Records {
		if r := &f.Records[i]; r.Kind.Class() != "control" {
			r.Payload = &dashstream.Redacted{OriginalKind: uint32(r.Kind)}
			r.Kind = dashstream.KindRedacted
		}
	}
}

func (m maker) metadata() dashstream.Metadata {
	d := dashstream.Metadata{Tenant: m.text(), BootNonce: m.bytes(8), BaseTimeUs: m.number(1 << 50)}
	if m.chance(3) {
		d.TraceID = append(m.bytes(15), 1)
	}
	for range m.IntN(4) {
		d.Contexts = append(d.Contexts, dashstream.Context{Run: m.text(), Node: m.text()})
	}
	return d
}

func (m maker) record(sequence uint64, f *dashstream.Frame) dashstream.Record {
	r := dashstream.Record{Sequence: sequence, TimeUs: m.number(1 << 50)}
	for _, text := range []*string{&r.Thread, &r.Node, &r.Run, &r.Task} {
		if m.chance(2) {
			*text = m.text()
		}
	}
	if f.Metadata.TraceID != nil {
		r.TraceID = dashstream.TraceID(f.Metadata.TraceID)
	}
	if m.chance(3) {
		r.TraceID = dashstream.TraceID{15: byte(1 + m.IntN(3))}
	}
	if m.chance(3) {
		r.SpanID = dashstream.SpanID{7: byte(1 + m.IntN(3))}
	}
	if sequence > 1 && m.chance(3) {
		r.Parent = sequence - 1 - m.number(min(sequence-2, 1000))
	}
	r.Kind, r.Payload = m.payload(sequence)
	return r
}

func (m maker) payload(sequence uint64) (dashstream.Kind, dashstream.Payload) {
	kind := dashstream.Kind(1 + m.IntN(47))
	payload := dashstream.NewPayload(kind)
	switch {
	case kind == dashstream.KindEpochStart || kind == dashstream.KindRedacted || payload == nil:
		return 4097, &dashstream.Opaque{Bytes: m.bytes(m.IntN(20))}
	case kind == dashstream.KindLateDrops && sequence > 2:
		return kind, &dashstream.LateDrops{First: 1, Count: 1 + m.number(sequence-2), Reason: 7}
	case kind == dashstream.KindLateDrops:
		return dashstream.KindHeartbeat, &dashstream.Heartbeat{}
	}
	m.fill(reflect.ValueOf(payload).Elem())
	m.obey(payload)
	return kind, payload
}

// fill puts something into every field that is allowed by its type.
func (m maker) fill(v reflect.Value) {
	for i := range v.NumField() {
		if m.chance(4) {
			continue
		}
		m.value(v.Field(i))
	}
}

func (m maker) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Uint32:
		v.SetUint(m.number(1<<32 - 1))
	case reflect.Uint64:
		v.SetUint(m.number(dashstream.MaxSequence))
	case reflect.Int64:
		v.SetInt(int64(m.number(dashstream.MaxSequence)) * int64(1-2*m.IntN(2)))
	case reflect.Float64:
		v.SetFloat(m.NormFloat64())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(m.text())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Struct:
		m.fill(v)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]byte]() {
			v.SetBytes(m.bytes(1 + m.IntN(200)))
			return
		}
		n := 1 + m.IntN(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			m.value(v.Index(i))
		}
	}
}

// obey makes a message that keeps to the rules of its kind.
func (m maker) obey(payload dashstream.Payload) {
	if field := reflect.ValueOf(payload).Elem().FieldByName("Attributes"); field.IsValid() {
		for i := range field.Len() {
			field.Index(i).Field(0).SetString(fmt.Sprint("key", i))
		}
	}
	switch p := payload.(type) {
	case *dashstream.GraphStart:
		if p.Parent != nil {
			*p.Parent = dashstream.RecordId{ProducerID: append(m.bytes(15), 1), Epoch: 1, Lane: 0, Sequence: 7}
		}
	case *dashstream.Metrics:
		p.IntName, p.IntValue, p.FloatName, p.FloatValue = []string{"a", "b"}, []int64{-5, 0}, []string{"c"}, []float64{m.NormFloat64()}
	case *dashstream.StateDiff:
		p.BaseHash, p.ResultHash = m.bytes(32), nil
		for i := range p.Ops {
			p.Ops[i].Op = 1 + p.Ops[i].Op%6
		}
	case *dashstream.StateSnapshot:
		p.Hash, p.ChunkCount, p.ChunkIndex = m.bytes(32), 3, 2
	case *dashstream.CheckpointManifest:
		p.Generation, p.ParentGeneration, p.ChunkCount, p.Sha256 = 9, 8, 1, m.bytes(32)
	case *dashstream.CheckpointChunk:
		p.Generation = 1
	case *dashstream.LaneEnd:
		p.NextLane, p.HasNext = 5, true
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crc(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// mend makes the checksums and lengths of a damaged frame right, so that the checks behind are reached.
func mend(b []byte) {
	if len(b) < 64 {
		return
	}
	metadata := min(int(binary.LittleEndian.Uint16(b[24:])), len(b)-64)
	binary.LittleEndian.PutUint32(b[16:], uint32(len(b)-64-metadata))
	if b[26] == 0 {
		binary.LittleEndian.PutUint32(b[20:], uint32(len(b)-64-metadata))
	}
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b[64:64+metadata], castagnoli))
	binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[64+metadata:], castagnoli))
	crc := crc32.Update(crc32.Checksum(b[:4], castagnoli), castagnoli, b[8:64])
	binary.LittleEndian.PutUint32(b[4:], crc)
}

// damage changes, cuts or adds some bytes.
func (m maker) damage(frame []byte) []byte {
	b := append([]byte{}, frame...)
	for range 1 + m.IntN(3) {
		at := m.IntN(len(b))
		switch m.IntN(5) {
		case 0:
			b = b[:at]
		case 1:
			b = append(b[:at], append(m.bytes(1+m.IntN(4)), b[at:]...)...)
		case 2:
			b[at] = [...]byte{0, 1, 0x7F, 0x80, 0xFF}[m.IntN(5)]
		default:
			b[at] ^= 1 << m.IntN(8)
		}
		if len(b) == 0 {
			return b
		}
	}
	if !m.chance(5) {
		mend(b)
	}
	return b
}
