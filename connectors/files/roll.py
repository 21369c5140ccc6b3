"""The ids in all files of a source: what is in none of them any more has left."""

from collections.abc import Iterator

from c360cli.errors import C360Error, SourceError

from .encoding import NotText
from .folder import PAGE, Found, Opener, explained, find_files, look_through
from .options import Place
from .reading import Row


def list_ids(place: Place, open_file: Opener) -> Iterator[list[str]]:
    """Yield the ids in all files; SourceError for a row nobody can tell the id of, as it may be any.

    A row that lies aside for another cell is there all the same.
    """
    for file in find_files(place):
        try:
            yield from _ids_of(place.source, file, open_file)
        except (OSError, NotText, C360Error) as error:
            raise explained(place.source, file, error) from error


def _ids_of(source: str, file: Found, open_file: Opener) -> Iterator[list[str]]:
    with open(file.path, "rb") as opened:
        reader = open_file(opened, file)
        turn = reader.turn_by(look_through(source, file, 0, open_file) if reader.days else None)
        ids: list[str] = []
        for row in reader.rows:
            if not isinstance(row, Row):
                raise SourceError(
                    source,
                    f"{file.name}:{row.line}: {row.reason}, so nothing tells which rows have left its files.",
                    "Mend it; what was read before is kept.",
                )
            turned = turn(row)
            ids += [record.source_id for record in turned.records] or ([turned.about] if turned.about else [])
            if len(ids) >= PAGE:
                yield ids
                ids = []
        yield ids
