"""Programs are made once, and what prevents it is one sentence."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.toolchain import Toolchain, ToolchainError, prepare_kubernetes
from rehearsal.toolchain.charts import CHARTS
from rehearsal.toolchain.programs import PROGRAMS, build
from rehearsal.toolchain.steps import Stamp, fingerprint


def _silent(_: str) -> None:
    """Say nothing."""


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    def install(script: str) -> Path:
        interpreter = tmp_path / "venv" / "python"
        interpreter.parent.mkdir(exist_ok=True)
        go = interpreter.with_name("go")
        go.write_text(f"#!/bin/sh\n{script}\n")
        go.chmod(0o755)
        monkeypatch.setattr("sys.executable", str(interpreter))
        directory = tmp_path / "tools" / "bin"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    return install


def test_a_program_is_built_once(compiler: Callable[[str], Path]) -> None:
    """A second call finds what the first has made; a new version is built."""
    directory = compiler('for a; do case "$a" in -o=*) echo made >> "${a#-o=}";; esac; done')
    program = PROGRAMS[0]

    build(program, directory, _silent)
    build(program, directory, _silent)
    assert (directory / program.name).read_text() == "made\n"

    build(replace(program, variables=("a=b",)), directory, _silent)
    assert (directory / program.name).read_text() == "made\nmade\n"


def test_another_kubernetes_is_built_for_a_cluster_that_names_it(
    compiler: Callable[[str], Path],
) -> None:
    """Its programs lie beside those of the version that is always there."""
    directory = compiler('for a; do case "$a" in -o=*) pwd > "${a#-o=}";; esac; done')
    toolchain = Toolchain(bin=directory)

    prepare_kubernetes(toolchain, ["1.35"], _silent)

    older = toolchain.kubernetes("1.35")
    assert older != directory
    assert toolchain.kubernetes("1.36") == directory
    assert list(directory.iterdir()) == []
    assert {program.name for program in older.iterdir()} == {
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
    }
    assert (older / "kube-scheduler").read_text().strip().endswith("/kubernetes-1.35")


def test_a_kubernetes_that_cannot_be_built_is_refused(tmp_path: Path) -> None:
    """The sentence says which there are."""
    with pytest.raises(ToolchainError) as raised:
        prepare_kubernetes(Toolchain(bin=tmp_path / "bin"), ["1.34"], _silent)

    assert str(raised.value) == "Kubernetes 1.34 is not rehearsed: there are 1.35 and 1.36"


def test_a_failed_build_names_program_log_and_last_line(compiler: Callable[[str], Path]) -> None:
    """The message is enough to go on."""
    directory = compiler("echo first; echo 'no space left on device'; exit 1")

    with pytest.raises(ToolchainError) as raised:
        build(PROGRAMS[0], directory, _silent)

    log = directory.parent / "logs" / "kube-apiserver.log"
    assert str(raised.value) == (
        f"kube-apiserver 1.36.3 could not be built: no space left on device (whole log: {log})"
    )


def test_a_missing_compiler_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither beside the interpreter nor on the PATH."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(ToolchainError, match="run `make setup`"):
        build(PROGRAMS[0], tmp_path, _silent)


def test_files_of_a_module_are_copied_once(compiler: Callable[[str], Path], tmp_path: Path) -> None:
    """The module may be gone afterwards, as after `go clean -modcache`."""
    shipped = tmp_path / "module" / "config" / "webhooks" / "webhook.yaml"
    shipped.parent.mkdir(parents=True)
    shipped.write_text("kind: Service")
    shipped.chmod(0o444)
    tools = compiler(f'echo \'{{"Dir": "{tmp_path / "module"}"}}\'').parent
    copied = tools / "charts" / "shipped" / "keda"

    CHARTS["keda"].copy_shipped(copied)
    shutil.rmtree(tmp_path / "module")
    CHARTS["keda"].copy_shipped(copied)

    assert (copied / "config" / "webhooks" / "webhook.yaml").read_text() == "kind: Service"


def test_a_module_that_cannot_be_fetched_says_why(compiler: Callable[[str], Path]) -> None:
    """Go's own reason, and nothing is taken for copied."""
    tools = compiler("""echo '{"Error": "no route to proxy"}'; exit 1""").parent

    for _ in range(2):
        with pytest.raises(ToolchainError, match=r"keda/v2 could not be fetched: no route to pro"):
            CHARTS["keda"].copy_shipped(tools / "charts" / "shipped" / "keda")


def test_what_is_built_for_a_chart_has_a_name_of_its_own() -> None:
    """Two programs of one name would be taken for each other, on disk and among processes."""
    names = [one.name for one in PROGRAMS]
    names += [program.name for chart in CHARTS.values() for program in chart.programs]

    assert len(names) == len(set(names))


def test_a_stamp_tells_inputs_apart(tmp_path: Path) -> None:
    """Other inputs, or no file, and the stamp is not current."""
    file = tmp_path / "bin" / "tool"
    file.parent.mkdir()
    stamp = Stamp(file=file, fingerprint=fingerprint(["a", "b"]))
    stamp.write()
    assert not stamp.is_current

    file.touch()

    assert stamp.is_current
    assert not replace(stamp, fingerprint=fingerprint(["ab", ""])).is_current
