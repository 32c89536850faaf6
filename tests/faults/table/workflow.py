"""Faults in the workflow, its functions, queues and events."""

from tests.faults.fault import Fault, plan, relation, synth

FAULTS = (
    Fault(
        name="an event of another name",
        kind="EventBridge",
        path="stacks/guardian/workflow.py",
        old='detail_type=["Object Created"]',
        new='detail_type=["Object created"]',
        caught=synth("Events-DetailType"),
        system="GuardianProd",
    ),
    Fault(
        name="a bucket that tells nobody",
        kind="EventBridge",
        path="stacks/guardian/uploads.py",
        old="event_bridge_enabled=True",
        new="event_bridge_enabled=False",
        caught=plan("no longer sends events to EventBridge"),
        system="GuardianProd",
    ),
    Fault(
        name="lost events are kept nowhere",
        kind="EventBridge",
        path="stacks/guardian/workflow.py",
        old="targets.SfnStateMachine(self.state_machine, dead_letter_queue=self.lost_events)",
        new="targets.SfnStateMachine(self.state_machine)",
        caught=plan("no longer allows sqs:SendMessage"),
        system="GuardianProd",
    ),
    Fault(
        name="uploads below another prefix",
        kind="EventBridge",
        path="stacks/guardian/workflow.py",
        old='{"key": [{"prefix": prefix}]}',
        new='{"key": [{"prefix": "upload/"}]}',
        caught=plan("matches other events"),
        system="GuardianProd",
    ),
    Fault(
        name="a handler with a typing error",
        kind="function",
        path="stacks/guardian/workflow.py",
        old='handler="dead_letters.handler"',
        new='handler="dead_letter.handler"',
        caught=synth("function handler is 'guardian.dead_letter.handler'"),
        system="GuardianProd",
    ),
    Fault(
        name="a function is told its limit by another name",
        kind="function",
        path="stacks/guardian/workflow.py",
        old='"TRANSCRIPT_CUT": str',
        new='"CUT": str',
        caught=relation("tests/contracts/test_functions.py"),
        system="GuardianProd",
    ),
    Fault(
        name="a function reads its scoring by another name",
        kind="function",
        path="functions/guardian/save.py",
        old='os.environ["SCORING"]',
        new='os.environ["SCORES"]',
        caught=relation("tests/contracts/test_functions.py"),
        system="GuardianProd",
    ),
    Fault(
        name="a function that calls what is not there",
        kind="function",
        path="functions/guardian/save.py",
        old='os.environ["SCORING"]',
        new='os.environment["SCORING"]',
        caught=relation("tests/functions/guardian/test_save.py"),
        system="GuardianProd",
    ),
    Fault(
        name="three seconds for a database",
        kind="function",
        path="stacks/guardian/workflow.py",
        old="_SHORT = cdk.Duration.seconds(30)",
        new="_SHORT = cdk.Duration.seconds(3)",
        caught=relation(
            "tests/contracts/test_functions.py::"
            "test_a_function_lives_as_long_as_it_waits_for_its_database"
        ),
        system="GuardianProd",
    ),
    Fault(
        name="a state that does not exist",
        kind="Step Functions",
        path="stacks/guardian/analysis.asl.json",
        old='"Next": "SaveToDatabase"',
        new='"Next": "SaveToDb"',
        caught=relation(
            "tests/stacks/guardian/workflow/test_definition.py::test_validator_accepts_the_definition"
        ),
        system="GuardianProd",
    ),
    Fault(
        name="a failure that nobody catches",
        kind="Step Functions",
        path="stacks/guardian/analysis.asl.json",
        old='["States.ALL"], "ResultPath": "$.failure", "Next": "VideoFailed"',
        new='["States.Timeout"], "ResultPath": "$.failure", "Next": "VideoFailed"',
        caught=plan("no longer catches"),
        system="GuardianProd",
    ),
    Fault(
        name="a result in another's place",
        kind="Step Functions",
        path="stacks/guardian/analysis.asl.json",
        old='"audio.$": "$.parts[0]"',
        new='"audio.$": "$.parts[1]"',
        caught=relation(
            "tests/stacks/guardian/workflow/test_flow.py::test_each_branch_may_fail_and_the_others_count"
        ),
        system="GuardianProd",
    ),
    Fault(
        name="voices for the analyser of pictures",
        kind="queue",
        path="stacks/guardian/workflow.py",
        old='"AudioQueue": audio.queue',
        new='"AudioQueue": video.queue',
        caught=relation(
            "tests/stacks/guardian/workflow/test_flow.py::test_each_branch_may_fail_and_the_others_count"
        ),
        system="GuardianProd",
    ),
    Fault(
        name="messages that expire in five minutes",
        kind="queue",
        path="stacks/guardian/queues.py",
        old="kept=_KEPT",
        new="kept=cdk.Duration.minutes(5)",
        caught=plan("keeps messages for 300 s"),
        system="GuardianProd",
    ),
    Fault(
        name="messages that come back in five seconds",
        kind="queue",
        path="stacks/parts/queues.py",
        old="_VISIBILITY = cdk.Duration.seconds(60)",
        new="_VISIBILITY = cdk.Duration.seconds(5)",
        caught=synth("Queue visibility timeout (5) is less than"),
        system="GuardianProd",
    ),
    Fault(
        name="dead letters that nobody reads",
        kind="queue",
        path="stacks/guardian/workflow.py",
        old="queue.dead_letters, batch_size",
        new="queue.queue, batch_size",
        caught=plan("no longer allows sqs:ChangeMessageVisibility"),
        system="GuardianProd",
    ),
    Fault(
        name="a migration before its way is there",
        kind="order",
        path="stacks/guardian/migration.py",
        old="add_dependency(functions, function)",
        new="add_dependency(function)",
        caught=relation(
            "tests/stacks/guardian/workflow/test_stack.py::test_migration_waits_for_its_right_and_its_way"
        ),
        system="GuardianProd",
    ),
    Fault(
        name="analyses before the table is there",
        kind="order",
        path="stacks/guardian/workloads.py",
        old="        workflow.node.add_dependency(migration)\n",
        new="",
        caught=relation(
            "tests/stacks/guardian/test_workloads.py::test_analyses_begin_only_once_there_is_a_table"
        ),
        system="GuardianProd",
    ),
)
