"""Avro schemas: one folder per subject, one file per version, ids beside them."""
