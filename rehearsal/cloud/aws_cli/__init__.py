"""The AWS CLI that Lambda functions call, imported once: each command is a fork of that process.

The CDK's kubectl handler calls the CLI twice for each object that it applies, and of the two
seconds that a command takes, most is Python importing it.
"""
