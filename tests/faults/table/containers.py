"""Faults in programs' images and in how pods call them."""

from functools import partial

from tests.faults.fault import Fault, relation

_AVADOT = partial(Fault, system="AvadotProd")

FAULTS = (
    _AVADOT(
        name="an image for another processor",
        kind="image",
        path="containers/model_store/Dockerfile",
        old="FROM ${BASE} AS build",
        new="FROM --platform=linux/arm64 ${BASE} AS build",
        caught=relation("containers/analyzer/tests/test_image.py"),
    ),
)
