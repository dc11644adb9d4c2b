package dashstream_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"dashstream.dev/dashstream"
)

func encode(t *testing.T, seed uint64) []byte {
	t.Helper()
	frame, err := dashstream.NewWriter().Encode(newMaker(seed).frame())
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// fill appends frames to the file at path.
func fill(t *testing.T, path string, frames ...[]byte) {
	t.Helper()
	w, err := dashstream.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, frame := range frames {
		if err := w.Append(frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		t.Fatal(err)
	}
}

// count counts the accepted frames of a file, and says whether anything else is there.
func count(t *testing.T, source io.Reader) (frames int, clean bool) {
	t.Helper()
	reader := dashstream.NewFileReader(source, nil)
	clean = true
	for {
		event, err := reader.Next()
		if err == io.EOF {
			_, torn := reader.Tail()
			return frames, clean && !torn
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := event.(*dashstream.Accepted); ok {
			frames++
		} else {
			clean = false
		}
	}
}

// FILE-013
func TestReopeningTruncatesToTheLastAcceptedFrame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frames")
	fill(t, path, encode(t, 1), encode(t, 2))
	whole, _ := os.ReadFile(path)
	for _, cut := range []int{1, 50, 100} {
		if err := os.WriteFile(path, whole[:len(whole)-cut], 0o600); err != nil {
			t.Fatal(err)
		}
		fill(t, path, encode(t, 3))
		b, _ := os.ReadFile(path)
		if n, clean := count(t, bytes.NewReader(b)); n != 2 || !clean {
			t.Errorf("cut by %d: %d frames, clean: %v", cut, n, clean)
		}
	}
	if err := os.WriteFile(path, whole[:27], 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, path)
	if info, _ := os.Stat(path); info.Size() != 28 {
		t.Errorf("no new file: %d bytes", info.Size())
	}
}

func TestAForeignFileIsLeftAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foreign")
	text := bytes.Repeat([]byte("something else "), 10)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := dashstream.OpenFile(path)
	var typed *dashstream.Error
	if !errors.As(err, &typed) || typed.Code != dashstream.CodeFileSignature {
		t.Errorf("opened: %v", err)
	}
	if b, _ := os.ReadFile(path); !bytes.Equal(b, text) {
		t.Error("changed")
	}
}

// refused tries to go on with a file, and wants it refused with this code and left as it is.
func refused(t *testing.T, name string, b []byte, code dashstream.Code, offset int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "frames")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := dashstream.OpenFile(path)
	var typed *dashstream.Error
	if !errors.As(err, &typed) || typed.Code != code || typed.Offset != offset {
		t.Errorf("%s: %v", name, err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
		t.Errorf("%s: changed", name)
	}
}

// FILE-013
func TestWhatIsNotSupportedIsNotCutOff(t *testing.T) {
	one, two, three := encode(t, 1), encode(t, 2), encode(t, 3)
	for _, c := range []struct {
		name   string
		at     int
		to     byte
		code   dashstream.Code
		offset int64
	}{
		{"version", 1, 2, dashstream.CodeVersion, 1},
		{"flag", 2, 1, dashstream.CodeCriticalFlag, 2},
		{"codec", 26, 9, dashstream.CodeCodec, 26},
		{"schema", 27, 2, dashstream.CodeSchema, 27},
	} {
		newer := bytes.Clone(two)
		newer[c.at] = c.to
		binary.LittleEndian.PutUint32(newer[4:], crc(append(bytes.Clone(newer[:4]), newer[8:64]...)))
		path := filepath.Join(t.TempDir(), "frames")
		fill(t, path, one, newer, three)
		b, _ := os.ReadFile(path)
		// An accepted frame behind it leaves it where it is.
		fill(t, path, one)
		if after, _ := os.ReadFile(path); len(after) != len(b)+16+len(one) || !bytes.HasPrefix(after, b) {
			t.Errorf("%s: cut in front of an accepted frame", c.name)
		}
		last := b[:len(b)-16-len(three)]
		refused(t, c.name, last, c.code, c.offset)
		refused(t, c.name+", torn", last[:len(last)-1], c.code, c.offset)
		refused(t, c.name+", and a torn one", b[:len(b)-1], c.code, c.offset)
	}
}

// FILE-013
func TestADamagedHeaderIsNotWrittenBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frames")
	fill(t, path, encode(t, 1))
	whole, _ := os.ReadFile(path)
	for at := range 28 {
		b := bytes.Clone(whole)
		b[at] ^= 1
		if at < 8 {
			refused(t, "signature", b, dashstream.CodeFileSignature, 0)
			refused(t, "signature, cut", b[:at+1], dashstream.CodeFileSignature, 0)
		} else {
			refused(t, "marker", b, dashstream.CodeFileMarker, 8)
		}
		if err := os.WriteFile(path, whole[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		fill(t, path)
		if b, _ := os.ReadFile(path); len(b) != 28 {
			t.Errorf("%d bytes of a header: no new file", at)
		}
	}
}

// FILE-014
func TestEveryFileHasItsOwnMarker(t *testing.T) {
	seen := map[string]bool{}
	for range 20 {
		path := filepath.Join(t.TempDir(), "frames")
		fill(t, path)
		b, _ := os.ReadFile(path)
		seen[string(b[8:24])] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d markers in 20 files", len(seen))
	}
}

func TestAWriterOfFilesTakesWholeFramesAlone(t *testing.T) {
	w, err := dashstream.CreateFile(filepath.Join(t.TempDir(), "frames"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	frame := encode(t, 1)
	for _, b := range [][]byte{nil, frame[:63], frame[:len(frame)-1], append(frame[:len(frame):len(frame)], 0)} {
		if w.Append(b) == nil {
			t.Errorf("%d bytes of %d were taken", len(b), len(frame))
		}
	}
}

// greedy counts how far ahead of what was reported a file is read.
type greedy struct {
	rest io.Reader
	read int64
}

func (g *greedy) Read(b []byte) (int, error) {
	n, err := g.rest.Read(b)
	g.read += int64(n)
	return n, err
}

// FILE-015, with one read of input.
func TestAFileReaderHoldsOneFrame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frames")
	var frames [][]byte
	longest := 0
	for seed := range uint64(50) {
		frames = append(frames, encode(t, seed))
		longest = max(longest, len(frames[seed]))
	}
	fill(t, path, frames...)
	b, _ := os.ReadFile(path)
	source := &greedy{rest: bytes.NewReader(append(b, make([]byte, 1<<20)...))}
	reader := dashstream.NewFileReader(source, nil)
	for {
		event, err := reader.Next()
		if err == io.EOF {
			return
		}
		if e, ok := event.(*dashstream.Accepted); ok && source.read-e.End > int64(longest+80+4096) {
			t.Fatalf("%d bytes ahead", source.read-e.End)
		}
	}
}

func TestAnErrorOfTheSourceIsPassedOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frames")
	fill(t, path, encode(t, 1), encode(t, 2))
	b, _ := os.ReadFile(path)
	broken := errors.New("broken")
	reader := dashstream.NewFileReader(io.MultiReader(bytes.NewReader(b[:len(b)-5]), failing{broken}), nil)
	for {
		if _, err := reader.Next(); err != nil {
			if err != broken {
				t.Errorf("%v", err)
			}
			return
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A file of preludes that announce frames of 8 MiB, none of which is one: what is held is not moved for each.
func TestManyCandidatesCostLittle(t *testing.T) {
	prelude := encode(t, 1)[:64]
	prelude[26] = 1
	binary.LittleEndian.PutUint32(prelude[16:], 8_000_000)
	binary.LittleEndian.PutUint32(prelude[20:], 8_388_608)
	crc := crc32.Update(crc32.Checksum(prelude[:4], castagnoli), castagnoli, prelude[8:64])
	binary.LittleEndian.PutUint32(prelude[4:], crc)
	file := append([]byte("\xBEDSF\r\n\x1a\n"), make([]byte, 16)...)
	file = appendCRC(file, make([]byte, 16))
	file = append(file, bytes.Repeat(append(make([]byte, 16), prelude...), 200_000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rejected := 0
	reader := dashstream.NewFileReader(bytes.NewReader(file), nil)
	for {
		event, err := reader.Next()
		if err == io.EOF {
			break
		}
		if _, ok := event.(*dashstream.Rejected); ok {
			rejected++
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; rejected != 200_000 || n > 20*uint64(len(file)) {
		t.Errorf("%d rejected, %d bytes allocated for %d", rejected, n, len(file))
	}
}

// A frame of another tenant is rejected, and is nobody's business for a ledger.
func TestAnotherTenantIsNotCountable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frames")
	fill(t, path, encode(t, 1))
	b, _ := os.ReadFile(path)
	reader := dashstream.NewFileReader(bytes.NewReader(b), dashstream.NewReader(dashstream.WithTenant("nobody")))
	event, err := reader.Next()
	if r, ok := event.(*dashstream.Rejected); !ok || r.Err.Code != dashstream.CodeTenantMismatch || r.Countable {
		t.Errorf("%+v, %v", event, err)
	}
}
