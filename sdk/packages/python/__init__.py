"""The Humanseal device SDK. `docs/sdk.md` leads through it."""

from pathlib import Path

from .humanseal import *  # noqa: F403

MODELS = str(Path(__file__).parent / "models")
"""The folder of the models that come with this package, for `Settings`."""
