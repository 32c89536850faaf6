"""The API: who gets in, and what it may do in the cluster."""

import json

from tests.charts.examples import pick, pod_of
from tests.charts.music.examples import api_objects, context_of
from tests.settings.music.examples import PROD

_OBJECTS = api_objects(PROD)
_POD = pod_of(pick(_OBJECTS, "Deployment"))["spec"]
_ALB = "alb.ingress.kubernetes.io"


def test_nobody_gets_past_the_load_balancer_without_a_login() -> None:
    """By HTTPS, at the provider of the settings, with a client that is in no manifest."""
    annotations = pick(_OBJECTS, "Ingress")["metadata"]["annotations"]
    provider = json.loads(annotations[f"{_ALB}/auth-idp-oidc"])
    assert annotations[f"{_ALB}/auth-type"] == "oidc"
    assert annotations[f"{_ALB}/auth-on-unauthenticated-request"] == "authenticate"
    assert annotations[f"{_ALB}/ssl-redirect"] == "443"
    assert provider == {
        "issuer": PROD.login.issuer,
        "authorizationEndpoint": PROD.login.authorization_endpoint,
        "tokenEndpoint": PROD.login.token_endpoint,
        "userInfoEndpoint": PROD.login.user_info_endpoint,
        "secretName": "login",
    }


def test_the_client_comes_from_secrets_manager_while_a_pod_runs() -> None:
    """The controller reads it from the one Secret that the driver makes of it."""
    copied = pick(_OBJECTS, "SecretProviderClass")["spec"]["secretObjects"]
    assert [(one["secretName"], [e["key"] for e in one["data"]]) for one in copied] == [
        ("login", ["clientID", "clientSecret"])
    ]
    (rule,) = pick(_OBJECTS, "Role", "login")["rules"]
    assert (rule["resources"], rule["resourceNames"]) == (["secrets"], ["login"])
    (subject,) = pick(_OBJECTS, "RoleBinding", "login")["subjects"]
    assert (subject["name"], subject["namespace"]) == (
        "aws-load-balancer-controller",
        "kube-system",
    )
    assert any(volume.get("csi") for volume in _POD["volumes"])


def test_it_believes_the_load_balancer_of_its_namespace_and_no_other() -> None:
    """By the name that the controller gives it."""
    annotations = pick(_OBJECTS, "Ingress")["metadata"]["annotations"]
    (container,) = _POD["containers"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    assert annotations[f"{_ALB}/load-balancer-name"] == PROD.namespace
    assert variables["IDENTITY_SIGNER"] == context_of(PROD).load_balancer
    assert variables["IDENTITY_ISSUER"] == PROD.login.issuer


def test_it_makes_reads_and_removes_workflows_and_nothing_else() -> None:
    (rule,) = pick(_OBJECTS, "Role", "music-api")["rules"]
    assert rule == {
        "apiGroups": ["argoproj.io"],
        "resources": ["workflows"],
        "verbs": ["create", "get", "delete"],
    }
    assert _POD["automountServiceAccountToken"] is True


def test_connections_are_those_of_its_work() -> None:
    """In from load balancer and Prometheus; out to AWS, its node's agent and the cluster's API."""
    policy = pick(_OBJECTS, "NetworkPolicy")["spec"]
    assert len(policy["ingress"]) == 2
    blocks = [peer["ipBlock"]["cidr"] for rule in policy["egress"] for peer in rule["to"]]
    assert blocks[:2] == ["0.0.0.0/0", "169.254.170.23/32"]
    assert tuple(blocks[2:]) == context_of(PROD).api.cidrs


def test_it_is_ready_only_with_its_rights() -> None:
    """A pod that cannot reach bucket or cluster would else be released."""
    (container,) = _POD["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/health"
