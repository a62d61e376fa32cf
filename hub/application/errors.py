"""What a command answers instead of doing what was asked; texts are for people."""


class CommandError(Exception):
    """Base of all refusals."""


class NotFoundError(CommandError):
    """There is no such thing, or it was erased."""


class RefusedError(CommandError):
    """The rules forbid it now; the text says why and what to do instead."""


class ConflictError(CommandError):
    """Somebody else was faster, again and again: look and try once more."""
