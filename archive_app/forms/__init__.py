"""The office's official forms on paper: values in, an A4 PDF/A-2u (or an Excel table) out.

The caller has read the records through the access rule and passes plain values. Nothing here depends on the database,
web pages or access rights; the forms are official Chinese documents whatever the language of the interface
(docs/decisions/0021). `values` defines the content of each form, `rendering.render` prints it, `sheets` writes tables.
"""
