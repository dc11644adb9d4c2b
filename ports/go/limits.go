package dashstream

// The limits of the format (spec/overview.md).
const (
	MaxMetadataLen        = 16_384
	MaxBodyLen            = 8_388_608
	MaxRawLen             = 8_388_608
	MaxRecords            = 65_535
	MaxSequence           = 1<<53 - 1
	MaxEpoch              = 1<<31 - 1
	MaxLane               = 1<<31 - 1
	MaxStrings            = 16_384
	MaxStringLen          = 1_024
	MaxIDs                = 65_535
	MaxTenantLen          = 255
	MaxDropReasons        = 32
	MaxContexts           = 16
	MaxContextLen         = 256
	MaxRedactionReasonLen = 256
	MaxZstdWindow         = 8_388_608
	MaxZstdBlock          = 131_072
	DefaultMaxFrameLen    = 1_000_000
)
