"""Sentences of errors that stand in the code as they are, so that nobody can translate them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

ANSWERS = frozenset({"Problem", "ValidationError", "BadQuery", "NotFound", "PermissionDenied", "AuthenticationFailed"})
"""What views raise."""

KIND_FIRST = frozenset({"Problem", "Reason", "Alternative"})
"""What isn't called with a sentence at first."""


def plain_sentences(code: str, errors: frozenset[str]) -> list[str]:
    """What these errors are called with that isn't made by `phrase`, `worded` or `_`, also by way of a variable; and messages."""
    tree = ast.parse(code)
    return [*_of_calls(tree, errors), *_of_messages(tree), *_of_returns(tree)]


def _of_calls(tree: ast.Module, errors: frozenset[str]) -> Iterator[str]:
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in scopes:
        told = {
            target.id: node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(scope):
            if isinstance(call, ast.Call) and (name := _called(call)) in errors:
                for argument in call.args[1:] if name in KIND_FIRST else call.args:
                    value = told.get(argument.id, argument) if isinstance(argument, ast.Name) else argument
                    yield from _plain(value, told)
    for each in tree.body:
        if isinstance(each, ast.ClassDef) and each.name in errors:
            for call in ast.walk(each):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    for argument in call.args:
                        yield from _plain(argument, {})


def _of_messages(tree: ast.Module) -> Iterator[str]:
    """Of fields and of permissions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("default_error_messages", "message"):
            yield from _plain(node.value, {})


def _of_returns(tree: ast.Module) -> Iterator[str]:
    """Whole sentences that functions give back, for others to raise or to tell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from (text for text in _plain(node.value, {}) if " " in text and text.rstrip("\"'").endswith("."))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


def _plain(node: ast.expr, told: dict[str, ast.expr]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            yield ast.unparse(node)
        case ast.BinOp(left=left, right=right):
            yield from (*_plain(left, told), *_plain(right, told))
        case ast.Dict(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            for each in values:
                yield from _plain(each, told)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_plain(body, told), *_plain(orelse, told))
        case ast.Name(id=name) if name in told:
            yield from _plain(told[name], {})
