"""CloudFormation as far as the plan asks it: a server on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A stack in the account."""

    template: object
    status: str = "CREATE_COMPLETE"
    is_protected: bool = False


@dataclass
class CloudFormation:
    """The stacks of an account, by name; a refusal is its code and message."""

    stacks: dict[str, Deployed] = field(default_factory=dict)
    refusal: tuple[str, str] | None = None

    def answer(self, request: dict[str, list[str]]) -> tuple[int, str]:
        """Return status and content of the answer to one request."""
        (action,), (name,) = request["Action"], request["StackName"]
        if self.refusal:
            return 403, _error(*self.refusal)
        if name not in self.stacks:
            return 400, _error("ValidationError", f"Stack with id {name} does not exist")
        stack = self.stacks[name]
        if action == "DescribeStacks":
            content = (
                f"<Stacks><member><StackName>{name}</StackName>"
                f"<CreationTime>2026-01-01T00:00:00Z</CreationTime>"
                f"<StackStatus>{stack.status}</StackStatus>"
                f"<EnableTerminationProtection>{str(stack.is_protected).lower()}"
                "</EnableTerminationProtection></member></Stacks>"
            )
        else:
            assert request["TemplateStage"] == ["Original"]
            body = stack.template if isinstance(stack.template, str) else json.dumps(stack.template)
            content = f"<TemplateBody>{escape(body)}</TemplateBody>"
        result = f"<{action}Result>{content}</{action}Result>"
        return 200, f'<{action}Response xmlns="{_NAMESPACE}">{result}</{action}Response>'


@contextmanager
def serving(cloud: CloudFormation) -> Iterator[str]:
    """Serve the account on a free port, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, content = cloud.answer(parse_qs(request))
            body = content.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _error(code: str, message: str) -> str:
    fault = f"<Code>{code}</Code><Message>{escape(message)}</Message><Type>Sender</Type>"
    return f'<ErrorResponse xmlns="{_NAMESPACE}"><Error>{fault}</Error></ErrorResponse>'
