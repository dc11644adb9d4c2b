package dashstream

import "io"

// window is the part of a file that its reader holds: what it is about to judge, and no more than one
// read of input behind it.
type window struct {
	source io.Reader
	// held is what is held, at the end of room; what stands before it in room is gone.
	room, held []byte
	base       int64 // the position of held[0]
	ended      bool
	err        error
}

const readSize = 4096

// end is the position behind the last byte that was read; the length of the file once it has ended.
func (w *window) end() int64 { return w.base + int64(len(w.held)) }

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
	// A frame is not given room before its bytes are there (COD-003 for files).
	want = min(max(want, readSize), max(len(w.held), readSize))
	if cap(w.held)-len(w.held) < want {
		w.makeRoom(want)
	}
	end := len(w.held)
	n, err := w.source.Read(w.held[end : end+want])
	w.held = w.held[:end+n]
	if err != nil {
		w.ended = true
		if err != io.EOF {
			w.err = err
		}
	}
	return n
}

// makeRoom moves what is held to the front where at least as much is gone, and otherwise to a room of twice the
// size: so each byte is moved a few times at most, however small the steps are.
func (w *window) makeRoom(want int) {
	if need := len(w.held) + want; 2*len(w.held) > cap(w.room) || need > cap(w.room) {
		w.room = make([]byte, 0, max(2*len(w.held), need))
	}
	w.held = append(w.room[:0], w.held...)
}

// from gives the bytes from position p on, as far as they were read.
func (w *window) from(p int64) []byte {
	if p >= w.end() {
		return nil
	}
	return w.held[p-w.base:]
}

// drop forgets what stands before position p.
func (w *window) drop(p int64) {
	gone := min(int(p-w.base), len(w.held))
	w.held = w.held[gone:]
	w.base += int64(gone)
}
