"""Who it is when clocks change, across two time zones, with absence, override and holiday: singly, and all at once."""

from datetime import date, time

import pytest

from protocol.people import Member, Role
from protocol.practice import Company
from protocol.words import Language, Rest
from tests.fakes.room import Room
from tests.protocol.duties import LUCIA, MADRID, MARTA, ROLE, TOM, away, change, cover, duty, keys, rotate

NEW_YORK = "America/New_York"
DAY, NIGHT = (("mon-sun", 6, 22),), (("mon-sun", 22, 6),)


def said(room: Room, at: str, zone: str | None = None) -> tuple[str, str]:
    """The sentence in English and in Spanish."""
    sentences = duty(room, at, zone).sentences
    return sentences[Language.EN], sentences[Language.ES]


@pytest.mark.parametrize(
    ("at", "who_it_is", "until"),
    [
        ("2026-10-25 00:29", MARTA, ("Sun 25 Oct 02:30", "dom 25 oct 02:30")),
        ("2026-10-25 00:30", TOM, ("Mon 26 Oct 02:30", "lun 26 oct 02:30")),  # 02:30 for the first time
        ("2026-10-25 01:30", TOM, ("Mon 26 Oct 02:30", "lun 26 oct 02:30")),  # 02:30 again: nothing is handed over
        ("2026-10-26 01:29", TOM, ("Mon 26 Oct 02:30", "lun 26 oct 02:30")),  # a turn of 25 hours
        ("2026-10-26 01:30", MARTA, ("Tue 27 Oct 02:30", "mar 27 oct 02:30")),
    ],
)
def test_a_hand_over_in_the_hour_that_is_shown_twice_happens_once(
    room: Room, at: str, who_it_is: str, until: tuple[str, str]
) -> None:
    rotate(room, MARTA, TOM, hours=24, hand_over=time(2, 30), starts=date(2026, 10, 24))
    name = {MARTA: "Marta Vidal", TOM: "Tom Baker"}[who_it_is]
    assert said(room, at, MADRID) == (
        f"{name} is on duty for {ROLE} until {until[0]}.",
        f"{name} está de turno para {ROLE} hasta el {until[1]}.",
    )


def test_the_same_moment_is_said_by_the_clocks_of_two_zones_that_change_a_week_apart(room: Room) -> None:
    rotate(room, TOM, starts=date(2026, 10, 19))  # from Monday to Monday at nine in Madrid
    assert said(room, "2026-10-24 12:00") == (  # six hours between them, and five from the 25th on
        f"Tom Baker is on duty for {ROLE} until Mon 26 Oct 04:00.",
        f"Tom Baker está de turno para {ROLE} hasta el lun 26 oct 04:00.",
    )
    assert said(room, "2026-10-31 12:00")[0].endswith("until Mon 02 Nov 03:00.")  # and six again from 1 November on
    assert said(room, "2026-10-31 12:00", MADRID)[0].endswith("until Mon 02 Nov 09:00.")


def test_an_absence_over_the_repeated_hour_ends_at_its_second_showing(room: Room) -> None:
    away(room, LUCIA, "2026-10-24 22:00", "2026-10-25 01:15")  # until 02:15 for the second time
    assert said(room, "2026-10-25 00:20") == (
        f"Lucía Romero is absent until Sun 25 Oct 02:15; deputy Tom Baker acts as {ROLE}.",
        f"Lucía Romero no está hasta el dom 25 oct 02:15; le suple Tom Baker como {ROLE}.",
    )
    assert keys(duty(room, "2026-10-25 01:15"))[0] == LUCIA


def test_a_regional_holiday_is_that_of_the_person_whatever_their_clocks(room: Room) -> None:
    change(room, Company, "", holidays="ES-MD")
    change(room, Role, ROLE, on_holidays=Rest.OFF)
    change(room, Member, TOM, holidays="US-NY")
    assert said(room, "2026-11-02 12:00") == (
        f"Lucía Romero has a public holiday (Monday following All Saints' Day); deputy Tom Baker acts as {ROLE}.",
        f"Lucía Romero tiene festivo (Lunes siguiente a Todos los Santos); le suple Tom Baker como {ROLE}.",
    )
    holders = [keys(duty(room, at))[0] for at in ("2026-11-01 22:59", "2026-11-01 23:00", "2026-11-02 23:00")]
    assert holders == [LUCIA, TOM, LUCIA]
    change(room, Member, LUCIA, time_zone=NEW_YORK)  # where clocks have changed by then
    holders = [keys(duty(room, at))[0] for at in ("2026-11-02 04:59", "2026-11-02 05:00", "2026-11-03 05:00")]
    assert holders == [LUCIA, TOM, LUCIA]


def test_everything_at_once_in_the_week_between_two_changes_of_the_clocks(room: Room) -> None:
    """The rotation is Madrid's, where clocks changed on 25 October; Tom's in New York change on 1 November.

    Tom covers over both that change and 2 November, a holiday of Madrid; his absence overlaps cover and holiday.
    """
    change(room, Company, "", holidays="ES-MD")
    change(room, Member, LUCIA, holidays="ES-CT")
    rotate(room, MARTA, hours=24, hand_over=time(2, 30), starts=date(2026, 10, 24), on_holidays=Rest.OFF)
    cover(room, TOM, "2026-11-01 05:00", "2026-11-02 12:00", "Marta libra")
    away(room, TOM, "2026-11-01 05:30", "2026-11-02 06:30")
    assert said(room, "2026-11-01 04:59", NEW_YORK) == (
        f"Marta Vidal is on duty for {ROLE} until Sun 01 Nov 01:00.",
        f"Marta Vidal está de turno para {ROLE} hasta el dom 1 nov 01:00.",
    )
    assert said(room, "2026-11-01 05:15") == (
        f"Tom Baker covers {ROLE} until Mon 02 Nov 07:00 (Marta libra).",
        f"Tom Baker cubre el turno de {ROLE} hasta el lun 2 nov 07:00 (Marta libra).",
    )
    assert said(room, "2026-11-01 06:15") == (  # 01:15 for the second time where Tom is
        f"Tom Baker is absent until Mon 02 Nov 01:30; Marta Vidal is on duty for {ROLE} until Mon 02 Nov 02:30.",
        f"Tom Baker no está hasta el lun 2 nov 01:30; Marta Vidal está de turno para {ROLE} hasta el lun 2 nov 02:30.",
    )
    assert said(room, "2026-11-01 23:00") == (
        "Tom Baker is absent until Mon 02 Nov 01:30, Marta Vidal has a public holiday "
        f"(Monday following All Saints' Day); deputy Lucía Romero acts as {ROLE}.",
        "Tom Baker no está hasta el lun 2 nov 01:30, Marta Vidal tiene festivo "
        f"(Lunes siguiente a Todos los Santos); le suple Lucía Romero como {ROLE}.",
    )
    assert said(room, "2026-11-02 06:30", MADRID)[0] == f"Tom Baker covers {ROLE} until Mon 02 Nov 13:00 (Marta libra)."
    assert keys(duty(room, "2026-11-02 12:00"))[0] == LUCIA
    assert keys(duty(room, "2026-11-02 23:00"))[0] == MARTA  # the holiday is over at midnight in Madrid


def test_everything_at_once_on_the_day_when_an_hour_is_left_out(room: Room) -> None:
    """28 March 2027 is a holiday in Brandenburg, Easter Sunday, and clocks jump from two to three.

    The hand-over at half past two happens at the jump; the cover begins within it, over an absence.
    """
    change(room, Member, MARTA, holidays="DE-BB")
    rotate(room, TOM, MARTA, hours=24, hand_over=time(2, 30), starts=date(2027, 3, 27), on_holidays=Rest.OFF)
    cover(room, TOM, "2027-03-28 01:10", "2027-03-28 10:00")
    away(room, TOM, "2027-03-28 01:20", "2027-03-28 02:00")
    assert said(room, "2027-03-28 00:59", MADRID)[0] == f"Tom Baker is on duty for {ROLE} until Sun 28 Mar 03:00."
    assert said(room, "2027-03-28 01:00", MADRID) == (
        f"Marta Vidal has a public holiday (Easter Sunday); deputy Lucía Romero acts as {ROLE}.",
        f"Marta Vidal tiene festivo (Easter Sunday); le suple Lucía Romero como {ROLE}.",
    )
    assert said(room, "2027-03-28 01:10", MADRID)[0] == f"Tom Baker covers {ROLE} until Sun 28 Mar 12:00."
    assert said(room, "2027-03-28 01:30", MADRID)[0] == (
        "Tom Baker is absent until Sun 28 Mar 04:00, Marta Vidal has a public holiday (Easter Sunday); "
        f"deputy Lucía Romero acts as {ROLE}."
    )


def test_day_and_night_are_two_rotations_of_one_role(room: Room) -> None:
    rotate(room, MARTA, key="days", shifts=DAY)
    rotate(room, TOM, key="nights", shifts=NIGHT)
    assert said(room, "2026-10-24 19:59", MADRID)[0] == f"Marta Vidal is on duty for {ROLE} until Sat 24 Oct 22:00."
    for at in ("2026-10-24 20:00", "2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 04:59"):  # nine hours
        assert said(room, at, MADRID) == (
            f"Tom Baker is on duty for {ROLE} until Sun 25 Oct 06:00.",
            f"Tom Baker está de turno para {ROLE} hasta el dom 25 oct 06:00.",
        )
    assert said(room, "2026-10-25 01:30")[0].endswith("until Sun 25 Oct 01:00.")  # where Tom is
    assert keys(duty(room, "2026-10-25 05:00")) == [MARTA, LUCIA, TOM]


def test_the_turn_ends_the_shift_or_the_shift_the_turn(room: Room) -> None:
    rotate(room, MARTA, TOM, shifts=(("mon-fri", 8, 20),))  # hands over on Mondays at nine
    assert "until Mon 09 Mar 09:00" in said(room, "2026-03-09 07:30", MADRID)[0]
    assert "Tom Baker is on duty" in said(room, "2026-03-09 08:00", MADRID)[0]
    assert "until Mon 09 Mar 20:00" in said(room, "2026-03-09 08:00", MADRID)[0]
    cover(room, MARTA, "2026-03-09 12:00", "2026-03-09 21:00")
    assert "until Mon 09 Mar 13:00" in said(room, "2026-03-09 08:00", MADRID)[0]


def test_outside_every_shift_the_holder_is_asked_and_an_override_holds_all_the_same(room: Room) -> None:
    rotate(room, MARTA, shifts=(("mon-fri", 8, 20),))
    holds = (f"Lucía Romero holds {ROLE}.", f"Lucía Romero tiene el rol {ROLE}.")
    assert said(room, "2026-03-07 12:00") == holds  # a Saturday
    assert said(room, "2026-03-06 19:00") == holds  # Friday at eight in Madrid: the shift is over
    assert said(room, "2026-03-06 18:59")[0].startswith("Marta Vidal is on duty")
    cover(room, TOM, "2026-03-07 08:00", "2026-03-08 08:00", "a launch")
    assert said(room, "2026-03-07 12:00", MADRID) == (
        f"Tom Baker covers {ROLE} until Sun 08 Mar 09:00 (a launch).",
        f"Tom Baker cubre el turno de {ROLE} hasta el dom 8 mar 09:00 (a launch).",
    )


def test_everything_at_once_for_a_role_with_shifts(room: Room) -> None:
    """The night over 25 October: Tom's is absent within it, Marta covers part of that, and Lucía has a holiday."""
    change(room, Role, ROLE, on_holidays=Rest.OFF)
    change(room, Member, LUCIA, holidays="TW")  # 25 October
    rotate(room, LUCIA, key="days", shifts=DAY, on_holidays=Rest.OFF)
    rotate(room, TOM, key="nights", shifts=NIGHT)
    away(room, TOM, "2026-10-25 00:15", "2026-10-25 04:00")
    cover(room, MARTA, "2026-10-25 00:45", "2026-10-25 01:45", "Tom travels", key="nights")
    assert "Tom Baker is on duty" in said(room, "2026-10-25 00:14", MADRID)[0]
    assert said(room, "2026-10-25 00:20", MADRID) == (
        "Tom Baker is absent until Sun 25 Oct 05:00, Lucía Romero has a public holiday "
        f"(Taiwan Restoration and Guningtou Victory Memorial Day); deputy Marta Vidal acts as {ROLE}.",
        "Tom Baker no está hasta el dom 25 oct 05:00, Lucía Romero tiene festivo "
        f"(Taiwan Restoration and Guningtou Victory Memorial Day); le suple Marta Vidal como {ROLE}.",
    )
    assert said(room, "2026-10-25 01:30", MADRID) == (  # half past two for the second time
        f"Marta Vidal covers {ROLE} until Sun 25 Oct 02:45 (Tom travels).",
        f"Marta Vidal cubre el turno de {ROLE} hasta el dom 25 oct 02:45 (Tom travels).",
    )
    assert keys(duty(room, "2026-10-25 04:30"))[0] == TOM
    assert said(room, "2026-10-25 05:00", MADRID)[0].startswith("Lucía Romero has a public holiday")
