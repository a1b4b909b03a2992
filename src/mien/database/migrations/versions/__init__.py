"""One file a version of the tables, never changed after a release."""
