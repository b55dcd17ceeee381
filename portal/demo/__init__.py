"""Three demo shops: data files, loaded through the same import as any shop's own."""
