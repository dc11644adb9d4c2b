module dashstream.dev/dashstream

go 1.25

require (
	github.com/klauspost/compress v1.20.4 // zstd, without C
	github.com/pierrec/lz4/v4 v4.1.33 // lz4 blocks, without C
)
