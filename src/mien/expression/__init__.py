"""From a face crop to what the face shows: probabilities over the labels, calibrated."""
