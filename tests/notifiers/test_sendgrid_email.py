"""What is particular to SendGrid."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.rigs import EMAIL, sendgrid
from tests.fakes.sendgrid_server import FakeSendGrid


def test_sendgrid_is_given_opaque_tokens_and_no_tracking(tmp_path: Path) -> None:
    with sendgrid(tmp_path) as rig:
        rig.provider.send(rig.message)
        assert isinstance(rig.fake, FakeSendGrid)
        mail = rig.fake.messages[0]
        assert (mail.to, mail.subject, mail.body, mail.token) == (EMAIL.to, EMAIL.subject, EMAIL.body, "tok-1")
        assert mail.request["from"] == {"email": "cell@example.org", "name": "Crisis cell"}
        assert mail.request["categories"] == ["cp-tok-1"]
        assert mail.request["tracking_settings"] == {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        }


@pytest.mark.parametrize("token", ["o'brien", "x') OR categories IN ('y", ""])
def test_a_token_that_could_bend_a_query_is_never_asked_for(token: str, tmp_path: Path) -> None:
    with sendgrid(tmp_path) as rig:
        assert rig.provider.find(replace(EMAIL, token=token), datetime.now(UTC)) is None
        assert rig.requests() == 0
