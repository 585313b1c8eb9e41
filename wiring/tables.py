"""Every table of the product, so that the migrations and the tests see them all."""

import desk.rows
import incidents.rows
import monitoring.listening_rows
import monitoring.rows
import notifiers.rows
import playbooks.versions
import protocol.calendar
import protocol.history_rows
import protocol.installation
import protocol.messages
import protocol.people
import protocol.practice
import protocol.stewardship
from protocol.base import Base

ROOMS_WITH_TABLES = (
    desk.rows,
    incidents.rows,
    monitoring.listening_rows,
    monitoring.rows,
    notifiers.rows,
    playbooks.versions,
    protocol.calendar,
    protocol.history_rows,
    protocol.installation,
    protocol.messages,
    protocol.people,
    protocol.practice,
    protocol.stewardship,
)
METADATA = Base.metadata
