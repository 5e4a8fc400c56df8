"""The web API: the acts of the pages for other systems, through the same door, described by an OpenAPI document.

A system shows a token (`archive_app.people.tokens`) that an account has made for it, and is that account from then on,
for what the token is for. Every operation is a function with its types (`operations.operation`): what a request must
look like, what an answer looks like and what the document says come from the same place. Requests that are not as the
document says are refused with 400, those that the rules refuse with 422 or 409, each as a problem (RFC 9457).
"""
