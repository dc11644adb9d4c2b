package dashstream

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

var entryLine = regexp.MustCompile(`(?m)^name = "(\w+)"(?:\nvalue = ([\d_]+))?`)

// registry gives the names of a registry, and their values where they have one.
func registry(t *testing.T, name string) map[string]uint64 {
	t.Helper()
	text, err := os.ReadFile("../../spec/registry/" + name)
	if err != nil {
		t.Skip("the registries are in the repository and not in the module")
	}
	entries := map[string]uint64{}
	for _, found := range entryLine.FindAllStringSubmatch(string(text), -1) {
		digits := regexp.MustCompile(`_`).ReplaceAllString(found[2], "")
		entries[found[1]], _ = strconv.ParseUint(digits, 10, 64)
	}
	if len(entries) == 0 {
		t.Fatalf("nothing in %s", name)
	}
	return entries
}

func TestLimitsAreThoseOfTheRegistry(t *testing.T) {
	own := map[string]uint64{
		"MAX_METADATA_LEN": MaxMetadataLen, "MAX_BODY_LEN": MaxBodyLen, "MAX_RAW_LEN": MaxRawLen, "MAX_RECORDS": MaxRecords,
		"MAX_SEQUENCE": MaxSequence, "MAX_EPOCH": MaxEpoch, "MAX_LANE": MaxLane, "MAX_STRINGS": MaxStrings,
		"MAX_STRING_LEN": MaxStringLen, "MAX_IDS": MaxIDs, "MAX_TENANT_LEN": MaxTenantLen, "MAX_DROP_REASONS": MaxDropReasons,
		"MAX_CONTEXTS": MaxContexts, "MAX_CONTEXT_LEN": MaxContextLen, "MAX_REDACTION_REASON_LEN": MaxRedactionReasonLen,
		"MAX_ZSTD_WINDOW": MaxZstdWindow, "MAX_ZSTD_BLOCK": MaxZstdBlock, "DEFAULT_MAX_FRAME_LEN": DefaultMaxFrameLen,
	}
	limits := registry(t, "limits.toml")
	for name, value := range own {
		if limits[name] != value {
			t.Errorf("%s is %d, not %d", name, limits[name], value)
		}
	}
}

func TestNamesAreThoseOfTheRegistries(t *testing.T) {
	own := map[string][]string{
		"lints.toml": {string(LintNonMinimalVarint), string(LintFieldOrder), string(LintExplicitDefault),
			string(LintUnknownField), string(LintDuplicateString), string(LintUnusedString), string(LintAncillaryBit)},
		"verdicts.toml": {string(Baseline), string(Gap), string(EpochMissing), string(TailUnknown), string(Late),
			string(Duplicate), string(Overlap), string(StaleEpoch), string(Fork), string(LaneMoved), string(AfterEnd),
			string(Forgotten)},
		"codecs.toml": {CodecNone.String(), CodecZstd.String(), CodecLz4.String()},
	}
	for file, names := range own {
		entries := registry(t, file)
		for _, name := range names {
			if _, found := entries[name]; !found {
				t.Errorf("%s is not in %s", name, file)
			}
		}
		if len(entries) != len(names) {
			t.Errorf("%s has %d entries, not %d", file, len(entries), len(names))
		}
	}
}
