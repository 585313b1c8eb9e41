"""Opening, watching, deciding and answering from the server, on both kinds of store."""

from tests.fakes.terminal import Terminal

OPEN = ("open", "social-firestorm", "--subject", "brand-aurora", "--level", "orange", "--why", "A storm of mentions.")


def test_open_opens_once_and_joins_afterwards(any_terminal: Terminal) -> None:
    assert any_terminal.says(*OPEN).startswith(
        "Opened INC-1 (social-firestorm, brand-aurora) in pre-crisis, level orange."
    )
    assert any_terminal.says(*OPEN) == (
        "Joined INC-1 (social-firestorm, brand-aurora) in pre-crisis, level orange, "
        "which is open about the same thing; nobody is told twice."
    )
    assert any_terminal.rows()["incident"] == 1


def test_open_at_once_begins_in_crisis(terminal: Terminal) -> None:
    assert "in crisis, level yellow" in terminal.says("open", "data-breach", "--subject", "site-shop", "--at-once")


def test_open_refuses_what_the_protocol_does_not_know(any_terminal: Terminal) -> None:
    assert any_terminal.refuses("open", "flood", "--subject", "brand-aurora") == (
        'No playbook "flood" in the protocol store. Use one of: data-breach, social-firestorm.'
    )
    assert any_terminal.refuses("open", "data-breach", "--subject", "moon").startswith(
        'No subject "moon" in the protocol. Add it, or use one of: brand-aurora,'
    )


def test_status_lists_the_open_incidents(any_terminal: Terminal) -> None:
    assert any_terminal.says("status") == "No incident is open."
    any_terminal.says(*OPEN)
    any_terminal.begin()
    (line,) = any_terminal("status", "--json").json
    assert (line["name"], line["phase"], line["level"]) == ("INC-1", "pre-crisis", "orange")
    assert (line["acknowledged"], line["asked"]) == (0, 12)
    assert line["next_what"] == "acknowledge: alert"
    assert line["messages"].keys() == {"pending"}
    assert "0/12" in any_terminal.says("status")


def test_the_board_of_an_incident_names_people_steps_and_what_happened(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    said = any_terminal.says("status", "INC-1")
    for words in ("A storm of mentions.", "Convene the crisis cabinet", "Lucía Romero", "quorum", "waiting"):
        assert words in said
    assert "The gate of pre-crisis opened and waits for a decision." in said
    found = any_terminal("status", "1", "--json").json
    assert [seat["answer"] for seat in found["seats"]] == ["waiting"] * 5
    assert len(found["timeline"]) == 15


def test_a_closed_incident_is_shown_on_request(terminal: Terminal) -> None:
    _close(terminal)
    assert terminal.says("status") == "No incident is open."
    assert [line["phase"] for line in terminal("status", "--all", "--json").json] == ["closed"]
    assert "closed" in terminal.says("status", "1")


def test_advance_decides_with_a_code_and_says_who_ends_the_former_run(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    works = any_terminal.works()
    with works.store.write() as session:
        session.connection().exec_driver_sql("UPDATE phase_entry SET run_id = '9d1f7a52-0000-4000-8000-000000000001'")
    code = any_terminal.code("javier.ortega")
    assert any_terminal.says("advance", "1", "crisis", "--as", "javier.ortega", "--code", code, "--note", "We go.") == (
        "INC-1 advanced to crisis.\nPrefect cannot be reached; the supervisor will cancel the run of the phase it left."
    )
    assert any_terminal.rows()["decision"] == 1


def test_a_wrong_code_does_not_advance_and_is_counted(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    for _ in range(5):
        printed = any_terminal("advance", "1", "crisis", "--as", "javier.ortega", "--code", "1")
        assert printed.err == "The code is wrong. Type the eight digits of the newest message."
        assert (printed.code, printed.out) == (2, "")
    assert any_terminal.rows()["decision"] == 0
    assert "locked" in any_terminal.says("timeline", "1")


def test_hold_stays_and_may_change_the_level(terminal: Terminal) -> None:
    terminal.says(*OPEN)
    terminal.begin()
    code = terminal.code("javier.ortega")
    held = terminal.says("advance", "1", "hold", "--as", "javier.ortega", "--code", code, "--level", "red")
    assert held.endswith("UTC, level red; INC-1 stays in pre-crisis.")


def test_a_move_that_does_not_exist_leaves_the_code_good(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    answer = ("--as", "javier.ortega", "--code", any_terminal.code("javier.ortega"))
    assert any_terminal.refuses("advance", "1", "post_crisis", *answer) == (
        "incident 1 is in pre-crisis; it cannot advance to post-crisis: choose one of: crisis, closed."
    )
    assert any_terminal.says("advance", "1", "closed", *answer).startswith("INC-1 advanced to closed.")
    assert any_terminal.refuses("advance", "1", "crisis", *answer) == (
        "INC-1 is in closed already; nothing was changed."
    )


def test_a_code_is_only_printed_for_those_who_decide(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    assert any_terminal.refuses("code", "1", "--as", "pablo.serra") == (
        "Pablo Serra is not entitled there; those who are hold these roles: "
        "crisis-lead, communications-lead, chief-executive."
    )
    assert any_terminal.refuses("code", "1", "--as", "pablo.serra", "--for", "alert") == (
        'INC-1 has no public text "alert". Use one of: customers, holding-statement.'
    )
    assert any_terminal.code("pablo.serra", "holding-statement").isdecimal()
    assert any_terminal.refuses("code", "1", "--as", "nobody") == (
        'No member "nobody" in the protocol; `crisis who --all` lists them.'
    )


def test_a_closed_incident_gives_no_code(terminal: Terminal) -> None:
    _close(terminal)
    refused = terminal.refuses("code", "1", "--as", "javier.ortega")
    assert refused == "INC-1 is closed; there is nothing left to decide."


def test_ack_meets_the_deadline_once(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    assert any_terminal.says("ack", "1", "--as", "sergio.molina") == "Acknowledged for Sergio Molina."
    nothing = "Nothing waits for an acknowledgement of sergio.molina."
    assert any_terminal.says("ack", "1", "--as", "sergio.molina") == nothing
    assert any_terminal("status", "--json").json[0]["acknowledged"] == 1
    assert any_terminal.refuses("ack", "--reference", "ZZZZZZZ") == (
        "No message has the reference ZZZZZZZ; it is the seven letters at the end of the SMS."
    )
    assert any_terminal("ack", "1").code == 2


def test_the_cabinet_accepts_declines_and_delegates(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    any_terminal.begin()
    assert any_terminal.says("convene", "1", "accept", "--as", "javier.ortega") == (
        "INC-1: Javier Ortega answered accept. 1 of the cabinet are coming."
    )
    delegated = any_terminal.says("convene", "1", "delegate", "--as", "elena.castro", "--to", "robert.hayes")
    assert "Robert Hayes has been convened." in delegated
    any_terminal.says("convene", "1", "accept", "--as", "robert.hayes")
    any_terminal.says("convene", "1", "decline", "--as", "nuria.campos")
    answers = [seat["answer"] for seat in any_terminal("status", "1", "--json").json["seats"]]
    assert sorted(answers) == ["accepted", "accepted", "waiting", "waiting", "waiting"]  # a deputy is asked instead
    assert any_terminal.refuses("convene", "1", "accept", "--as", "ana.ruiz") == (
        "Ana Ruiz was not convened in INC-1; `crisis status 1` shows who was."
    )
    assert any_terminal.refuses("convene", "1", "delegate", "--as", "pablo.serra") == (
        "A delegation needs the person who stands in, and nothing else does; use delegate with --to."
    )


def test_three_scenarios_meet_their_deadline(terminal: Terminal) -> None:
    terminal.says(*OPEN)
    terminal.begin()
    assert terminal.says("scenario", "1", "best", "It passes.", "--as", "javier.ortega") == (
        "INC-1: the best scenario is recorded. Still missing: likely, worst."
    )
    terminal.says("scenario", "1", "likely", "A week.", "--as", "javier.ortega")
    assert terminal.says("scenario", "1", "worst", "A boycott.", "--as", "javier.ortega").endswith(
        "All three are recorded."
    )
    assert "record" not in {row["what"] for row in terminal("status", "1", "--json").json["deadlines"]}
    assert terminal.refuses("scenario", "1", "worst", " ", "--as", "javier.ortega") == (
        "The worst scenario has no text; say in a sentence what may happen and what you would do."
    )


def test_done_stops_a_clock(terminal: Terminal) -> None:
    terminal.says(*OPEN)
    terminal.begin()
    assert terminal.says("done", "1", "next-update") == "INC-1: next-update is done."
    assert terminal.refuses("done", "1", "next-update") == (
        'INC-1 has no running clock "next-update". Use one of: market-disclosure.'
    )


def _close(terminal: Terminal) -> None:
    terminal.says(*OPEN)
    terminal.begin()
    terminal.says("advance", "1", "closed", "--as", "javier.ortega", "--code", terminal.code("javier.ortega"))
