"""Referrals of a child at a glance, what is overdue first: a referral that nobody took up is a child without help."""

from __future__ import annotations

import dataclasses
import enum

from .errors import translated
from .results import Access
from .session import Session


class Stage(enum.Enum):
    """Where a referral stands."""

    PROPOSED = "proposed"
    #: Sent; the provider has not begun.
    WAITING = "waiting"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    #: It came to nothing.
    ENDED = "ended"


class Overdue(enum.Enum):
    """Why somebody should look at a referral."""

    #: The service was needed by now and has not begun.
    NOT_BEGUN = "not_begun"
    #: The day of the appointment has passed and nobody says what came of it.
    APPOINTMENT = "appointment"
    #: The child did not come, and there is no new appointment.
    NO_SHOW = "no_show"
    #: It could not be had, and nothing else is under way for the same service.
    NO_SERVICE = "no_service"


@dataclasses.dataclass(frozen=True)
class ReferralStanding:
    """A referral at a glance."""

    id: str
    #: Of the list ``service_type``.
    service: str
    stage: Stage
    #: ``None``: nobody has to look at it.
    overdue: Overdue | None


@translated
def of_child(session: Session, child: str, access: Access) -> list[ReferralStanding]:
    """The referrals of a child, what is overdue first. Each is logged as read."""
    found = session._handle.referrals_of_child(child, access._native())
    return [
        ReferralStanding(one.id, one.service, Stage(one.stage), one.overdue and Overdue(one.overdue)) for one in found
    ]
