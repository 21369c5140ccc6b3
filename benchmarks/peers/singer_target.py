"""The released target-sqlite, which is from 2019, on a Python of today: one name is put back where it looks for it."""

import collections
import collections.abc

collections.MutableMapping = collections.abc.MutableMapping

from target_sqlite import main  # noqa: E402 -- it asks for the name as it is imported

main()
