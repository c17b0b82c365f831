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
# # Talousennuste
#
# Mitä työllisyyden hoito maksaa kunnalle kolmena budjettivuonna: kuntaosuus, toimintamenot ja sitova netto määrärahaa
# vasten. Luvut tulevat tallennetusta ajosta, mitään ei simuloida. Kustannus on positiivinen.

# %% tags=["parameters"]
RUNS = ""  # an ajon nimi tai sen alku, kuten "lahti-2026-08-perusura"; tyhjä: uusin
RESULTS = "../results"
LANGUAGE = "fi"

# %%
# %matplotlib inline
from IPython.display import Markdown, display

from reports.budget import chance, net_finding
from reports.charts.classes import classes_finding
from reports.charts.exposure import exposure_finding, widest
from reports.charts.fan import finding
from reports.lines import object_label, status_label
from reports.notebook import told_runs
from reports.numbers import in_millions, number, signed

told = told_runs(RUNS, RESULTS, LANGUAGE)
run = told.run
years = run.table("years")
Markdown(f"**{run.manifest['scenario']['title']}**, {run.municipality}. {told.says(finding, years)}.\n\n"
         f"Ajo `{run.name}`, tiedot {run.manifest['base_month']} asti, simulaatioita {len(run.units)}.")

# %% [markdown]
# ## Kuntaosuus kuukausittain

# %%
told.chart("fan")

# %% [markdown]
# ## Netto määrärahaa vasten

# %%
told.chart("net")

# %%
if run.has("budget"):
    budget = run.table("budget").query("object != 'income'")
    display(Markdown(told.says(net_finding, run.table("budget")) + "."))
    display(told.table(budget, {
        "year": ("Vuosi", str), "object": ("Erä", object_label), "original": ("Talousarvio, M€", in_millions),
        "amended": ("Muutettu, M€", in_millions), "median": ("Ennuste, M€", in_millions),
        "p10": ("10 %", in_millions), "p90": ("90 %", in_millions),
        "deviation": ("Poikkeama, M€", lambda euros: signed(euros, in_millions)), "p_break": ("Ylittyy", chance),
        "status": ("Näyttö", status_label)}))
else:
    print("Ajossa ei ole talousarviota (budget.yaml).")

# %% [markdown]
# ## Kuntaosuus ja toimintamenot yhdessä
#
# Piste on yksi simulaatio. Netto kestää yhden erän ylityksen, jos toinen alittaa määrärahansa saman verran.

# %%
told.chart("objects")

# %% [markdown]
# ## Määrärahasta ennusteeseen

# %%
told.chart("budget-bridge")

# %% [markdown]
# ## Mistä päivistä kuntaosuus syntyy

# %%
display(Markdown(told.says(classes_finding, years) + "."))
told.chart("classes")

# %%
lines = years.assign(label=years["line"].str.replace("total", "Yhteensä"))
told.table(lines, {"year": ("Vuosi", str), "label": ("Päiväluokka", str), "mean": ("Keskiarvo, M€", in_millions),
                   "p10": ("10 %", in_millions), "p90": ("90 %", in_millions)})

# %% [markdown]
# ## Vahvistamattomat arvot
#
# Kuinka paljon koko ennuste muuttuu, kun arvo on haarukkansa päässä ja muu ennallaan.

# %%
told.chart("tornado")

# %%
listed = run.unverified
display(Markdown(f"{told.says(exposure_finding, listed)}. Vahvistamattomia arvoja: {told.says(number, len(listed))}."))
told.table(widest(listed), {"name": ("Arvo", str), "value": ("Luku", str), "status": ("Näyttö", status_label),
                            "source": ("Lähde", str), "euros_low": ("Vähintään, M€", in_millions),
                            "euros_high": ("Enintään, M€", in_millions)})
