"""What is answered about an inquiry, to a machine: no contact, and of the customer's words only those in `why`."""

from typing import Any

from desk.intake import Answered
from desk.languages import in_language
from protocol.reply_targets import Target


def told(answered: Answered) -> dict[str, Any]:
    """One inquiry with its answer, as JSON holds it."""
    row, answer = answered.inquiry, answered.answer
    return {
        "inquiry": row.name,
        "repeated": answered.repeated,
        "kind": row.kind,
        "reason": row.reason,
        "entry": answer.entry,
        "answer": answer.text or None,
        "language": answer.language if answer.text else None,
        "asked_in": answer.asked_in,
        "fallback": answer.fallback or None,
        "approved_in": answer.approved,
        "confidence": answer.confidence,
        "why": answer.why,
        "subject": row.subject,
        "team": row.team,
        "on_duty": answer.duty.member,
        "within_hours": answer.duty.within_hours,
        "opens_at": answer.duty.opens_at.isoformat() if answer.duty.opens_at else None,
        "first_reply_within": target_words(answer.target),
        "first_reply_due": row.due_at.isoformat(),
        "replied_at": row.replied_at.isoformat() if row.replied_at else None,
        "faq": [
            {"key": faq.key, "title": in_language(faq.titles, answer.asked_in)[1], "address": faq.address}
            for faq in answer.faqs
        ],
    }


def target_words(target: Target) -> str:
    """`15m`, `2h` or `1d`, as the company file writes it."""
    if target.days:
        return f"{target.days}d"
    minutes = int(target.span.total_seconds() // 60)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
