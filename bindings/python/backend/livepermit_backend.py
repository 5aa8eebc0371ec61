"""Builds the wheel by maturin, and adds the types of its generated module."""

import base64
import hashlib
import os
import pathlib
import zipfile

import maturin
from maturin import *  # noqa: F403

import stubs

GENERATED = "livepermit/livepermit/livepermit.py"
ADDED = "livepermit/__init__.pyi", "livepermit/py.typed"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = maturin.build_wheel(wheel_directory, config_settings, metadata_directory)
    add_types(pathlib.Path(wheel_directory) / name)
    return name


def add_types(wheel):
    """Writes the wheel again with two files more, and with their lines in its record."""
    whole = wheel.with_suffix(".whole")
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        types = stubs.stub(old.read(GENERATED).decode()).encode(), b""
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith(".dist-info/RECORD"):
                content += "".join(map(record_line, ADDED, types)).encode()
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
        for added, content in zip(ADDED, types, strict=True):
            # The same time as maturin's: two builds are the same bytes.
            new.writestr(zipfile.ZipInfo(added), content, zipfile.ZIP_DEFLATED)
    os.replace(whole, wheel)


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"
