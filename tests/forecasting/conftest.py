"""Two published series of one city, as constants, and the published stock by duration of another."""

from collections.abc import Callable

import pandas as pd
import pytest

from sim.clients.hazards import WEEKS_PER_MONTH
from sources.area import data_root, load_area
from sources.statfin import read_duration_stock

# Kela open data (CC BY 4.0): recipients of unemployment benefits at month end, municipality 398, a year a line from
# 2018
RECIPIENTS = """
    7018 6861 7049 6960 6991 6732 6815 6897 6612 6732 6732 6576
    6876 6785 6887 6886 6994 6605 6836 6796 6767 6675 6521 6630
    6851 6775 6960 7183 8181 8623 8353 7761 7570 7423 7265 7417
    7391 7395 7700 7518 7447 7300 7122 7131 6969 6769 6730 6822
    6350 6683 6899 6379 6304 6182 6178 6288 6115 6046 6145 6089
    6174 6050 6254 6002 6084 5907 5809 5960 5717 5836 5949 5845
    6139 6062 6121 6116 6035 5677 5864 5815 5694 5940 5950 6081
    6332 6284 6473 6513 6364 6353 6448 6447 6332 6530 6462 6795
    6919 6814 7143 7209 6966 6964 7078 7064
"""

# Statistics Finland, employment service statistics, table 12r5 (CC BY 4.0): unemployed job seekers at month end,
# municipality 398, a year a line from 2010, up to the month in which the pandemic struck
UNEMPLOYED = """
    9023 8685 8347 8132 7833 8396 8745 7812 7447 7443 7461 8088
    7955 7796 7544 7170 6937 7514 7941 7017 6831 6754 6751 7497
    7650 7643 7588 7393 7030 7833 8263 7366 7354 7609 7689 8358
    8729 8664 8633 8383 8190 8918 9304 8599 8630 8802 8835 9569
    9609 9727 9430 9201 9169 9908 10277 9464 9528 9750 9769 10710
    10529 10514 10354 10030 9682 10408 10699 9852 9626 9732 9868 10669
    10209 10115 9822 9444 9237 9912 10308 9443 9135 9093 9039 9938
    9695 9566 9202 8929 8835 9311 9622 8598 8158 8185 8354 9001
    8722 8544 8328 8007 7692 8365 8654 7592 7299 7210 7211 8110
    7900 7731 7405 7246 7222 7593 7944 7007 6950 6855 6869 7640
    7503 7693 9131 12269
"""


def monthly(values: str, first: str, name: str) -> pd.Series:
    numbers = [int(value) for value in values.split()]
    return pd.Series(numbers, pd.period_range(first, periods=len(numbers), freq="M"), name=name)


@pytest.fixture(scope="session")
def recipients() -> pd.Series:
    return monthly(RECIPIENTS, "2018-01", "recipients")


@pytest.fixture(scope="session")
def unemployed() -> pd.Series:
    return monthly(UNEMPLOYED, "2010-01", "unemployed")


@pytest.fixture(scope="session")
def stock_by_duration() -> Callable[[str, str], pd.DataFrame]:
    """Function (first, last month) → Hämeenlinna's unemployed by month and class, named by its first month of duration.

    The first class reaches to five weeks: three published ones together, so that it holds all who are new.
    """
    area = load_area("lahti", data_root())
    stock = read_duration_stock(area.duration, area.hazard_area)

    def table(first: str, last: str) -> pd.DataFrame:
        used = stock[(stock["age"] == "all") & stock["month"].between(pd.Period(first), pd.Period(last))]
        classes = used.pivot(index="month", columns="lower_week", values="unemployed")
        new = classes.loc[:, :3].sum(axis=1).rename(0.0)
        return pd.concat([new, classes.loc[:, 5:]], axis=1).rename(columns=lambda week: week / WEEKS_PER_MONTH)

    return table
