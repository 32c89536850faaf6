"""What only Avadot's workloads have: warnings about plain HTTP, services in an order."""

from dataclasses import replace

from settings.avadot.system import Avadot
from tests.stacks.avadot.cases import DEV, NEXT, OTHERWISE, PROD
from tests.stacks.synths import each, everything
from tests.stacks.test_release import changed


@each([PROD, DEV, NEXT])
def test_plain_http_is_said(system: Avadot) -> None:
    """Without a domain synth says what is open, what is closed, and what to set."""
    (warning,) = everything().warnings[system.name]
    assert "no domain is set" in warning
    assert "Audio2Face only inside the cluster" in warning
    assert "set load_balancer.names to a Domain" in warning


def test_a_domain_needs_no_warning() -> None:
    """With a certificate nothing is left to say."""
    assert everything().warnings[OTHERWISE.name] == ()


def test_the_order_of_services_means_nothing() -> None:
    """Another order in the settings changes no manifest, and has the gate look once more."""
    assert changed(replace(PROD, services=PROD.services[::-1])) == {"gate"}
