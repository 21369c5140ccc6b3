"""How bash, zsh and fish ask for the words that fit, and are told: what each needs to put any name into a line.

The script of a shell hands over what was typed and reads an answer a line: ``w`` and a word, with a tab and what it
means where that is known; ``f`` or ``d`` alone where a file or a folder is wanted. zsh and fish take words apart and
quote what they put in, so they send and get plain words. bash does neither: it sends the line, and gets each word
escaped, without what of it stands before the last character at which bash breaks words.
"""

import os
import sys
from collections.abc import Sequence

from click.shell_completion import CompletionItem

from c360cli.tuples import NamedTuple

SHELLS = ("bash", "zsh", "fish")

_BASH = r"""_c360_completion() {
    local row
    COMPREPLY=()
    while IFS= read -r row; do
        case $row in
            w*) COMPREPLY+=("${row#w}") ;;
            f) compopt -o default 2> /dev/null ;;
            d) compopt -o dirnames 2> /dev/null ;;
        esac
    done < <(C360_LINE="${COMP_LINE:0:COMP_POINT}" C360_BREAKS="$COMP_WORDBREAKS" _C360_COMPLETE=bash_complete \
        "${1/#\~/$HOME}" 2> /dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]]; then compopt -o nospace 2> /dev/null; fi
}
complete -o nosort -F _c360_completion c360 2> /dev/null || complete -F _c360_completion c360
"""

_ZSH = r"""#compdef c360
_c360_completion() {
    local row word tab=$'\t'
    local -a plain open told
    for row in "${(@f)$(print -rN -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" \
        | _C360_COMPLETE=zsh_complete "${(Q)words[1]/#\~/$HOME}" 2> /dev/null)}"; do
        case $row in
            f) _files ;;
            d) _files -/ ;;
            w*$tab*) word=${${row#w}%%$tab*} told+=("${word//:/\\:}:${row#*$tab}") ;;
            w*[=:]) open+=("${row#w}") ;;
            w*) plain+=("${row#w}") ;;
        esac
    done
    (( $#told )) && _describe -V c360 told -U
    (( $#open )) && compadd -U -S '' -V c360 -a open
    (( $#plain )) && compadd -U -V c360 -a plain
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _c360_completion "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef _c360_completion c360
fi
"""

_FISH = r"""function _c360_completion
    set -l typed (commandline -opc)
    set -l token (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $typed[1])
    for row in (printf '%s\0' $typed "$token" | _C360_COMPLETE=fish_complete $program 2> /dev/null)
        switch $row
            case f
                __fish_complete_path "$token"
            case d
                __fish_complete_directories "$token"
            case 'w*'
                string sub -s 2 -- $row
        end
    end
end
complete --no-files --keep-order --command c360 --arguments "(_c360_completion)"
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}

_BREAKS = " \t\n\"'@><=;|&(:"
_PLAIN = frozenset("_%+-=:,./@^")  # beside letters and figures, what stands for itself in a word
_IN_DOUBLE = frozenset('"\\$`')


class Typed(NamedTuple):
    """What stands before the cursor: the ``words`` that are whole and the ``last`` one, without quotes and escapes.

    Of bash, ``quote`` is the one that is still open, and ``kept`` how many characters of the last word stay as they
    are.
    """

    words: tuple[str, ...]
    last: str
    quote: str = ""
    kept: int = 0


def typed(shell: str) -> Typed:
    """Return what a shell says that was typed."""
    if shell == "bash":
        return split(os.environ.get("C360_LINE", ""), os.environ.get("C360_BREAKS", _BREAKS))
    sent = sys.stdin.buffer.read().decode("utf-8", "replace").split("\0")
    words, last = sent[:-2], sent[-2] if len(sent) > 1 else ""
    if shell == "fish":
        last = split(last.replace(" ", "\\ ") if not set(last) & set("\"'\\") else last).last
    return Typed(tuple(words), last)


def split(line: str, breaks: str = _BREAKS) -> Typed:
    """Return a line taken apart as a shell does, a quote at its end still open."""
    words: list[str] = []
    word, quote, kept, is_there, is_escaped = "", "", 0, False, False
    for at, char in enumerate(line):
        if is_escaped:
            word, is_escaped = word + char, False
        elif quote:
            if char == quote:
                quote = ""
            elif quote == '"' and char == "\\" and line[at + 1 : at + 2] in tuple(_IN_DOUBLE):
                is_escaped = True
            else:
                word += char
        elif char in " \t\n":
            if is_there:
                words.append(word)
            word, kept, is_there = "", 0, False
            continue
        elif char == "\\":
            is_escaped = True
        elif char in "\"'":
            quote, kept = char, len(word)
        else:
            word += char
            if char in breaks:
                kept = len(word) - (char == "@")  # which readline takes for the beginning of a host, and replaces
        is_there = True
    return Typed(tuple(words), word, quote, kept)


def answer(shell: str, asked: Typed, items: Sequence[CompletionItem]) -> str:
    """Return what a shell is told."""
    rows = []
    for item in items:
        if item.type in ("file", "dir"):
            rows.append(item.type[0])
        elif shell == "bash":
            written = escaped(item.value[asked.kept :], asked.quote, is_begun=asked.kept > 0)
            if written is not None:
                rows.append(f"w{written}")
        else:
            rows.append(f"w{item.value}" + (f"\t{item.help}" if item.help else ""))
    return "".join(f"{row}\n" for row in dict.fromkeys(rows))


def escaped(word: str, quote: str, *, is_begun: bool) -> str | None:
    """Return a word, or with ``is_begun`` the rest of one, as it stands in a line of bash; None where it cannot."""
    if quote:
        if quote == '"' and "!" in word:  # it has no escape there that would not stay
            return None
        doubled = "".join(f"\\{char}" if char in _IN_DOUBLE else char for char in word)
        written = doubled if quote == '"' else word.replace("'", "'\\''")
        # readline closes a quote, but not where it takes the last character for one that does.
        return written + (quote if written.endswith(quote) else "")
    written = "".join(char if char.isalnum() or char in _PLAIN else f"\\{char}" for char in word)
    return f"\\{written}" if written[:1] == "=" and not is_begun else written
