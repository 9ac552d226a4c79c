"""Who asks: the name that the browser gave with the password; on a machine of one's own the name of its user.

The name is what the person typed, and nothing proves it, as the password is one for all.
"""

from flask import has_request_context, request

from graph.saved_queries.users import clean_name, get_local_user


def get_user() -> str:
    """The name of the user, in one line; never empty."""
    name = request.authorization.username if has_request_context() and request.authorization else None
    return clean_name(name or "") or get_local_user()
