"""c360 as a user has it: a wheel in an environment of its own."""

import os
import subprocess
import sys
import tempfile
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def install(folder: str, extra: str = "") -> str:
    """Build a wheel, install it into a new environment below ``folder``, and return the folder of its programs.

    ``extra`` is what is asked for beside c360, as in ``pip install 'c360[postgres]'``.
    An editable installation costs some milliseconds at every start, so it would measure something else.
    """
    wheels = os.path.join(folder, "wheels")
    with tempfile.TemporaryDirectory() as build:
        # setuptools leaves a build folder behind; a copy of the tree keeps ours clean.
        copy = os.path.join(build, "c360")
        _copy(copy)
        _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, copy)
    environment = os.path.join(folder, "environment")
    venv.create(environment, with_pip=True)
    programs = os.path.join(environment, "Scripts" if os.name == "nt" else "bin")
    (wheel,) = os.listdir(wheels)
    wanted = os.path.join(wheels, wheel) + (f"[{extra}]" if extra else "")
    python = os.path.join(programs, "python")
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted)
    _run(python, "-m", "compileall", "-q", os.path.join(environment, "lib"))
    return programs


def _copy(target: str) -> None:
    import shutil

    skipped = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")
    shutil.copytree(ROOT, target, ignore=skipped)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
