"""Signing is killed at every step, 25 times each, on both engines; `./dev torture` does it 200 times each."""

import killed_signing


def test_a_kill_at_any_step_of_signing_issues_each_certificate_exactly_once(migrated_url):
    found = killed_signing.kill_while_signing(migrated_url, times=25)
    assert found.kills == 125
    assert found.wrong == {}
