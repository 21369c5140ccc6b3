"""Real shells at a pseudo terminal, set up as the user guide says, in which somebody presses the tab key."""

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from types import TracebackType

import pytest

NAMES = ("bash", "zsh", "fish")
PROMPT, LONGEST_SECONDS = "READY>", 20
_RC = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
_PROMPTS = {
    "bash": f"PS1='{PROMPT} '; bind 'set enable-bracketed-paste off'",
    "zsh": f"PS1='{PROMPT} '; unset zle_bracketed_paste; setopt no_prompt_cr",
    "fish": f"function fish_prompt; echo -n '{PROMPT} '; end; set fish_greeting; set fish_autosuggestion_enabled 0",
}
_START = {"bash": ["--noprofile", "-i"], "zsh": ["-i", "-d"], "fish": ["-i"]}


def need(name: str) -> None:
    """Skip the test where the shell is not installed."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed here; .ci/run installs it.")


class Shell:
    """One shell whose start-up file has ``lines`` in it; ``folder`` is its home and where it stands."""

    def __init__(self, name: str, folder: Path, lines: str, **environment: str) -> None:
        self.name = name
        rc = folder / _RC[name]
        rc.parent.mkdir(parents=True, exist_ok=True)
        rc.write_text(f"{_PROMPTS[name]}\n{lines}\n")
        known = {
            "HOME": str(folder), "ZDOTDIR": str(folder), "XDG_CONFIG_HOME": str(folder / ".config"),
            "XDG_DATA_HOME": str(folder / ".local"), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TERM": "dumb" if name != "fish" else "xterm", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLUMNS": "400",
            **environment,
        }  # fmt: skip
        self._shown = ""
        program = str(shutil.which(name))
        self._process, self._ours = pty.fork()  # a shell wants a terminal that is its own
        if self._process == 0:
            os.chdir(folder)
            os.execve(program, [program, *_START[name]], known)
        self.started = self._until(PROMPT)

    def __enter__(self) -> "Shell":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._ours)

    def tab(self, line: str) -> list[str]:
        """Type a line, press tab, and return the words of the line there is then, as the shell takes them apart."""
        self._write(f"{line}\t\x01printf '[%s]\\n' \x05 END\r")
        shown = self._until("[END]")
        self._until(PROMPT)
        return re.findall(r"^\[(.*)\]$", shown, re.MULTILINE)[:-1]

    def _write(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def _until(self, sign: str) -> str:
        """Return what is shown up to a line that begins with a sign, escapes of the terminal left out."""
        ends = time.monotonic() + LONGEST_SECONDS
        while not (found := re.search(rf"^{re.escape(sign)}", self._shown, re.MULTILINE)):
            ready, _, _ = select.select([self._ours], [], [], ends - time.monotonic())
            assert ready, f"{self.name} does not answer: {self._shown!r}"
            self._shown += os.read(self._ours, 65536).decode("utf-8", "replace")
            self._shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x1b\(B|\x1b\][^\x07]*\x07", "", self._shown)
            self._shown = self._shown.replace("\r", "\n")
        shown, self._shown = self._shown[: found.end()], self._shown[found.end() :]
        return shown
