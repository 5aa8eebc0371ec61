"""Issue, show and verify live permit codes. docs/languages.md of the repository has more."""

from .livepermit import *  # noqa: F403
