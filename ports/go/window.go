package dashstream

import "io"

// window is the part of a file that its reader holds: what it is about to judge, and no more than one
// read of input behind it.
type window struct {
	source io.Reader
	buffer []byte
	base   int64 // the position of buffer[0]
	ended  bool
	err    error
}

const readSize = 4096

// end is the position behind the last byte that was read; the length of the file once it has ended.
func (w *window) end() int64 { return w.base + int64(len(w.buffer)) }

// fill reads until position to, and says whether the file goes so far.
func (w *window) fill(to int64) bool {
	for idle := 0; w.end() < to && !w.ended; {
		if n := w.read(int(to - w.end())); n > 0 {
			idle = 0
		} else if idle++; idle > 100 && !w.ended {
			w.ended, w.err = true, io.ErrNoProgress
		}
	}
	return w.end() >= to
}

func (w *window) read(want int) int {
	have := len(w.buffer)
	// A frame is not given room before its bytes are there (COD-003 for files).
	want = min(max(want, readSize), max(have, readSize))
	if cap(w.buffer)-have < want {
		w.buffer = append(make([]byte, 0, have+want), w.buffer...)
	}
	n, err := w.source.Read(w.buffer[have : have+want])
	w.buffer = w.buffer[:have+n]
	if err != nil {
		w.ended = true
		if err != io.EOF {
			w.err = err
		}
	}
	return n
}

// from gives the bytes from position p on, as far as they were read.
func (w *window) from(p int64) []byte {
	if p >= w.end() {
		return nil
	}
	return w.buffer[p-w.base:]
}

// drop forgets what stands before position p.
func (w *window) drop(p int64) {
	gone := min(int(p-w.base), len(w.buffer))
	w.buffer = w.buffer[gone:]
	w.base += int64(gone)
}
