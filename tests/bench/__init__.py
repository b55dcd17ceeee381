"""`make bench`: the rows of the speed paper, each as a ratio or a count within one run."""
