"""What people and machines ask the read models; connections are passed in."""
