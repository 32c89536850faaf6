"""The analysis workflow: from an uploaded object to a row of results."""

import json
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from settings.guardian.uploads import Uploads
from settings.guardian.workflow import Workflow
from stacks.guardian.definition import definition
from stacks.guardian.functions import Functions
from stacks.guardian.queues import AnalysisQueue
from stacks.guardian.rights import grant_model, grant_object_read, grant_transcription
from stacks.guardian.uploads import TRANSCRIPTS
from stacks.parts.exceptions import accept, accept_any_version_of
from stacks.parts.queues import dead_letter_queue

_SHORT = cdk.Duration.seconds(30)


class AnalysisWorkflow(Construct):
    """A state machine that each upload starts, its functions, and their permissions."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Workflow,
        limits: Uploads,
        uploads: s3.IBucket,
        audio: AnalysisQueue,
        video: AnalysisQueue,
        functions: Functions,
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self._functions = functions
        begin = self._begin(uploads, limits)
        context = self._context(uploads)
        save = self._save()
        self.state_machine = self._state_machine(
            {
                "Begin": begin.function_arn,
                "Context": context.function_arn,
                "Save": save.function_arn,
                "AudioQueue": audio.queue.queue_url,
                "VideoQueue": video.queue.queue_url,
            }
        )
        for function in (begin, context, save):
            function.grant_invoke(self.state_machine)
        accept_any_version_of(
            self.state_machine,
            begin,
            context,
            save,
            reason="the library grants every version of a function with the function",
        )
        for queue in (audio, video):
            queue.queue.grant_send_messages(self.state_machine)
        grant_transcription(self.state_machine, uploads, limits.prefix)

        self.abandoned = self._abandoned(audio, video)
        self.lost_events = dead_letter_queue(self, "LostEvents")
        accept(self.lost_events, "SQS3", reason="it is a dead-letter queue, of an event rule")
        self._begin_on_upload(uploads, limits.prefix)

    def _begin(self, uploads: s3.IBucket, limits: Uploads) -> lambda_.Function:
        begin = self._functions.application_function(
            self,
            "Begin",
            handler="begin.handler",
            timeout=_SHORT,
            environment={"LARGEST_UPLOAD": str(limits.largest_bytes)},
        )
        grant_object_read(begin, uploads, limits.prefix)
        return begin

    def _save(self) -> lambda_.Function:
        return self._functions.application_function(
            self,
            "Save",
            handler="save.handler",
            timeout=_SHORT,
            environment={"SCORING": _scoring(self._settings)},
        )

    def _context(self, uploads: s3.IBucket) -> lambda_.Function:
        """Make the function that judges a transcript: without database, so without VPC."""
        settings = self._settings
        context = self._functions.function(
            self,
            "Context",
            handler="context.handler",
            timeout=cdk.Duration.minutes(2),
            environment={
                "MODEL": settings.model.profile,
                "MODEL_REGION": settings.model.region,
                "TRANSCRIPT_CUT": str(settings.transcription.cut),
            },
        )
        grant_object_read(context, uploads, TRANSCRIPTS)
        grant_model(context, settings.model)
        return context

    def _state_machine(self, substitutions: Mapping[str, str]) -> sfn.StateMachine:
        state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            comment="silver-guardian-analysis-workflow",
            definition_body=sfn.DefinitionBody.from_string(definition(self._settings)),
            definition_substitutions=substitutions,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=self._functions.log_group(self, "Logs"),
                level=sfn.LogLevel.ALL,
                # With it task tokens would be logged, and whoever may read the log could complete
                # the tasks of an analyser. The history of an execution has the data.
                include_execution_data=False,
            ),
        )
        accept(
            state_machine,
            "IAM5",
            "Resource::*",
            reason="log deliveries, traces and the start of a transcription name no resource",
        )
        return state_machine

    def _abandoned(self, audio: AnalysisQueue, video: AnalysisQueue) -> lambda_.Function:
        """Make the function that fails the tasks of messages in the dead-letter queues."""
        function = self._functions.function(
            self, "Abandoned", handler="dead_letters.handler", timeout=_SHORT, environment={}
        )
        for queue in (audio, video):
            function.add_event_source(
                sources.SqsEventSource(
                    queue.dead_letters, batch_size=10, report_batch_item_failures=True
                )
            )
        self.state_machine.grant_task_response(function)
        return function

    def _begin_on_upload(self, uploads: s3.IBucket, prefix: str) -> None:
        events.Rule(
            self,
            "Uploaded",
            description=f"An object was created under {prefix}",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [uploads.bucket_name]},
                    "object": {"key": [{"prefix": prefix}]},
                },
            ),
            targets=[
                targets.SfnStateMachine(self.state_machine, dead_letter_queue=self.lost_events)
            ],
        )


def _scoring(settings: Workflow) -> str:
    scoring = settings.scoring
    return json.dumps(
        {
            "weights": {
                "audio": scoring.audio,
                "video": scoring.video,
                "context": scoring.context,
            },
            "low": scoring.low,
            "medium": scoring.medium,
        }
    )
