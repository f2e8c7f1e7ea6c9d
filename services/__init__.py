"""What the centre does and shows: check, load, decide, save, enqueue."""
