"""The plain yellow emoji: a disc with eyes, brows and a mouth, and no person in it."""
