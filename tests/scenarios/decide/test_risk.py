"""Risk: counted unit by unit in a loop, and the correlation against its textbook interval."""

import json
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.cli import app
from reports.charts.risk import risk_chart
from reports.risk import deadline_tables
from scenarios.decide.deadlines import COLUMNS
from scenarios.decide.risk import risk


def test_risk_of_a_run_counted_by_hand(stored):
    tables = stored.outcome.tables
    found = risk(tables.__getitem__)
    measured, decided = tables["measures"], stored.outcome.books.decisions
    for year in (2026, 2027, 2028):
        limit = {name: decision.current for name, decision in decided(year).items()}
        broken = {"benefit_share": [], "operating": [], "net": [], "both": []}
        for draw in (0, 1):
            for replication in (0, 1):
                rows = measured[(measured["draw"] == draw) & (measured["replication"] == replication)
                                & (measured["year"] == year) & (measured["line"] == "total") & (measured["part"] == "")]
                sums = rows.set_index("object")["value"]
                over = {name: sums[name] - limit[name] for name in ("benefit_share", "operating", "net")}
                for name, euros in over.items():
                    broken[name].append(max(euros, 0.0))
                broken["both"].append(over["benefit_share"] > 0 and over["operating"] > 0)
                line = found.limits.loc[year, "line"]
                assert (sums["benefit_share"] + sums["operating"] > line) == (over["net"] > 0)
        for row in found.objects[found.objects["year"] == year].itertuples():
            overruns = broken[row.object]
            assert row.p_break == np.mean([euros > 0 for euros in overruns])
            assert row.expected == pytest.approx(np.mean(overruns), abs=0.02)
            if any(overruns):
                assert row.overrun == pytest.approx(np.mean([euros for euros in overruns if euros]), abs=0.02)
        both = found.joint.set_index("year").loc[year]
        assert both["p_both"] == np.mean(broken["both"])
        assert math.isnan(both["correlation"])  # one pair of draws tells nothing


def test_correlation_has_fishers_interval_over_pairs_of_draws():
    cost = np.array([0.0, 1, 0, 1, 1, 2, 1, 2, 2, 3, 2, 3, 3, 4, 3, 4])
    share = cost + np.tile([0.5, 0.5, -0.5, -0.5], 4)
    measured = pd.DataFrame([{"draw": draw, "replication": 0, "object": name, "line": "total", "part": "", "year": 2027,
                              "value": value}
                             for draw in range(16) for name, value in (("benefit_share", share[draw]),
                                                                       ("operating", cost[draw]), ("net", 0.0))])
    budget = pd.DataFrame([{"year": 2027, "object": name, "appropriation": 1.0, "status": "estimate", "p_break": 0.0,
                            "overrun": np.nan, "mean": 0.0, "median": 0.0, "p10": 0.0, "p90": 0.0,
                            "first_month": "none"}
                           for name in ("benefit_share", "operating", "income", "net")])
    breaks = pd.DataFrame([{"year": 2027, "outcome": "both", "probability": 0.25, "net_breaks": 0.0}])
    row = risk({"measures": measured, "budget": budget, "breaks": breaks}.__getitem__).joint.iloc[0]
    found = row["correlation"]
    assert found == pytest.approx(np.cov(share, cost)[0, 1] / (share.std(ddof=1) * cost.std(ddof=1)))
    for bound, sign in ((row["low"], -1), (row["high"], 1)):
        assert math.atanh(bound) == pytest.approx(math.atanh(found) + sign * 1.959964 / math.sqrt(8 - 3), abs=1e-6)


def test_the_command_tells_tables_and_draws_each_unit(stored):
    ask = [str(each) for each in ("risk", stored.folder.name[:20], "--no-deadlines", "--results", stored.results)]
    printed = CliRunner().invoke(app, ask).stdout.replace("\u00a0", " ")
    assert all(text in printed for text in ("2028 Sitova netto", "Odotettu", "Molemmat", "Korrelaatio", "risk.png"))
    told = json.loads(CliRunner().invoke(app, [*ask, "--json"]).stdout)
    assert len(told["objects"]) == 9 and told["deadlines"] is None and told["joint"][0]["correlation"] is None
    assert (stored.results / "risk.png").exists()
    found = risk(stored.outcome.tables.__getitem__)
    figure = risk_chart(found.objects, found.joint, found.units, found.limits, title="x",
                        source="x", date=date(2026, 11, 24))
    assert [sum(len(dots.get_offsets()) for dots in axes.collections) for axes in figure.axes] == [4, 4, 4]


def test_a_run_without_services_has_no_deadlines_and_says_so(stored):
    result = CliRunner().invoke(app, ["risk", stored.folder.name[:20], "--results", str(stored.results)])
    assert result.exit_code == 2 and "Mend: run it again without --no-services" in " ".join(result.stderr.split())


def test_deadlines_in_print(capsys):
    rows = pd.DataFrame([(2027, "a", "Kurssi", "voluntary", 30, 12000.0, 7000.0, date(2027, 10, 1), date(2027, 5, 2)),
                         (2027, "b", "Tuki", "voluntary", 0, 900.0, 0.0, None, None)], columns=COLUMNS)
    Console(width=120).print(deadline_tables(rows, date(2026, 11, 24)))
    printed = capsys.readouterr().out.replace("\u00a0", " ")
    line = next(line for line in printed.splitlines() if "Kurssi" in line)
    assert line.split() == ["Kurssi", "30", "12", "7", "2.5.2027", "1.10.2027"]
    assert "2027, ei enää säästettävää: Tuki." in printed
