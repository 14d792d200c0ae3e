"""From words to scores: configuration, network, tokenizer, windows, batches, decoding."""
