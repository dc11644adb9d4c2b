package dashstream

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// FileWriter appends frames to a file of frames.
type FileWriter struct {
	file   *os.File
	marker [markerLen]byte
	end    int64
}

// CreateFile begins a new file in the place of one that is there.
func CreateFile(path string) (*FileWriter, error) {
	return openWriter(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
}

// OpenFile opens a file to append to, or begins one where there is none. What follows the last accepted
// frame is cut off (FILE-013), unless it holds a frame that is only not supported, such as one of a later
// version: the file is refused with that frame's error. A file of which the signature is damaged is refused
// with FILE_SIGNATURE, one of which the marker is damaged with FILE_MARKER. What is refused is left as it
// is, and the caller begins a new one.
func OpenFile(path string) (*FileWriter, error) {
	return openWriter(path, os.O_RDWR|os.O_CREATE)
}

func openWriter(path string, flags int) (*FileWriter, error) {
	file, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return nil, err
	}
	w := &FileWriter{file: file}
	if err := w.begin(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

func (w *FileWriter) begin() error {
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	// FILE-013
	if info.Size() < fileHeaderLen {
		return w.beginAgain(info.Size())
	}
	reader := NewFileReader(w.file, nil)
	if err := whyNotCut(reader); err != nil {
		return err
	}
	copy(w.marker[:], reader.marker)
	w.end = reader.last
	return w.file.Truncate(w.end)
}

// beginAgain writes a header in the place of what is shorter than one. What cannot have become one is
// somebody's data.
func (w *FileWriter) beginAgain(size int64) error {
	b := make([]byte, min(size, int64(len(fileSignature))))
	if _, err := w.file.ReadAt(b, 0); err != nil {
		return err
	}
	if !bytes.HasPrefix(fileSignature, b) {
		return fail(CodeFileSignature, 0, "FILE-013")
	}
	return w.writeHeader()
}

// whyNotCut reads the whole file, and says why it is not to be cut back to the last accepted frame.
func whyNotCut(reader *FileReader) error {
	var unsupported error
	for {
		event, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch e := event.(type) {
		case *Accepted:
			unsupported = nil
		case *Rejected:
			if unsupported == nil && e.Err.Code.Class() == "unsupported" {
				unsupported = e.Err
			}
		case *Skipped:
			if e.Code == CodeFileSignature {
				return fail(CodeFileSignature, 0, "FILE-013")
			}
		}
	}
	if reader.marker == nil {
		return fail(CodeFileMarker, 8, "FILE-013")
	}
	return unsupported
}

// writeHeader begins the file with a marker of its own (FILE-014).
func (w *FileWriter) writeHeader() error {
	if err := w.file.Truncate(0); err != nil {
		return err
	}
	if _, err := rand.Read(w.marker[:]); err != nil {
		return err
	}
	b := append(append([]byte(nil), fileSignature...), w.marker[:]...)
	b = binary.LittleEndian.AppendUint32(b, crc32c(w.marker[:]))
	return w.write(b)
}

// write writes at the end. What was written of it is taken back where it fails.
func (w *FileWriter) write(b []byte) error {
	if _, err := w.file.WriteAt(b, w.end); err != nil {
		return errors.Join(err, w.file.Truncate(w.end))
	}
	w.end += int64(len(b))
	return nil
}

// Append adds a frame. It takes only bytes that are as long as their prelude says.
func (w *FileWriter) Append(frame []byte) error {
	if err := checkIntact(frame); err != nil {
		return err
	}
	p := parsePrelude(frame)
	if err := p.checkLengths(); err != nil {
		return err
	}
	if err := checkLength(&p, len(frame)); err != nil {
		return err
	}
	return w.write(append(append(make([]byte, 0, markerLen+len(frame)), w.marker[:]...), frame...))
}

// Sync makes what was appended durable.
func (w *FileWriter) Sync() error { return w.file.Sync() }

// Close closes the file. It does not sync.
func (w *FileWriter) Close() error { return w.file.Close() }
