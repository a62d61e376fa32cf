"""The file system: blobs."""
