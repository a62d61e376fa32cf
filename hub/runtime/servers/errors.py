"""What can go wrong with a server that we start ourselves."""


class ServerError(Exception):
    """A server could not be started; the message ends with what it said last."""
