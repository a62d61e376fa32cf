"""Texts for people that can be told in other languages, and errors that carry them."""

from typing import Self


class Wording(str):
    """An English text that catalogues have; pages look it up in their language."""

    __slots__ = ()


class Refusal(Exception):  # noqa: N818  # what is refused is said by its kinds
    """Base of errors whose text is for people.

    `text` has fields as in `str.format`, and `parameters` are their values: a `Wording`
    has translations, a tuple lists alternatives, a refusal is told within this one.
    """

    def __init__(self, text: str = "", /, **parameters: object) -> None:
        said = {name: _listed(value) for name, value in parameters.items()}
        super().__init__(text.format(**said) if parameters else text)
        self.text, self.parameters = text, parameters

    @classmethod
    def of(cls, other: "Refusal") -> Self:
        """The same words as those of another refusal."""
        return cls(other.text, **other.parameters)


def _listed(value: object) -> object:
    return " or ".join(map(str, value)) if isinstance(value, tuple) else value
