"""The data sets: every kind of row there is, by the name it has in exports, filters and reports."""

from c360cli.datasets.columns import Arm, Column, Dataset
from c360cli.datasets.known import MAIN, columns, dataset, names

__all__ = ["MAIN", "Arm", "Column", "Dataset", "columns", "dataset", "names"]
