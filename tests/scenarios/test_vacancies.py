"""Paths of open vacancies: of the months asked for, from what was known, and the same for every scenario."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.vacancies import vacancy_paths

DRAWS, SEED, MONTHS = range(8), 5, 12


@pytest.fixture(scope="module")
def first(inputs):
    return inputs.newest + 1


@pytest.fixture(scope="module")
def paths(inputs, first):
    return vacancy_paths(inputs, first, MONTHS, DRAWS, SEED)


def test_a_run_to_a_later_month_keeps_the_months_before(inputs, first, paths):
    longer = vacancy_paths(inputs, first, MONTHS + 6, range(2), SEED)
    np.testing.assert_allclose(longer[:, :MONTHS], paths[:2])


def test_paths_lie_where_vacancies_have_been(paths):
    # Statistics Finland, table 12r5, municipality 398: from 278 open vacancies (12/2013) to 3,457 (1/2022)
    assert paths.shape == (len(DRAWS), MONTHS)
    assert 278 < np.median(paths) < 3457
    assert (paths > 0).all()


def test_what_was_published_after_the_first_month_is_not_read(inputs, first, tmp_path):
    text = inputs.area.unemployed.read_text(encoding="utf-8").splitlines()
    early = inputs.until(inputs.newest - 6)
    cut = tmp_path / "cut.csv"
    cut.write_text("\n".join(text[:-4]) + "\n", encoding="utf-8")  # as it stood in June 2023
    known = 2023 * 12 + 6  # July 2023
    whole = vacancy_paths(early, known, MONTHS, DRAWS, SEED)
    assert np.array_equal(vacancy_paths(of(early, cut), known, MONTHS, DRAWS, SEED), whole)


def test_a_municipality_without_vacancies_has_no_paths(inputs, first, tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text("alue,kuukausi,TYOTTOMATLOPUSSA\nKU1,2023M10,7\n", encoding="utf-8")
    assert vacancy_paths(of(inputs, bare), first, MONTHS, DRAWS, SEED) is None


def of(inputs, unemployed):
    return replace(inputs, area=replace(inputs.area, unemployed=unemployed))
