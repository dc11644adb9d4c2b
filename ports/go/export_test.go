package dashstream

// Pack compresses any bytes, for frames that no writer makes.
func Pack(codec Codec, raw []byte) []byte {
	if codec == CodecZstd {
		return packZstd(raw, 3)
	}
	return packLz4(raw)
}
