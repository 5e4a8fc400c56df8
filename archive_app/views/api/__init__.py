"""The web API: the actions of the pages for other systems, under the same access rule, with an OpenAPI document.

A system sends a token (`archive_app.people.tokens`) that an account has made for it, and acts as that account, within
the token's scopes. Every operation is a typed function (`operations.operation`): the form of requests and answers and
their description in the document come from the same types. Requests that do not conform to the document are refused
with 400, those that the rules refuse with 422 or 409, each as a problem (RFC 9457).
"""
