"""From raw text to words: normalised copies with offset maps, words, clitics."""
