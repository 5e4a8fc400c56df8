"""Code that several pages share: the context of a request, form fields, downloads, the API's tokens and problems."""
