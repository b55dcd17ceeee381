"""Generation of the due orders, exactly one for each cycle."""
