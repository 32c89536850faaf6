"""Which labels the answer to a query has, and whether the query asks for something that exists."""

from collections.abc import Mapping
from typing import Any

import promql_parser as promql

from charts.dubbing.series import EXPORTERS, Kind

_OF_COUNTERS = {"rate", "increase", "irate", "resets"}
_KEEPS_LABELS = _OF_COUNTERS | {
    *("avg_over_time", "max_over_time", "min_over_time", "sort", "sort_desc"),
}
_KNOWN = {
    name: entry
    for exporter in EXPORTERS
    for metric in exporter.metrics
    for name, entry in metric.series.items()
}


def substituted(expr: str) -> str:
    """Return a panel's query as Grafana sends it."""
    return expr.replace("$__rate_interval", "2m")


def labels_of(expr: str, recorded: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the labels of the answer, or fail with what is asked for and does not exist.

    `recorded` has the labels of series that rules make.
    """
    return _Query(recorded).labels(promql.parse(substituted(expr)))


class _Query:
    """Goes through a query from its series outwards."""

    def __init__(self, recorded: Mapping[str, frozenset[str]]) -> None:
        self._series = {name: (labels, Kind.GAUGE) for name, labels in recorded.items()} | _KNOWN

    def labels(self, node: Any) -> frozenset[str]:
        match type(node).__name__:
            case "NumberLiteral" | "StringLiteral":
                found: frozenset[str] = frozenset()
            case "VectorSelector":
                found = self._selector(node)[0]
            case "MatrixSelector":
                found = self._selector(node.vector_selector)[0]
            case "ParenExpr" | "SubqueryExpr" | "UnaryExpr":
                found = self.labels(node.expr)
            case "AggregateExpr":
                found = self._aggregate(node)
            case "BinaryExpr":
                found = self._binary(node)
            case "Call":
                found = self._call(node)
        return found

    def _selector(self, node: Any) -> tuple[frozenset[str], Kind]:
        assert node.name in self._series, f"nothing exports or records {node.name}"
        labels, kind = self._series[node.name]
        _require({matcher.name for matcher in node.matchers.matchers}, labels, node.name)
        return labels, kind

    def _aggregate(self, node: Any) -> frozenset[str]:
        inner = self.labels(node.expr)
        if node.modifier is None:
            return frozenset()
        wanted = frozenset(node.modifier.labels)
        _require(wanted, inner, str(node.expr))
        by = node.modifier.type == promql.AggModifierType.By
        return wanted if by else inner - wanted

    def _binary(self, node: Any) -> frozenset[str]:
        left, right = self.labels(node.lhs), self.labels(node.rhs)
        if _is_number(node.lhs) or _is_number(node.rhs):
            return left | right
        if str(node.op) == "or":
            return left | right
        on = frozenset(node.modifier.matching.labels) if _is_on(node) else None
        if on is None:
            assert left == right, f"{sorted(left)} never matches {sorted(right)} in {node}"
        _require(on or frozenset(), left & right, str(node))
        if str(node.op) in {"and", "unless"}:
            return left
        many = _is_many(node)
        extra = frozenset(node.modifier.group_labels or ()) if many else frozenset()
        _require(extra, right, str(node.rhs))
        return left | extra if many or on is None else on

    def _call(self, node: Any) -> frozenset[str]:
        name, arguments = node.func.name, list(node.args)
        match name:
            case "vector" | "scalar":
                return frozenset()
            case "absent":
                self.labels(arguments[0])
                return frozenset(matcher.name for matcher in arguments[0].matchers.matchers)
            case "histogram_quantile":
                inner = self.labels(arguments[1])
                _require({"le"}, inner, str(arguments[1]))
                return inner - {"le"}
            case "label_replace":
                inner = self.labels(arguments[0])
                _require({arguments[3].val}, inner, str(arguments[0]))
                return inner | {arguments[1].val}
        assert name in _KEEPS_LABELS, f"{name} is a function that is not understood"
        if name in _OF_COUNTERS:
            selector = arguments[0].vector_selector
            kind = self._selector(selector)[1]
            assert kind is Kind.COUNTER, f"{name} of {selector.name}, which is no counter"
        return self.labels(arguments[0])


def _is_number(node: Any) -> bool:
    return type(node).__name__ == "NumberLiteral"


def _is_on(node: Any) -> bool:
    return bool(node.modifier and node.modifier.matching)


def _is_many(node: Any) -> bool:
    return bool(node.modifier and "group_left" in str(node.modifier))


def _require(wanted: set[str] | frozenset[str], labels: frozenset[str], of: str) -> None:
    missing = sorted(set(wanted) - labels)
    assert not missing, f"{of} has no label {', '.join(missing)}"
