"""Benches: what we promise as ratios to a floor, both measured in the same run."""
