"""What every request passes: refusal first, headers, errors, response times."""
