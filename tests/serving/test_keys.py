"""Who may ask."""

import datetime as dt
import json

import pytest

from nightshift.errors import ConfigError
from nightshift.serving.door import keys
from nightshift.serving.door.limits import Limits
from nightshift.serving.door.listening import Address
from nightshift.serving.running import refuse_exposed_without_keys
from nightshift.serving.service import service

AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def test_a_key_is_wanted_everywhere_but_for_probes_and_is_good_for_its_stage(asked, released_market):
    good, other = keys.make("dashboard", ("production",), AT), keys.make("tester", ("staging",), AT)
    ask = asked(keys=keys.read(), shows_docs=False)
    assert ask("GET", "/v2/health/ready").status_code == 200
    for path in ("/v2", "/signals", "/metrics", "/docs", "/openapi.json", "/v2/models/demo"):
        assert ask("GET", path).status_code == 401, path
        assert ask("GET", path, headers={"X-API-Key": good + "x"}).status_code == 403, path
        assert ask("GET", path, headers={"X-API-Key": good}).status_code == 200, path
    assert ask("GET", "/v2", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    refused = ask("GET", "/v2", headers={"X-API-Key": other})
    assert (refused.status_code, refused.json()["detail"]) == (403, "expected a key for production")
    assert ask("GET", "/v2").headers["www-authenticate"] == "Bearer"


def test_only_hashes_are_kept_for_their_owner_alone(released_market):
    secret = keys.make("dashboard", ("production",), AT)
    file = released_market / "serving_keys.json"
    assert secret not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="which there is"):
        keys.make("dashboard", ("production",), AT)
    keys.drop("dashboard")
    assert json.loads(file.read_text())["keys"] == []
    with pytest.raises(ConfigError):
        keys.drop("dashboard")


@pytest.mark.parametrize(
    ("host", "refused"), [("0.0.0.0", True), ("10.0.0.7", True), ("a-host", True), ("127.0.0.1", False), ("::1", False)]
)
def test_without_keys_only_this_machine_is_answered(released_market, host, refused):
    served = service(("demo",), "production", keys.read(), Limits(), lambda: AT)
    if refused:
        with pytest.raises(ConfigError, match="nightshift keys new NAME"):
            refuse_exposed_without_keys(Address(host, 8100), served)
    else:
        refuse_exposed_without_keys(Address(host, 8100), served)
