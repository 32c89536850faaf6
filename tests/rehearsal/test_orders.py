"""Each system comes up and goes away whole, whatever the order in which CloudFormation works."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings.system import System, folder_of
from settings.systems import SYSTEMS, environments_of, system_of
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.conftest import Figure
from tests.rehearsal.drill import build_programs
from tests.rehearsal.orders import OrderDrill, seeds, share_out


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try the orders of creation that the options name, else some drawn from the commit."""
    if "seed" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("--system")
        systems = [system_of(wanted)] if wanted else list(SYSTEMS)
        orders = [
            pytest.param(
                *(system, seed),
                id=f"{folder_of(system)}-{seed}",
            )
            for system, seed in seeds(metafunc.config, systems)
        ]
        metafunc.parametrize(("system", "seed"), orders, scope="module")


@pytest.fixture(scope="module")
def drill(
    system: type[System], tools: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OrderDrill]:
    """Rehearse the last of a system's environments, which is the one that goes when destroyed."""
    *_, environment = environments_of(system)
    build_programs(environment, tools)
    checkout = Checkout.copied_to(tmp_path_factory.mktemp("orders") / "tree", tools)
    try:
        yield OrderDrill(checkout, environment)
    finally:
        checkout.down().must_succeed()


@pytest.mark.rehearsal
@pytest.mark.long
def test_deploys_and_leaves_nothing(
    drill: OrderDrill, figure: Figure, system: type[System], seed: int
) -> None:
    """All stacks come up in the seed's order, and nothing stays of them in its reverse."""
    began = time.monotonic()
    try:
        drill.run(seed)
    finally:
        seconds = time.monotonic() - began
        figure(f"{system.__name__}, order of seed {seed}, deployed and destroyed: {seconds:.0f} s")


@pytest.mark.parametrize(("orders", "each"), [(6, 3), (7, 3), (2, 1), (1, 1)])
def test_every_system_has_its_share_of_orders(orders: int, each: int) -> None:
    """Orders are shared out evenly, none twice, and no system is left without one."""
    systems = list(SYSTEMS)[:2]

    shares = share_out(systems, orders, "a commit")

    of_last = [system for system, _ in shares if system is systems[-1]]
    assert len(of_last) == each
    assert len({seed for _, seed in shares}) == len(shares) == max(orders, len(systems))
    assert shares == share_out(systems, orders, "a commit")
    assert shares != share_out(systems, orders, "another")
