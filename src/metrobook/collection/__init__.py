"""Collection: sources, coverage of the evidence, instruments for the field, checklists."""

from metrobook.collection.checklists import STATUSES, checklist_summary
from metrobook.collection.coverage import (
    areas_without,
    claims_without_evidence,
    coverage,
    explode_areas,
    gather_areas,
    not_collected,
    sources_behind,
    year_of,
)
from metrobook.collection.instruments import (
    INSTRUMENTS,
    district_choices,
    draft_choices,
    draft_questions,
    instrument_coverage,
    interview_guide,
    xlsform,
)
from metrobook.collection.register import last_year, register_counts, source_use
from metrobook.collection.wording import (
    draft_labels,
    draft_wording,
    instrument_names,
    respondent_names,
    status_names,
    technique_names,
)

__all__ = [
    "INSTRUMENTS",
    "STATUSES",
    "areas_without",
    "checklist_summary",
    "claims_without_evidence",
    "coverage",
    "district_choices",
    "draft_choices",
    "draft_labels",
    "draft_questions",
    "draft_wording",
    "explode_areas",
    "gather_areas",
    "instrument_coverage",
    "instrument_names",
    "interview_guide",
    "last_year",
    "not_collected",
    "register_counts",
    "respondent_names",
    "source_use",
    "sources_behind",
    "status_names",
    "technique_names",
    "xlsform",
    "year_of",
]
