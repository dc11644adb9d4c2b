package dashstream

// ruleContext is what the rules of a payload need to know of its record and frame.
type ruleContext struct {
	epoch    uint32
	sequence uint64
}

// checkRules makes the checks of single messages (spec/records.md). It gives the id of the first
// that fails, or nothing. Reader and writer share it.
func checkRules(payload Payload, c ruleContext) string {
	switch m := payload.(type) {
	case *GraphStart:
		return m.Parent.check()
	case *Metrics:
		return m.check()
	case *StateDiff:
		return m.check()
	case *StateSnapshot:
		return m.check()
	case *CheckpointManifest:
		return m.check()
	case *CheckpointChunk:
		// REC-018
		return when(m.Generation == 0, "REC-018")
	case *EpochStart:
		return m.check(c)
	case *LateDrops:
		// REC-021: first and count are below 2^53 each, so the sum cannot wrap.
		return when(m.First == 0 || m.Count == 0 || m.Reason == 0 || m.First+m.Count > c.sequence, "REC-021")
	case *LaneEnd:
		// REC-022
		return when(m.NextLane > MaxLane || m.NextLane != 0 && !m.HasNext, "REC-022")
	}
	return ""
}

func when(failed bool, requirement string) string {
	if failed {
		return requirement
	}
	return ""
}

func (m *RecordId) check() string {
	if m == nil {
		return ""
	}
	// REC-011
	return when(len(m.ProducerID) != 16 || allZero(m.ProducerID) || m.Epoch == 0 || m.Epoch > MaxEpoch ||
		m.Lane > MaxLane || m.Sequence == 0, "REC-011")
}

func (m *Metrics) check() string {
	// REC-012
	if len(m.IntName) != len(m.IntValue) || len(m.FloatName) != len(m.FloatValue) {
		return "REC-012"
	}
	for _, names := range [2][]string{m.IntName, m.FloatName} {
		for _, name := range names {
			// REC-013
			if name == "" {
				return "REC-013"
			}
		}
	}
	return ""
}

func isHash(b []byte) bool { return len(b) == 0 || len(b) == 32 }

func (m *StateDiff) check() string {
	// REC-014
	if !isHash(m.BaseHash) || !isHash(m.ResultHash) {
		return "REC-014"
	}
	for i := range m.Ops {
		// REC-015
		if m.Ops[i].Op < 1 || m.Ops[i].Op > 6 {
			return "REC-015"
		}
	}
	return ""
}

func (m *StateSnapshot) check() string {
	// REC-014
	if !isHash(m.Hash) {
		return "REC-014"
	}
	// REC-016
	return when(m.ChunkIndex >= max(m.ChunkCount, 1), "REC-016")
}

func (m *CheckpointManifest) check() string {
	// REC-017
	return when(m.Generation == 0 || m.ChunkCount == 0 || m.ParentGeneration >= m.Generation ||
		len(m.Sha256) != 32, "REC-017")
}

func (m *EpochStart) check(c ruleContext) string {
	// REC-019
	if c.sequence != 1 {
		return "REC-019"
	}
	// REC-020
	return when(m.PreviousEpoch >= c.epoch || (m.PreviousEpoch == 0) != (m.PreviousLastSequence == 0), "REC-020")
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
