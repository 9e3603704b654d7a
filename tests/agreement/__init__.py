"""Agreement measures: oracles from other programs, properties, real corpora."""
