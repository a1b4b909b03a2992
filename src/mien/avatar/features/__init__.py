"""What every head has: skin, ears, eyes, brows, nose and mouth, drawn from `Head`, `Tones` and the spec."""
