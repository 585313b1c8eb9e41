"""Every table of the product, so that the migrations and the tests see them all."""

import incidents.rows
import monitoring.rows
import notifiers.rows
import playbooks.versions
import protocol.calendar
import protocol.installation
import protocol.messages
import protocol.people
import protocol.practice
from protocol.base import Base

ROOMS_WITH_TABLES = (
    incidents.rows,
    monitoring.rows,
    notifiers.rows,
    playbooks.versions,
    protocol.calendar,
    protocol.installation,
    protocol.messages,
    protocol.people,
    protocol.practice,
)
METADATA = Base.metadata
