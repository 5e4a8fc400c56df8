"""Whether the drawing of a born-digital page conforms to PDF/A-2u, checked object by object."""
