package dashstream

import (
	"maps"
	"slices"
)

// Bounds say how much a ledger keeps; what is 0 has no bound. What a ledger has forgotten it answers with
// FORGOTTEN, or DUPLICATE where nothing tells whether the content is the same. The numbers of an account
// stay what they are for as long as it is kept.
type Bounds struct {
	Ranges  int // counted ranges of an account
	Missing int // missing ranges of an account
	Epochs  int // accounts of a lane
	Nonces  int // epochs of a producer whose boot nonce is known
}

// forget lets go of the oldest of a lane and of the account in which a frame was counted.
func (b *Bounds) forget(l *lane, a *account) {
	if n := len(a.counted) - b.Ranges; b.Ranges > 0 && n > 0 {
		a.forgetCounted(n)
	}
	if n := len(a.missing) - b.Missing; b.Missing > 0 && n > 0 {
		a.missingFrom = max(a.missingFrom, a.missing[n-1].last+1)
		a.missing = slices.Delete(a.missing, 0, n)
	}
	if b.Epochs > 0 && len(l.accounts) > b.Epochs {
		epochs := slices.Sorted(maps.Keys(l.accounts))
		for _, epoch := range epochs[:len(epochs)-b.Epochs] {
			delete(l.accounts, epoch)
			l.epochsFrom = max(l.epochsFrom, epoch+1)
		}
	}
}

// forgetCounted lets go of the n oldest ranges. Behind one that could not be read nothing of before is
// filled any more, for its frame may still come intact and must not be counted again; what is known to be
// missing there stays known, for drops may be declared late.
func (a *account) forgetCounted(n int) {
	for _, c := range a.counted[:n] {
		a.countedFrom = max(a.countedFrom, c.last+1)
		if !c.readable {
			a.missingFrom = max(a.missingFrom, c.last+1)
		}
	}
	a.counted = slices.Delete(a.counted, 0, n)
}

// forgetNonces lets go of the nonces of a producer's oldest epochs.
func (b *Bounds) forgetNonces(nonces map[uint32][8]byte) {
	for b.Nonces > 0 && len(nonces) > b.Nonces {
		delete(nonces, slices.Min(slices.Collect(maps.Keys(nonces))))
	}
}
