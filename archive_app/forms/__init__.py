"""The office's official forms on paper: values in, an A4 PDF/A-2u (or an Excel table) out.

Whoever calls this has read the records through the door and hands over plain values. Nothing here knows a database, a
web page or who may see what; the forms are official Chinese documents whatever the language of the interface
(docs/decisions/0021). `values` says what a form holds, `rendering.render` prints it, `sheets` writes the register as a
table.
"""
