"""Settings: read once from the environment, checked as a whole, passed down as one struct.

Only `app` and `cli` import this room; everything else is given the values that it needs. Every setting is an
environment variable that begins with `COMPLIANCE_`; a secret may stand in a file instead, named by the same variable
with `_FILE` behind it. docs/running.md holds the table, made from the meanings in `_settings.py`.
"""

from compliance.settings._data_folder import DataFolderUnusable, SecretKeyWrong, make_data_folder, secret_key_of
from compliance.settings._reading import SettingsInvalid, read_settings
from compliance.settings._settings import Settings
from compliance.settings._showing import Setting, SettingRow, describe, every_setting

__all__ = [
    "DataFolderUnusable", "SecretKeyWrong", "Setting", "SettingRow", "Settings", "SettingsInvalid", "describe",
    "every_setting", "make_data_folder", "read_settings", "secret_key_of",
]  # fmt: skip
