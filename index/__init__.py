"""Full text: from words to letters. Knows the records only as documents to index and case ids to search within."""
