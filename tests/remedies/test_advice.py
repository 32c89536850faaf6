"""Each change that a finding advises is applied by a test, and what was found is gone then."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.remedies.collected import Text, advice

_ROOT = Path(__file__).parents[2]
_CHANGES = "tests/plan/changes"
_PREFLIGHT = "tests/plan/preflight"
_RUN = (
    "tests/rehearsal/test_advised_commands.py::"
    "test_each_command_is_taken_by_kubectl_and_the_cluster"
)
_APPLIED: Mapping[tuple[str, str], str] = {
    ("changes/deployed", "set AWS_PROFILE"): (
        f"{_CHANGES}/test_deployed.py::test_a_profile_that_was_set_as_told_has_credentials"
    ),
    ("changes/deployed", "set AWS_DEFAULT_REGION"): (
        f"{_CHANGES}/test_deployed.py::test_region_that_was_set_as_told_is_asked"
    ),
    ("risks/add_ons", "`add_ons` in the settings"): (
        "tests/plan/avadot/test_changes.py::test_an_add_on_goes_after_what_needs_it"
    ),
    ("risks/addresses", "keep it"): (
        f"{_CHANGES}/test_addresses.py::test_what_is_kept_beside_a_new_one_still_answers"
    ),
    ("risks/between_stacks", "keep those machines beside the new ones"): (
        f"{_CHANGES}/test_between_stacks.py::"
        "test_pods_that_select_a_group_by_a_name_that_it_loses_find_no_node"
    ),
    ("risks/between_stacks", "keep the old export by"): (
        f"{_CHANGES}/test_between_stacks.py::"
        "test_an_export_is_kept_where_the_importer_needs_another_new_one"
    ),
    ("risks/between_stacks", "give the new one another construct id"): (
        f"{_CHANGES}/test_between_stacks.py::"
        "test_an_exported_resource_is_replaced_by_one_of_another_id_beside_it"
    ),
    ("risks/between_stacks", "deploy what imports it no longer"): (
        f"{_CHANGES}/test_between_stacks.py::"
        "test_an_export_goes_after_the_deploy_of_the_importer_alone"
    ),
    ("risks/creation", "let their manifest depend on it"): (
        f"{_CHANGES}/test_creation.py::test_new_pods_may_be_made_before_what_they_read_only_then"
    ),
    ("risks/drains", "add the new machines as another node group"): (
        f"{_CHANGES}/test_drains.py::"
        "test_new_machines_as_another_group_come_without_any_pod_that_moves"
    ),
    ("risks/drains", "with the `zones` that it has"): (
        "tests/plan/avadot/test_changes.py::"
        "test_machines_that_keep_their_zones_stay_when_the_network_gets_another"
    ),
    ("risks/exclusive", "`type: Recreate`"): (
        f"{_CHANGES}/test_exclusive.py::test_a_volume_of_one_machine_is_not_had_by_old_and_new_pods"
    ),
    ("risks/exclusive", "leave one of both out"): (
        f"{_CHANGES}/test_exclusive.py::test_two_budgets_of_the_same_pods_are_said_once_they_meet"
    ),
    ("risks/gaps", "keep it beside the new one"): (
        f"{_CHANGES}/test_gaps.py::"
        "test_a_deployment_that_is_renamed_in_its_manifest_is_gone_before_the_new_one_serves"
    ),
    ("risks/gaps", "add what it selects by to the pods"): (
        f"{_CHANGES}/test_gaps.py::"
        "test_a_service_that_selects_only_what_new_pods_have_leaves_the_old_ones"
    ),
    ("risks/gaps", "give the port of the pods a name"): (
        f"{_CHANGES}/test_gaps.py::"
        "test_a_service_whose_port_leads_to_where_only_new_pods_listen_is_away"
    ),
    ("risks/identities", "leave one of both out"): (
        f"{_CHANGES}/test_identities.py::test_a_second_one_of_the_same_name_is_refused"
    ),
    ("risks/identities", "keep the construct's id"): (
        f"{_CHANGES}/test_identities.py::"
        "test_a_name_under_another_id_is_taken_until_the_old_one_is_deleted"
    ),
    ("risks/identities", "keep the id of its construct"): (
        f"{_CHANGES}/test_identities.py::"
        "test_a_chart_that_another_resource_installs_is_uninstalled_with_the_old_one"
    ),
    ("risks/leftovers", "remove it with"): _RUN,
    ("risks/network_policies", "by `matchExpressions`"): (
        f"{_CHANGES}/test_network_policies.py::"
        "test_old_pods_serve_behind_a_policy_that_selects_only_new_ones"
    ),
    ("risks/node_group_updates", "take one of both back"): (
        f"{_CHANGES}/test_node_group_updates.py::test_either_alone_or_a_new_group_is_accepted"
    ),
    ("risks/node_pools", "change where their pods run first"): (
        f"{_CHANGES}/test_node_pools.py::test_pods_may_move_from_a_removed_pool_to_another_one"
    ),
    ("risks/node_pools", "`karpenter.sh/do-not-disrupt`"): (
        "tests/charts/guardian/test_analyzer.py::test_an_analysis_may_finish"
    ),
    ("risks/nodes", "give the new one another name"): (
        f"{_CHANGES}/test_nodes.py::test_a_node_group_is_replaced_under_another_name"
    ),
    ("risks/placement", "`kubernetes.io/hostname`"): (
        f"{_CHANGES}/test_placement.py::test_a_label_that_no_node_has_keeps_no_pods_apart"
    ),
    ("risks/pods", "`unhealthyPodEvictionPolicy: AlwaysAllow`"): (
        f"{_CHANGES}/test_pods.py::test_a_disruption_budget_that_holds_broken_pods_again_is_said"
    ),
    ("risks/quotas", "set in its `hard`"): (
        f"{_CHANGES}/test_quotas.py::test_what_the_finding_says_is_enough"
    ),
    ("risks/refused", "give it another name"): (
        f"{_CHANGES}/test_refused.py::test_a_field_that_cannot_change_is_refused"
    ),
    ("risks/refused", "give it another id"): (
        f"{_CHANGES}/test_refused.py::test_under_another_id_it_may_be_another_thing"
    ),
    ("risks/refused", "give the new one another name"): (
        f"{_CHANGES}/test_refused.py::test_what_has_another_name_or_none_can_be_replaced"
    ),
    ("risks/secret_files", "with `usePodIdentity"): (
        f"{_CHANGES}/test_secret_files.py::test_secrets_are_fetched_by_a_role_that_the_pods_have"
    ),
    ("risks/secret_files", "name one of these"): (
        f"{_CHANGES}/test_secret_files.py::"
        "test_a_field_that_a_secret_has_not_keeps_pods_from_starting"
    ),
    ("risks/subnets", "leave each subnet"): (
        f"{_CHANGES}/test_subnets.py::"
        "test_subnets_that_only_exchange_their_ranges_are_told_to_leave_them"
    ),
    ("risks/subnets", "`zones` in the settings"): (
        "tests/plan/avadot/test_changes.py::test_a_third_zone_moves_no_range"
    ),
    ("risks/versions", "`kubernetes` in the settings of each"): (
        "tests/plan/avadot/test_changes.py::test_nodes_follow_a_new_version_by_their_own_setting"
    ),
    ("risks/versions", "take `kubernetes` out"): (
        f"{_CHANGES}/test_nodes.py::test_a_new_group_without_a_version_has_that_of_its_cluster"
    ),
    ("preflight/account", "set AWS_"): (
        f"{_PREFLIGHT}/test_survey.py::test_with_a_region_and_a_profile_as_told_it_begins"
    ),
    ("preflight/ai_services", "ask for access"): (
        f"{_PREFLIGHT}/test_ai_services.py::test_a_model_that_may_be_asked_is_ready"
    ),
    ("preflight/ai_services", "choose a region"): (
        f"{_PREFLIGHT}/test_ai_services.py::test_transcribe_that_answers_is_ready"
    ),
    ("preflight/free_addresses", "a wider range"): (
        f"{_PREFLIGHT}/test_network.py::test_a_wider_range_holds_more_nodes"
    ),
    ("preflight/origins", "into the settings"): (
        f"{_PREFLIGHT}/test_secrets.py::test_other_origins_are_ready"
    ),
    ("preflight/versions", "a newer version"): (
        f"{_PREFLIGHT}/test_region.py::test_a_version_in_standard_support_is_ready"
    ),
}
"""By the end of the module and words of the advice, the test that follows it."""


def _is_for(row: tuple[str, str], text: Text) -> bool:
    module, words = row
    return text.module.removesuffix(".py").endswith(module) and words in text.words


def test_everything_that_is_advised_is_applied_by_a_test() -> None:
    """A finding that says something new to do needs a test that does it."""
    missing = [text for text in advice() if not any(_is_for(row, text) for row in _APPLIED)]

    assert missing == []


def test_no_test_applies_what_nobody_advises() -> None:
    found = advice()

    assert [row for row in _APPLIED if not any(_is_for(row, text) for text in found)] == []


def test_the_tests_that_apply_advice_are_there() -> None:
    for node in _APPLIED.values():
        file, _, name = node.partition("::")
        assert name in _tests(file), node


@cache
def _tests(file: str) -> set[str]:
    tree = ast.parse((_ROOT / file).read_text())
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
