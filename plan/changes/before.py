"""Where the assembly to compare with comes from: a directory, what is deployed, or a revision."""

from pathlib import Path

from plan.model.assembly import Assembly, read_assembly

DEPLOYED = "deployed"


def read_before(named: str, planned: Assembly) -> Assembly:
    """Read what a person names; raise `PlanError` if it is not there.

    The word `deployed` asks CloudFormation for the stacks of the planned assembly; a directory that
    exists is one with an assembly; everything else is a git revision.
    """
    # Each of the ways is imported only when it is gone: boto3 alone takes half a second.
    if named == DEPLOYED:
        from plan.changes.deployed import deployed_assembly  # noqa: PLC0415 - see above

        return deployed_assembly(planned)
    if Path(named).is_dir():
        return read_assembly(Path(named))
    from plan.changes.revision import assembly_of_revision  # noqa: PLC0415 - see above

    return assembly_of_revision(named, Path.cwd())
