"""A municipality is a folder of data: its settings name the files, and nothing else in the code names it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sources.errors import InputError, nearest
from sources.files import Schema, Strict, read_yaml

SETTINGS = "settings.yaml"
KNOWN_BREAKS = "kela/known_breaks.yaml"  # breaks of Kela's series are national


class Files(Strict):
    """Observed series of the municipality, relative to the data root."""

    kela_share: str
    kela_recipients: str
    unemployed: str


class Hazards(Strict):
    """Where durations of unemployment are read from, and the area as those tables spell it.

    ``measured`` is a hazard file from the municipality's own spells; exits are then read from it, and only the season
    from the tables.
    """

    area: str
    survival: str
    duration: str
    measured: str | None = None


class Settings(Strict):
    """Schema of ``data/<municipality>/settings.yaml``."""

    name: str
    code: Annotated[str, Field(pattern=r"^\d{3}$")]
    files: Files
    hazards: Hazards
    assumptions: str


@dataclass(frozen=True)
class Area:
    """A municipality and where its input files lie.

    Attributes
    ----------
    name : its folder under the data root; the key that commands and scenarios use.
    title : its name in texts.
    code : three-digit municipality code.
    root : the data root.
    settings, kela_share, kela_recipients, known_breaks, unemployed, survival, duration, assumptions : paths.
    hazard_area : the area of ``survival`` and ``duration`` as those tables spell it.
    measured : hazard file from the municipality's own spells, if its settings name one.
    """

    name: str
    title: str
    code: str
    root: Path
    settings: Path
    kela_share: Path
    kela_recipients: Path
    known_breaks: Path
    unemployed: Path
    survival: Path
    duration: Path
    assumptions: Path
    hazard_area: str
    measured: Path | None = None

    @property
    def kela_old_law(self) -> Path:
        """Municipal share by the law before 2025, once it has been imported."""
        return self.root / "kela" / f"{self.name}_old_law.csv"

    @property
    def kela_files(self) -> dict[str, Path]:
        """The municipality's own file of each of Kela's tables, by the name of the table."""
        return {"kela_share": self.kela_share, "kela_recipients": self.kela_recipients,
                "kela_old_law": self.kela_old_law}

    @property
    def actuals(self) -> Path:
        """The city's own ledger by month, once it has been imported."""
        return self.root / self.name / "actuals.csv"

    @property
    def imports(self) -> Path:
        """What imports replaced, and their records."""
        return self.root / self.name / "imports"

    def files(self) -> list[Path]:
        """Every file that a forecast of this municipality reads, for hashing."""
        files = [self.settings, self.kela_share, self.kela_recipients, self.known_breaks, self.unemployed,
                 self.survival, self.duration, self.assumptions]
        return files if self.measured is None else [*files, self.measured]


def data_root(chosen: Path | None = None) -> Path:
    """Folder of observed data: *chosen*, else the repository's, else the copy inside an installed wheel.

    Raises
    ------
    InputError : *chosen* is no folder.
    """
    if chosen is not None:
        if not chosen.is_dir():
            raise InputError(chosen, "", "the data folder is missing", "give the folder that holds the municipalities")
        return chosen
    packaged = Path(__file__).parent / "_data"  # only a wheel has it, and only a wheel lacks the repository's
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "data"


def read_area(name: str, root: Path) -> Area:
    """The municipality in folder *name* of the data *root*, whose files may be still to come.

    Raises
    ------
    InputError : there is no such municipality, or its settings are faulty.
    """
    known = sorted(path.parent.name for path in root.glob(f"*/{SETTINGS}"))
    if not known:
        raise InputError(root, "", f"holds no municipality (no folder with a {SETTINGS})", "choose another data folder")
    if name not in known:
        raise InputError(root / name / SETTINGS, "", f"there is no municipality {name}; there are: {', '.join(known)}",
                         nearest(name, known))
    path = root / name / SETTINGS
    settings = read_yaml(path, Settings)
    return Area(
        name=name,
        title=settings.name,
        code=settings.code,
        root=root,
        settings=path,
        kela_share=root / settings.files.kela_share,
        kela_recipients=root / settings.files.kela_recipients,
        known_breaks=root / KNOWN_BREAKS,
        unemployed=root / settings.files.unemployed,
        survival=root / settings.hazards.survival,
        duration=root / settings.hazards.duration,
        assumptions=root / settings.assumptions,
        hazard_area=settings.hazards.area,
        measured=None if settings.hazards.measured is None else root / settings.hazards.measured,
    )


def load_area(name: str, root: Path) -> Area:
    """The municipality in folder *name* of the data *root*, once all files that its settings name are found.

    Raises
    ------
    InputError : as in read_area, or some of its files are missing.
    """
    area = read_area(name, root)
    missing = [str(file) for file in area.files() if not file.is_file()]
    if missing:
        raise InputError(area.settings, "",
                         f"of the files of {area.title}, {len(missing)} are missing: {', '.join(missing)}",
                         "put them there or correct their names in this file")
    return area


def own_path(area: Area, file: str) -> Path:
    """Where a *file* of the municipality's own folder stands."""
    return area.root / area.name / file


def read_own(area: Area, file: str, schema: type[Schema], what: str) -> Schema:
    """A *file* of the municipality's own folder, which says *what*; InputError where it has none, or a fault."""
    path = own_path(area, file)
    if not path.is_file():
        raise InputError(path, "", f"{area.title} has no file of {what}", f"write one after data/lahti/{file}")
    return read_yaml(path, schema)
