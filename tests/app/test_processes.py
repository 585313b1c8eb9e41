"""The children of `crisis up`: started in order, started again when they die, ended with all they started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.child import LOG_BYTES, Watched, ending, keep_small, pause_after
from app.processes import Child, Processes, take_down
from app.start_up import Record, Recorded
from app.taking_down import alive, family
from protocol.words import Remedy

SLEEPS = "import time; time.sleep(3600)"
PARENT = """
import os, sys
from pathlib import Path
from app.processes import Child, Processes
home, programs = Path(sys.argv[1]), sys.argv[2:]
names = ("server", "runner", "sender")
children = [Child(name, (sys.executable, "-c", program), dict(os.environ)) for name, program in zip(names, programs)]
processes = Processes(home, children, print, patience=0.5)
processes.start()
if processes.wait_ready(lambda name: None):
    (home / "up").touch()
    processes.run_until_stopped()
"""
# Tells the numbers of a grandchild in the same session and of one in its own, once both ignore SIGTERM.
STUBBORN = """
import os, signal, subprocess, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
program = "import time; time.sleep(3600)"
born = [subprocess.Popen([sys.executable, "-c", program], start_new_session=own) for own in (False, True)]
ready = Path({file!r})
ready.with_suffix(".new").write_text(" ".join(str(p.pid) for p in born))
ready.with_suffix(".new").replace(ready)
time.sleep(3600)
"""
LAST_WORD = """
import signal, sys, time
from pathlib import Path
def leave(*_):
    with open({file!r}, "a") as words: words.write({name!r} + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
Path({file!r} + {name!r}).touch()
time.sleep(3600)
"""


def child(name: str, program: str = SLEEPS, **more: object) -> Child:
    return Child(name, (sys.executable, "-c", program), dict(os.environ), **more)  # type: ignore[arg-type]


def until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.02)


def pids_in(file: Path) -> list[psutil.Process]:
    until(file.exists)
    return [psutil.Process(int(pid)) for pid in file.read_text().split()]


def of(processes: Processes, name: str) -> psutil.Process:
    pid = processes.pid(name)
    assert pid is not None
    return psutil.Process(pid)


def started(processes: Processes) -> Processes:
    processes.start()
    assert processes.wait_ready(lambda name: None)
    return processes


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make(tmp_path: Path, said: list[str]) -> Iterator[Callable[..., Processes]]:
    made: list[Processes] = []

    def build(*children: Child) -> Processes:
        made.append(Processes(tmp_path, children, said.append, patience=0.5))
        return made[-1]

    yield build
    for processes in made:
        processes.stop()


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Another `crisis up` of the same home, as a process that can be killed."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*programs: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PARENT, str(tmp_path), *programs]
        with (tmp_path / "errors").open("w") as errors:
            process = subprocess.Popen(command, stderr=errors)
        begun.append(process)
        until(lambda: (tmp_path / "up").exists() or process.poll() is not None)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()
    take_down(tmp_path, patience=0.5)


def test_a_child_starts_when_those_it_waits_for_are_ready(make: Callable[..., Processes], tmp_path: Path) -> None:
    door = tmp_path / "door"
    processes = make(child("server", ready=door.exists), child("sender"), child("runner", after=("server",)))
    processes.start()
    assert processes.pid("sender") and processes.pid("server") and not processes.pid("runner")
    progress: list[str] = []

    def hear(name: str) -> None:
        progress.append(name)
        door.touch()

    assert processes.wait_ready(hear)
    assert progress == ["sender", "server", "runner"]
    assert processes.pid("runner")


def test_a_question_that_fails_is_asked_again(make: Callable[..., Processes]) -> None:
    answers = iter([ConnectionError("not yet"), None])

    def ready() -> bool:
        if error := next(answers):
            raise error
        return True

    started(make(child("server", ready=ready)))


def test_a_child_cannot_wait_for_one_that_is_not_there(make: Callable[..., Processes]) -> None:
    with pytest.raises(ValueError, match="runner starts after server, which no earlier child is"):
        make(child("runner", after=("server",)), child("server"))


def test_a_killed_child_is_started_again_and_recorded(
    make: Callable[..., Processes], tmp_path: Path, said: list[str]
) -> None:
    processes = started(make(child("server"), child("sender")))
    first, other = of(processes, "sender"), processes.pid("server")
    first.kill()
    seen: list[list[Recorded]] = []

    def back() -> bool:
        if processes.pid("sender") in (None, first.pid):
            return False
        assert processes.pid("server") == other
        seen.append(Record(tmp_path).read())
        return seen[-1][1].pid == processes.pid("sender")

    processes.run_until_stopped(back)
    assert said == [f"sender (process {first.pid}) was ended by SIGKILL; it is started again in 0.5 s."]
    assert [row.name for row in seen[-1]] == ["server", "sender"]
    assert not Record(tmp_path).read()


def test_pauses_double_up_to_half_a_minute_and_never_end() -> None:
    assert [pause_after(ends) for ends in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert pause_after(1_000_000) == 30


def test_a_child_that_keeps_ending_is_not_given_up_and_the_sentence_points_at_its_log(tmp_path: Path) -> None:
    watched = Watched(child("sender"), tmp_path / "sender.log", ends=4)
    assert watched.postpone("sender (process 7) ended with code 1") == (
        "sender (process 7) ended with code 1; it is started again in 8 s. "
        f"That was time 5 in a row; see {tmp_path}/sender.log."
    )


def test_an_ending_is_told_in_words() -> None:
    assert ending(3) == "ended with code 3"
    assert ending(-signal.SIGSEGV) == "was ended by SIGSEGV"
    assert ending(-40) == "was ended by signal 40"


def test_a_busy_port_is_refused_by_name_and_nothing_starts(make: Callable[..., Processes]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        processes = make(child("sender"), child("server", port=port, port_setting="CRISIS_PREFECT_PORT"))
        with pytest.raises(Remedy) as refused:
            processes.start()
    assert str(refused.value) == (
        f"Port {port} is in use by another program ({psutil.Process().name()}, process {os.getpid()}); "
        "stop it or set CRISIS_PREFECT_PORT to a free port."
    )
    assert processes.pid("sender") is None
    started(processes)


def test_a_home_has_one_start_at_a_time(make: Callable[..., Processes], tmp_path: Path) -> None:
    started(make(child("server")))
    with pytest.raises(Remedy) as refused:
        make(child("server")).start()
    assert str(refused.value).startswith(
        f"Crisis Playbook is already running here (process {os.getpid()}, since "
    ) and str(refused.value).endswith("). Stop it there with Ctrl-C, or use another CRISIS_HOME.")
    with pytest.raises(Remedy, match=f"running here .process {os.getpid()}, since .*would start its processes again"):
        take_down(tmp_path)


def test_children_outlive_a_killed_parent_until_they_are_taken_down(
    parent: Callable[..., subprocess.Popen[bytes]], make: Callable[..., Processes], tmp_path: Path
) -> None:
    numbers = tmp_path / "numbers"
    killed = parent(SLEEPS, STUBBORN.format(file=str(numbers)))
    grandchildren = pids_in(numbers)
    killed.kill()
    killed.wait()
    server, runner = (psutil.Process(row.pid) for row in Record(tmp_path).read())
    with pytest.raises(Remedy) as refused:
        make(child("server")).start()
    assert str(refused.value) == (
        f"An earlier start was cut off and left server (process {server.pid}) and runner (process {runner.pid}) "
        "running. Run `crisis down` to end them, then start again."
    )
    assert alive([server, runner, *grandchildren]) == [server, runner, *grandchildren]
    assert take_down(tmp_path, patience=0.5) == ["server", "runner"]
    assert not alive([server, runner, *grandchildren])
    assert take_down(tmp_path) == []
    started(make(child("server")))


def test_taking_down_spares_a_process_that_only_has_the_same_number(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPS])
    born = psutil.Process(stranger.pid).create_time()
    Record(tmp_path).write([Recorded("server", stranger.pid, born - 3600)])
    assert take_down(tmp_path) == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_taking_down_a_home_that_never_was_creates_nothing(tmp_path: Path) -> None:
    assert take_down(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()


def test_a_record_that_cannot_be_read_is_not_taken_for_an_empty_one(
    make: Callable[..., Processes], tmp_path: Path
) -> None:
    (tmp_path / "processes.json").write_text("{")
    with pytest.raises(Remedy, match=r"processes\.json cannot be read; end what an earlier start left running"):
        make(child("server")).start()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_even_the_deaf_and_the_grandchildren(
    parent: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, number: signal.Signals
) -> None:
    numbers = tmp_path / "numbers"
    up = parent(SLEEPS, STUBBORN.format(file=str(numbers)), SLEEPS)
    everyone = [*pids_in(numbers), *(psutil.Process(row.pid) for row in Record(tmp_path).read())]
    assert len(alive(everyone)) == 5
    up.send_signal(number)
    assert (up.wait(), (tmp_path / "errors").read_text()) == (0, "")
    assert not alive(everyone)


def test_a_signal_while_waiting_to_be_ready_ends_all_too(make: Callable[..., Processes]) -> None:
    def interrupted() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return False

    processes = make(child("server", ready=interrupted), child("sender"))
    processes.start()
    children = [of(processes, "server"), of(processes, "sender")]
    assert not processes.wait_ready(lambda name: None)
    processes.run_until_stopped()
    assert not alive(children)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_children_end_before_those_they_wait_for(make: Callable[..., Processes], tmp_path: Path) -> None:
    words = tmp_path / "words"
    server, runner = (LAST_WORD.format(file=str(words), name=name) for name in ("server", "runner"))
    processes = started(make(child("server", server), child("runner", runner, after=("server",))))
    until(lambda: (tmp_path / "wordsserver").exists() and (tmp_path / "wordsrunner").exists())
    processes.stop()
    processes.stop()
    assert words.read_text().split() == ["runner", "server"]


def test_what_a_dead_child_left_is_ended_with_the_rest(make: Callable[..., Processes], tmp_path: Path) -> None:
    numbers = tmp_path / "numbers"
    processes = started(make(child("runner", STUBBORN.format(file=str(numbers)))))
    (run, elsewhere), runner = pids_in(numbers), of(processes, "runner")
    assert run in family([runner])
    runner.kill()
    processes.run_until_stopped(lambda: processes.pid("runner") not in (None, runner.pid))
    assert not alive([run, runner])
    elsewhere.kill()  # in a session of its own, with its parent dead before we asked: nothing tells whose it was


def test_a_program_that_is_not_there_is_named_and_all_is_ended(make: Callable[..., Processes], tmp_path: Path) -> None:
    processes = make(child("server"), Child("runner", ("/nowhere/prefect",), {}))
    with pytest.raises(Remedy, match=r"runner cannot be started \(.*/nowhere/prefect"):
        processes.start()
    assert processes.pid("server") is None
    assert not Record(tmp_path).read()


def test_a_log_stays_small_while_its_child_goes_on_writing(tmp_path: Path) -> None:
    log = tmp_path / "sender.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(6):
            writer.write(b"%d" % number * 11)
            keep_small(log, limit=10)
            writer.write(b"x")
    kept = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert kept == {
        "sender.log": "x",
        "sender.log.1": "5" * 10,
        "sender.log.2": "4" * 10,
        "sender.log.3": "3" * 10,
    }


def test_the_log_of_a_running_child_is_turned_over(make: Callable[..., Processes], tmp_path: Path) -> None:
    program = f"import time; print('line ' * {LOG_BYTES // 4}, flush=True); time.sleep(3600)"
    processes = started(make(child("sender", program)))
    processes.run_until_stopped((tmp_path / "logs" / "sender.log.1").exists)
    assert (tmp_path / "logs" / "sender.log").stat().st_size < LOG_BYTES
