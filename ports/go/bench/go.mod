module dashstream.dev/dashstream/bench

go 1.25

replace dashstream.dev/dashstream => ../

require (
	dashstream.dev/dashstream v0.0.0-00010101000000-000000000000
	github.com/klauspost/compress v1.20.4
	google.golang.org/protobuf v1.36.12
)

require github.com/pierrec/lz4/v4 v4.1.33 // indirect
