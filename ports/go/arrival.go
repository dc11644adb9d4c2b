package dashstream

// arrival is one frame on its way through the steps of loss.md.
type arrival struct {
	ledger    *Ledger
	prelude   *Prelude
	frame     *Frame // nil where the frame was rejected
	partition *uint32
	counted   counted
	lane      *lane
	account   *account
	verdicts  []Verdict
}

func (a *arrival) say(name VerdictName, arg uint64) {
	a.verdicts = append(a.verdicts, Verdict{name, arg})
}

// stop says the verdict that ends the steps.
func (a *arrival) stop(name VerdictName) bool {
	a.say(name, 0)
	return false
}

// arrive takes the steps. Each of them says whether to go on.
func (a *arrival) arrive() {
	if !a.nonce() || !a.place() {
		return
	}
	a.tellLane()
	a.controls()
	a.ledger.bounds.forget(a.lane, a.account)
}

// nonce is step 1.
func (a *arrival) nonce() bool {
	if a.frame == nil {
		return true
	}
	own := [8]byte(a.frame.Metadata.BootNonce)
	nonces := a.ledger.nonces[a.prelude.ProducerID]
	if nonces == nil {
		nonces = map[uint32][8]byte{}
		a.ledger.nonces[a.prelude.ProducerID] = nonces
	}
	nonce, found := nonces[a.prelude.Epoch]
	if !found {
		nonces[a.prelude.Epoch] = own
		a.ledger.bounds.forgetNonces(nonces)
	}
	// LOSS-002
	if found && nonce != own {
		return a.stop(Fork)
	}
	return true
}

// place takes the steps from 2 to 9: it finds the account, and counts the frame in it.
func (a *arrival) place() bool {
	key := laneKey{a.prelude.ProducerID, a.prelude.Lane}
	epoch := a.prelude.Epoch
	a.lane = a.ledger.lanes[key]
	if a.lane == nil {
		a.newLane(key)
		return a.forward()
	}
	if epoch > a.lane.current {
		return a.newEpoch() && a.forward()
	}
	a.account = a.lane.accounts[epoch]
	switch {
	// LOSS-021
	case a.account == nil && epoch < a.lane.epochsFrom:
		return a.stop(Forgotten)
	// LOSS-003: step 2.
	case a.account == nil:
		return a.stop(StaleEpoch)
	}
	return a.inEpoch()
}

// open makes an account without numbers from first on.
func (a *arrival) open(epoch uint32, first uint64) *account {
	p := a.prelude
	opened := &account{Account: Account{ProducerID: p.ProducerID, Lane: p.Lane, Epoch: epoch,
		First: first, Last: first - 1, Tail: TailOpen}}
	a.lane.accounts[epoch] = opened
	return opened
}

// newLane is step 3.
func (a *arrival) newLane(key laneKey) {
	a.lane = &lane{current: a.prelude.Epoch, accounts: map[uint32]*account{}}
	a.ledger.lanes[key] = a.lane
	a.account = a.open(a.prelude.Epoch, a.counted.first)
	// LOSS-004
	if a.counted.first > 1 {
		a.say(Baseline, a.counted.first)
	}
}

// epochStart gives the EPOCH_START at sequence 1 with which the frame begins, or nil.
func (a *arrival) epochStart() *EpochStart {
	if a.frame == nil || a.counted.first != 1 {
		return nil
	}
	start, _ := a.frame.Records[0].Payload.(*EpochStart)
	return start
}

// newEpoch is step 4.
func (a *arrival) newEpoch() bool {
	before := a.lane.accounts[a.lane.current]
	// LOSS-019
	if a.lane.ended {
		return a.stop(AfterEnd)
	}
	start := a.epochStart()
	switch {
	case start == nil:
		a.unannounced(before)
	// LOSS-005
	case start.PreviousEpoch < before.Epoch:
		return a.stop(Fork)
	case start.PreviousEpoch == before.Epoch:
		if !a.follows(before, start.PreviousLastSequence) {
			return a.stop(Fork)
		}
	default:
		a.follower(before, start)
	}
	a.lane.current = a.prelude.Epoch
	a.account = a.open(a.prelude.Epoch, 1)
	return true
}

// unannounced opens an epoch of whose beginning nothing is known.
func (a *arrival) unannounced(before *account) {
	if before.Tail == TailOpen {
		a.say(TailUnknown, uint64(before.Epoch))
	}
	// LOSS-007
	if skipped := a.prelude.Epoch - before.Epoch - 1; skipped > 0 {
		a.say(EpochMissing, uint64(skipped))
	}
}

// follows ends the epoch before at the last number that EPOCH_START tells.
func (a *arrival) follows(before *account, last uint64) bool {
	// LOSS-005
	if last < before.Last || last > before.Last && before.Tail == TailEnded {
		return false
	}
	// LOSS-006
	if last > before.Last {
		a.say(Gap, last-before.Last)
		before.miss(last)
	}
	if before.Tail == TailOpen {
		before.Tail = TailClosed
	}
	return true
}

// follower opens an epoch that follows one which was never seen.
func (a *arrival) follower(before *account, start *EpochStart) {
	if before.Tail == TailOpen {
		a.say(TailUnknown, uint64(before.Epoch))
	}
	// LOSS-007
	a.say(EpochMissing, uint64(start.PreviousEpoch-before.Epoch))
	unseen := a.open(start.PreviousEpoch, 1)
	unseen.miss(start.PreviousLastSequence)
	unseen.Tail = TailClosed
}

// inEpoch takes the steps from 5 on in an account that was there.
func (a *arrival) inEpoch() bool {
	if k := a.account.known(&a.counted); k != nil {
		return a.again(k)
	}
	switch {
	// Step 6.
	case a.counted.last < a.account.First:
		return a.stop(StaleEpoch)
	case a.counted.first <= a.account.Last:
		return a.inside()
	}
	return a.forward()
}

// again is step 5.
func (a *arrival) again(k *counted) bool {
	// LOSS-010
	if !a.counted.same(k) {
		return a.stop(Fork)
	}
	// LOSS-009
	if k.readable || a.frame == nil {
		return a.stop(Duplicate)
	}
	// LOSS-011
	a.say(Late, uint64(k.records))
	a.account.Unreadable -= uint64(k.records)
	a.account.Seen += uint64(k.records)
	*k = a.counted
	return true
}

// inside is step 7.
func (a *arrival) inside() bool {
	switch {
	// LOSS-021
	case a.counted.first < a.account.missingFrom:
		return a.stop(Forgotten)
	case a.account.missing.holding(a.counted.span) >= 0:
	// Nothing tells whether it has the same content. What lies in front of the account was never counted.
	case a.counted.first >= a.account.First && a.counted.last < a.account.countedFrom && !a.account.missing.touching(a.counted.span):
		return a.stop(Duplicate)
	// LOSS-012
	default:
		return a.stop(Overlap)
	}
	// LOSS-013
	a.say(Late, uint64(a.counted.records))
	a.account.Lost -= a.account.missing.remove(a.counted.span)
	a.account.count(a.counted)
	return true
}

// forward is step 8.
func (a *arrival) forward() bool {
	switch {
	case a.prelude.Epoch < a.lane.current:
		return a.stop(StaleEpoch)
	// LOSS-019
	case a.account.Tail == TailEnded || a.lane.ended:
		return a.stop(AfterEnd)
	}
	// LOSS-014
	if missing := a.counted.first - 1 - a.account.Last; missing > 0 {
		a.say(Gap, missing)
		a.account.miss(a.counted.first - 1)
	}
	a.account.Last = a.counted.last
	// LOSS-015
	a.account.count(a.counted)
	return true
}

// tellLane is step 10.
func (a *arrival) tellLane() {
	if a.frame == nil {
		return
	}
	tenant := a.frame.Metadata.Tenant
	if a.lane.tenant == "" {
		a.lane.tenant = tenant
	}
	if a.lane.partition == nil && a.partition != nil {
		own := *a.partition
		a.lane.partition = &own
	}
	// LOSS-017
	if a.lane.tenant != tenant || a.partition != nil && *a.lane.partition != *a.partition {
		a.say(LaneMoved, 0)
	}
}

// controls is step 11.
func (a *arrival) controls() {
	if a.frame == nil {
		return
	}
	for i := range a.frame.Records {
		switch m := a.frame.Records[i].Payload.(type) {
		case *LateDrops:
			// LOSS-018: first + count is no more than the record's own number.
			n := a.account.missing.remove(span{m.First, m.First + m.Count - 1})
			a.account.Declared += n
			a.account.Lost -= n
		case *EpochEnd:
			a.ends(false)
		case *LaneEnd:
			a.ends(true)
		}
	}
}

// ends notes the end of an epoch, or of the lane, where nothing follows the frame.
func (a *arrival) ends(lane bool) {
	if a.counted.last != a.account.Last {
		return
	}
	a.account.Tail = TailEnded
	if lane && a.prelude.Epoch == a.lane.current {
		a.lane.ended = true
	}
}
