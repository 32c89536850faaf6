"""What a front end calls: it asks for a place to upload to, and then for the result."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as api
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.guardian.uploads import Uploads
from stacks.guardian.functions import Functions
from stacks.guardian.rights import grant_upload

_TIMEOUT = cdk.Duration.seconds(10)
_ACCESS_LOG = {
    "time": "$context.requestTime",
    "caller": "$context.identity.userArn",
    "address": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
    "request": "$context.requestId",
}


class AnalysisApi(Construct):
    """An HTTP API whose callers sign with IAM: `POST /uploads`, `GET /analyses/{video_id}`."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Uploads,
        uploads: s3.IBucket,
        functions: Functions,
    ) -> None:
        super().__init__(scope, id)
        self.http_api = api.HttpApi(
            self,
            "HttpApi",
            description="Silver Guardian: uploads and their results",
            create_default_stage=False,
            default_authorizer=authorizers.HttpIamAuthorizer(),
        )
        api.CfnStage(
            self,
            "Stage",
            api_id=self.http_api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=api.CfnStage.AccessLogSettingsProperty(
                destination_arn=functions.log_group(self, "AccessLog").log_group_arn,
                format=json.dumps(_ACCESS_LOG),
            ),
        )
        self.url = self.http_api.api_endpoint
        upload = functions.function(
            self,
            "Upload",
            handler="upload.handler",
            timeout=_TIMEOUT,
            environment={
                "UPLOADS": uploads.bucket_name,
                "LARGEST_UPLOAD": str(settings.largest_bytes),
                "URL_SECONDS": str(settings.url_seconds),
            },
        )
        # A presigned address carries the rights of the one who signed it.
        grant_upload(upload, uploads, settings.prefix)
        result = functions.application_function(
            self, "Result", handler="result.handler", timeout=_TIMEOUT, environment={}
        )
        self._route("POST", "/uploads", upload)
        self._route("GET", "/analyses/{video_id}", result)

    def _route(self, method: str, path: str, function: lambda_.Function) -> None:
        self.http_api.add_routes(
            path=path,
            methods=[api.HttpMethod[method]],
            integration=integrations.HttpLambdaIntegration(function.node.id, function),
        )
