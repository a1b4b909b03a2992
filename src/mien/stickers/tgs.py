def tgs_or_reason(*a, **k):
    return b"", "not yet"
