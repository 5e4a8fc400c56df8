"""The free fonts that forms and samples are drawn with."""
