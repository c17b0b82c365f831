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
# # Malli ja sen tarkistus
#
# Missä ihmiset ovat, kauanko työttömyys kestää, pitääkö malli kirjaa oikein, ja mitä Kelan luvut sanovat siitä.
# Laajempi tarkistus: `docs/validation.md`, jonka tekee `kuntaosuus validate --report`.

# %% tags=["parameters"]
RUNS = ""  # ajon nimi tai sen alku; tyhjä: uusin
RESULTS = "../results"
LANGUAGE = "fi"

# %%
# %matplotlib inline
import numpy as np
from IPython.display import Markdown, display

from reports.charts.survival import survival_finding
from reports.lines import status_label
from reports.notebook import told_runs
from reports.numbers import number, percent, thousands
from scenarios.inputs import load_inputs
from scenarios.run import ready_calibration
from scenarios.stored import open_run
from scenarios.told.whereabouts import new_spells, survival
from scenarios.validate import calibration_check
from sim.clients.clients import OPENING, WITH_BENEFIT
from sources.area import data_root

told = told_runs(RUNS, RESULTS, LANGUAGE)
run = told.run
Markdown(f"Ajo `{run.name}`, {run.municipality}, tiedot {run.manifest['base_month']} asti, kalibroinnin tarkiste "
         f"`{run.manifest['hashes'].get('calibration', '')[:12]}`.")

# %% [markdown]
# ## Missä ihmiset ovat

# %%
told.chart("states")

# %% [markdown]
# ## Kauanko uusi työttömyys kestää

# %%
stored = open_run(run.folder) if run.manifest.get("events") else None
if stored:
    display(Markdown(told.says(survival_finding, survival(stored)) + "."))
told.chart("survival")

# %% [markdown]
# ## Säilymislaki: kukaan ei katoa
#
# Kuukauden alun työttömät + tulleet + palanneet − lähteneet = kuukauden lopun työttömät, joka simulaatiossa ja
# kuukaudessa. Erotuksen pitää olla nolla.

# %%
flows = run.table("flows")
moves = [name for name in flows if name.startswith("exits_")]
months = flows.groupby(["draw", "replication", "month"])[["stock", "arrivals", "returns", *moves]].sum()
after = months["stock"] + months["arrivals"] + months["returns"] - months[moves].sum(axis=1)
ended = months.groupby(["draw", "replication"])["stock"].shift(-1)
gap = (after - ended).dropna()
assert (gap == 0).all(), gap[gap != 0]
print(f"Kuukausia ja simulaatioita {len(gap)}, suurin erotus {gap.abs().max():.0f}.")

# %% [markdown]
# ## Littlen laki: L = λW
#
# Työttömien keskimäärä on yhtä kuin heidän yhteenlaskettu aikansa jaettuna jakson pituudella: lokista päivä päivältä
# laskettu keskimäärä vasten jaksojen pituuksien summaa.

# %%
if stored:
    log = stored.log(*stored.units[0])
    benefit = log[log["state"].isin([int(state) for state in WITH_BENEFIT])]
    horizon = log["end"].max()
    days = np.arange(0.5, horizon)
    begun, over = (np.searchsorted(np.sort(benefit[each]), days, "right") for each in ("start", "end"))
    daily = begun - over
    little = (benefit["end"] - benefit["start"]).sum() / horizon
    print(f"Päivittäin laskien {daily.mean():.1f}, jaksoista laskien {little:.1f} työtöntä.")
    assert abs(daily.mean() / little - 1) < 0.005
    spells = new_spells(log, stored.people(*stored.units[0]).cohort == OPENING)
    print(f"Uusia jaksoja {len(spells)}, joista päättyi {spells['ended'].mean():.0%}.")

# %% [markdown]
# ## Malli ja Kela kuukausittain
#
# Kuukaudet, joihin malli on sovitettu. Väliin (80 %) pitäisi osua noin 80 % kuukausista.

# %%
inputs = load_inputs(run.manifest["scenario"]["area"], data_root(None))
check = calibration_check(ready_calibration(inputs, data_root(None), 1, print))
rows = check.rows[check.rows["line"] == "total"]
rows = rows.assign(seen=rows["in_band"].map({True: "", False: "välin ulkopuolella"}))
display(Markdown(f"Malli ÷ Kela koko jaksolla {told.says(number, check.summary()['total_ratio'], 3)}."))
told.table(rows, {"month": ("Kuukausi", str), "kela": ("Kela, 1 000 €", thousands), "model": ("Malli", thousands),
                  "p10": ("10 %", thousands), "p90": ("90 %", thousands),
                  "ratio": ("Malli ÷ Kela", lambda ratio: number(ratio, 3)), "seen": ("", str)})

# %% [markdown]
# ## Etuudensaajien polut
#
# Tilastollisten ennusteiden polut, joita simulaatio seuraa.

# %%
paths = run.table("paths").pivot(index="month", columns="draw", values="recipients")
ends = paths.quantile([0.1, 0.5, 0.9], axis=1).T.set_axis(["10 %", "mediaani", "90 %"], axis=1)
axes = ends.plot(figsize=(11, 4), ylim=(0, None), xlabel="kuukausi", ylabel="henkilöä",
                 title="Kelan etuudensaajat: ennusteen polut, 80 %:n väli ja mediaani")
axes.grid(axis="y", alpha=0.4)

# %% [markdown]
# ## Kuinka moni arvo on vahvistamatta

# %%
listed = run.unverified
told.table(listed.groupby(["kind", "status"]).size().rename("count").reset_index().assign(
    share=lambda rows: rows["count"] / rows["count"].sum()), {
        "kind": ("Laji", str), "status": ("Näyttö", status_label), "count": ("Arvoja", number),
        "share": ("Osuus", percent)})
