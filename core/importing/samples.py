"""The sample rows of a template: whoever leaves them as they are does not import them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from core.importing.resources import ImportResource

#: The option of a run that says which rows of its file are samples.
LEFT_OUT = "samples"
#: So many of them are told.
MOST_TOLD = 100


def sample_rows(resource: ImportResource) -> list[list[str]]:
    """The cells of each sample, in the order of the columns."""
    return [
        [sample.get(column.name, "") for column in resource.file_columns]
        for sample in resource.samples
    ]


def without_samples(
    resource: ImportResource,
    mapping: Mapping[str, int],
    rows: Iterable[tuple[int, list[str]]],
    left_out: list[int],
) -> Iterator[tuple[int, list[str]]]:
    """The rows that are no untouched samples; the numbers of the first others go to `left_out`."""
    samples = {
        tuple(sample.get(name, "") for name in mapping)
        for sample in resource.samples
        if set(sample) <= set(mapping)
    }
    for number, cells in rows:
        if samples and tuple(cells[place] for place in mapping.values()) in samples:
            if len(left_out) < MOST_TOLD:
                left_out.append(number)
        else:
            yield number, cells
