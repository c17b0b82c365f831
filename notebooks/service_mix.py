# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Palvelujen yhdistelmä
#
# Mitä skenaario muuttaa perusuraan verrattuna: samat ihmiset, sama sattuma, ero väleineen. Mikä ei erotu
# nollasta, sanoo sen.

# %% tags=["parameters"]
RUNS = ""  # ajojen nimiä välilyönnein: ensin se, josta kysytään; tyhjä: uusin
RESULTS = "../results"
LANGUAGE = "fi"

# %%
# %matplotlib inline
from IPython.display import Markdown, display

from reports.charts.board import board_finding
from reports.effect import avoided_day, effect_finding
from reports.lines import object_label
from reports.notebook import told_runs
from reports.numbers import in_millions, number, percent, signed
from reports.run_titles import group_name, run_window, unit_names
from scenarios.told.small_cells import for_release

told = told_runs(RUNS, RESULTS, LANGUAGE)
run, report = told.run, told.report
for each in report.runs:
    question = each.manifest["scenario"].get("question", "")
    display(Markdown(f"- **{report.titles[each.name]}** `{each.name}`: {question}"))

# %% [markdown]
# ## Taulu

# %%
display(Markdown(told.says(board_finding, report.board, report.titles) + "."))
told.chart("board")

# %%
board = report.board.query("line == 'total' and year == 0")
board = board.assign(title=board["run"].map(report.titles), told=board["certain"].map({True: "kyllä", False: "ei"}))
told.table(board, {"title": ("Skenaario", str), "object": ("Erä", object_label), "value": ("M€", in_millions),
                   "difference": ("Ero, M€", lambda euros: signed(euros, in_millions)),
                   "margin": ("± 95 %", in_millions), "told": ("Erottuu nollasta", str)})

# %% [markdown]
# ## Vaikutus vuosittain ja riveittäin

# %%
for each in report.runs:
    if each.name in report.effects:
        suffix = f"-{each.name[-8:]}" if len(report.runs) > 1 else ""
        effect = each.table("effect")
        sentence = f"{told.says(effect_finding, effect, run_window(each))}. {told.says(avoided_day, effect)}"
        display(Markdown(f"### {report.titles[each.name]}\n\n{sentence}"))
        display(told.chart(f"effect{suffix}"), told.chart(f"effect-bridge{suffix}"))
if not report.effects:
    print("Ajoissa ei ole skenaariota: aja jokin, jolla on perusura (kuntaosuus scenario list).")

# %% [markdown]
# ## Kuka hyötyy, kuka odottaa
#
# Alle viiden henkilön luvut on tyhjennetty ja niiden viereltä riittävästi.

# %%
if run.has("groups"):
    groups, _ = for_release("groups", run.table("groups"))
    display(told.table(groups, {
        "group": ("Ryhmä tullessa", group_name), "clients": ("Asiakkaita", number), "work": ("Työhön", number),
        "late": ("Myöhässä, pv", lambda days: number(days, 1)), "wait": ("Odotus, pv", lambda days: number(days, 1)),
        "paid_days": ("Maksettuja päiviä", number)}))
else:
    print("Ajossa ei ole palveluja.")

# %% [markdown]
# ## Jonot ja viiveet

# %%
told.chart("services")

# %%
if run.has("caseworkers"):
    units = run.table("caseworkers").query("month == 'total'")
    units = units.assign(unit=units["unit"].map(unit_names(run)))
    display(told.table(units, {
        "unit": ("Yksikkö", str), "utilisation": ("Käyttöaste", percent), "queue": ("Jonossa", number),
        "late_statutory": ("Lakisääteinen myöhässä, pv", lambda days: number(days, 2)),
        "late_discretionary": ("Muu myöhässä, pv", lambda days: number(days, 2)), "dropped": ("Pitämättä", percent)}))

# %% [markdown]
# ## Palvelujen hinta

# %%
if run.has("unit_costs"):
    costs = run.table("unit_costs").query("contract != 'total'").sort_values("euros", ascending=False)
    display(told.table(costs, {
        "title": ("Sopimus", str), "started": ("Aloittanut", number), "inside": ("Palvelussa", number),
        "wait": ("Odotus, pv", lambda days: number(days, 1)), "euros": ("Kustannus, M€", in_millions),
        "per_start": ("€ / aloitus", number)}))
