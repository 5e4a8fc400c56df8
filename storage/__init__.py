"""Storage of records and files, without any rule on access."""
