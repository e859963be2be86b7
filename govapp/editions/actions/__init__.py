"""Planning an edition, its projects, and making its vote ready."""
