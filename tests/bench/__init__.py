"""`make bench`: the measurements of the speed paper, each a ratio or a count within one run."""
