"""What dissectors/test puts the descriptions and the dissector through."""
