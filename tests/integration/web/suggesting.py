"""Pairs of customers who may be one, as rows of the read model."""

from projections import merge_suggestions
from tests.integration.web.rows import uid


def suggest(rows, customer, other, minutes=5, **values):
    one, two = sorted((customer, other))
    row = {
        "customer_id": customer,
        "suggestion_id": uid(f"{one} {two}"),
        "other_id": other,
        "level": "known",
        "evidence": [
            {
                "level": "known",
                "kind": "phone",
                "value": "+34611111111",
                "touchpoint_id": uid("form").hex,
            }
        ],
        "suggested_at": rows.ago(minutes),
    }
    rows.write(merge_suggestions.TABLE, row | values)
    return row
