"""`python -m music_api`: serve until SIGTERM."""

import os
import sys

from music_api.failure import SettingsError
from music_api.logs import set_up_logging
from music_api.service import serve
from music_api.settings import Settings

if __name__ == "__main__":
    try:
        settings = Settings.read(os.environ)
        set_up_logging()
        serve(settings)
    except SettingsError as error:
        sys.stderr.write(f"music_api: {error}\n")
        sys.exit(2)
