package dashstream

// Pieces decodes a frame that comes in pieces, and says what Decode says of the whole. It keeps no
// more than the frame's own bytes.
type Pieces struct {
	reader *Reader
	buffer []byte
	frame  *Frame
	length int
	err    *Error
	// result is kept for those who ask twice.
	result *Frame
}

// Pieces begins a frame that comes in pieces.
func (r *Reader) Pieces() *Pieces { return &Pieces{reader: r} }

// Write takes the next piece. It fails as soon as the verdict is certain.
func (p *Pieces) Write(piece []byte) (int, error) {
	if p.err == nil {
		p.err = p.take(piece)
	}
	if p.err != nil {
		return 0, p.err
	}
	return len(piece), nil
}

func (p *Pieces) take(piece []byte) *Error {
	if len(piece) == 0 {
		return nil
	}
	p.length += len(piece)
	if p.frame == nil {
		n := min(len(piece), PreludeLen-len(p.buffer))
		p.buffer, piece = append(p.buffer, piece[:n]...), piece[n:]
		if err := p.prelude(); err != nil || p.frame == nil {
			return err
		}
	}
	// FRM-005: what follows the frame is not kept.
	if err := checkLength(&p.frame.Prelude, p.length); err != nil && err.Code == CodeTrailing {
		return err
	}
	p.buffer = append(p.buffer, piece...)
	return nil
}

// prelude checks what there is of the prelude.
func (p *Pieces) prelude() *Error {
	if err := checkIntact(p.buffer); err != nil {
		if err.Code == CodeShortPrelude {
			return nil
		}
		return err
	}
	frame := &Frame{Prelude: parsePrelude(p.buffer)}
	if err := p.reader.checkPrelude(&frame.Prelude); err != nil {
		return err
	}
	p.frame = frame
	return nil
}

// Finish says that the input has ended, and gives the frame.
func (p *Pieces) Finish() (*Frame, error) {
	if p.result == nil && p.err == nil {
		p.result, p.err = p.finish()
		p.buffer = nil
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.result, nil
}

func (p *Pieces) finish() (*Frame, *Error) {
	if p.frame == nil {
		return nil, checkIntact(p.buffer)
	}
	if err := checkLength(&p.frame.Prelude, p.length); err != nil {
		return nil, err
	}
	return p.reader.decodeParts(p.frame, p.buffer)
}
