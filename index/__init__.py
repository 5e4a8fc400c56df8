"""Full-text search. The index knows the records only as documents to index and case ids to search within."""
