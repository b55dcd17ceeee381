"""Three shops to look at: data files, and taking them in through the same import as any shop's own."""
