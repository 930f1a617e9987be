"""``metrobook import zones``: polygons of GeoPackages, shapefiles and GeoJSON as a map layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption


@imports.command()
def zones(
    file: Annotated[
        Path,
        typer.Argument(
            help="GeoJSON, GeoPackage, shapefile, also zipped: reference system, ids and names are "
            "guessed from the file and said."
        ),
    ],
    study: StudyOption,
    layer: Annotated[str, typer.Option(help="Which layer, where the file holds several.")] = "",
    crs: Annotated[str, typer.Option(help="Reference system, as EPSG:27700.")] = "",
    id: Annotated[
        str, typer.Option("--id", help="Column of the ids, or STATE+COUNTY; else it is guessed.")
    ] = "",
    name: Annotated[
        list[str] | None, typer.Option(help="Column of the names, or LANGUAGE=COLUMN.")
    ] = None,
    parent: Annotated[str, typer.Option(help="Column of the area a zone is a part of.")] = "",
    only: Annotated[
        str, typer.Option(help="Codes to take, separated by semicolons; E0800* takes all such.")
    ] = "",
    match: Annotated[
        str, typer.Option(help="Recognise the study's areas by code or by name; else by both.")
    ] = "",
    level: Annotated[str, typer.Option(help="Level of new areas: city, county, ward …")] = "",
    layer_name: Annotated[
        str, typer.Option(help="The layer to write: areas, districts or province.")
    ] = "areas",
    budget: Annotated[int, typer.Option(min=1, help="How many kB the layer may take.")] = 300,
    licence: Annotated[str, typer.Option(help="Licence of the polygons.")] = "",
    attribution: Annotated[str, typer.Option(help="Whom to name beneath maps.")] = "",
    source: Annotated[str, typer.Option(help="A key of sources.csv; else one is added.")] = "",
    publisher: Annotated[str, typer.Option(help="Who published the file.")] = "",
    title: Annotated[str, typer.Option(help="Title as published.")] = "",
    year: Annotated[str, typer.Option(help="Year of publication.")] = "",
    url: Annotated[str, typer.Option(help="Where it was found.")] = "",
    yes: YesOption = False,
) -> None:
    """Bring polygons of areas into a study, generalised with shared borders to a size."""
    from metrobook.imports.zones import Choices, read_zones
    from metrobook.study import Study

    choices = Choices(
        layer=layer, crs=crs, id=id, names=tuple(name or ()), parent=parent, only=only,
        match=match, level=level, target=layer_name, budget=budget, licence=licence,
        attribution=attribution,
    )  # fmt: skip
    proposal = read_zones(
        file, Study.load(study), choices,
        source=source, publisher=publisher, title=title, year=year, url=url,
    )  # fmt: skip
    finish(proposal, study, yes)
