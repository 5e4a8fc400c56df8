"""Whether what a born-digital page draws may stand in a PDF/A-2u, piece by piece."""
