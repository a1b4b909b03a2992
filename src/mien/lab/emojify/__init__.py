"""The encoder-decoder with attention: prepare, train, measure, export. See docs/models/emojify.md."""
