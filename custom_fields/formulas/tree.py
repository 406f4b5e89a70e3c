"""A formula as a tree of numbers, names and calls: an operator is a call by its sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula; ``start`` and ``end`` are where it stands in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    depth: ClassVar[int] = 1
    size: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Number(Leaf):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Name(Leaf):
    word: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``depth`` counts signs, brackets and calls within each other, ``size`` all parts."""

    function: str
    arguments: tuple[Node, ...]
    depth: int
    size: int


def names_in(node: Node) -> Iterator[Name]:
    """Every name in the tree, in the order of the text."""
    match node:
        case Name():
            yield node
        case Call():
            for argument in node.arguments:
                yield from names_in(argument)
