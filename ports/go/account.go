package dashstream

import "sort"

// Tail says how much is known of the end of an epoch.
type Tail string

// The tails of an account.
const (
	TailOpen   Tail = "open"
	TailEnded  Tail = "ended"  // EPOCH_END or LANE_END was seen.
	TailClosed Tail = "closed" // A later EPOCH_START told the last number.
)

// Account is what a ledger knows of one epoch of a lane. After every frame
// Seen + Declared + Unreadable + Lost = Last - First + 1 (LOSS-001).
type Account struct {
	ProducerID ProducerID
	Lane       uint32
	Epoch      uint32
	First      uint64
	Last       uint64
	Seen       uint64
	Declared   uint64
	Unreadable uint64
	Lost       uint64
	Tail       Tail
}

// counted is a range that was counted.
type counted struct {
	span
	records  uint16
	readable bool
	bodyCRC  uint32
	// original is the body_crc that a redaction names.
	redacted bool
	original uint32
}

// account is an Account with what it follows from.
type account struct {
	Account
	counted []counted
	missing ranges
	// countedFrom and missingFrom say what a ledger with bounds has forgotten.
	countedFrom, missingFrom uint64
}

// miss makes the numbers from last+1 to z missing.
func (a *account) miss(z uint64) {
	a.missing.append(span{a.Last + 1, z})
	a.Lost += z - a.Last
	a.Last = z
}

// find gives the place of the first counted range that begins at a number or behind it.
func (a *account) find(first uint64) int {
	n := len(a.counted)
	if n == 0 || a.counted[n-1].first < first {
		return n // Almost every frame comes last.
	}
	return sort.Search(n, func(i int) bool { return a.counted[i].first >= first })
}

// known gives the counted range that a frame covers again, or nil.
func (a *account) known(c *counted) *counted {
	i := a.find(c.first)
	if i < len(a.counted) && a.counted[i].span == c.span && a.counted[i].records == c.records {
		return &a.counted[i]
	}
	return nil
}

// count adds a frame to the account: step 9.
func (a *account) count(c counted) {
	i := a.find(c.first)
	a.counted = append(a.counted, counted{})
	copy(a.counted[i+1:], a.counted[i:])
	a.counted[i] = c
	if c.readable {
		a.Seen += uint64(c.records)
	} else {
		a.Unreadable += uint64(c.records)
	}
	a.Declared += c.last - c.first + 1 - uint64(c.records)
}

// same says whether a frame over a counted range is the one that was counted: step 5. The redaction of
// a frame that was rejected is not known.
func (c *counted) same(k *counted) bool {
	return c.bodyCRC == k.bodyCRC ||
		c.redacted && c.original == k.bodyCRC ||
		k.redacted && k.original == c.bodyCRC ||
		c.redacted && k.redacted && c.original == k.original
}
