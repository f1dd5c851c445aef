"""Labels of a line: which count behind another one."""

from __future__ import annotations

import pytest

from pipeline.feeds.labelled import labelled_records
from pipeline.onboarding.names import names_a_field


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "NATURE..: 52D3G  ALARMS - COMMERCIAL FIRE",
            {"NATURE": ["52D3G  ALARMS - COMMERCIAL FIRE"]},
        ),
        ("Type: THEFT | LARCENY - RETAIL", {"Type": ["THEFT | LARCENY - RETAIL"]}),
        ("Type: GAS LEAK  Caller - ADA", {"Type": ["GAS LEAK"], "Caller": ["ADA"]}),
        ("Address: 1 ELM ST  Apt- 4C", {"Address": ["1 ELM ST"], "Apt": ["4C"]}),
        ("Time - 10:05  Alarm - FIRE", {"Time": ["10:05"], "Alarm": ["FIRE"]}),
        ("Type: MEDS      Priority: 1", {"Type": ["MEDS"], "Priority": ["1"]}),
    ],
)
def test_a_dash_behind_a_colon_parts_only_at_a_label_that_is_known(line, told):
    assert labelled_records(line, (), names_a_field) == [told]


def test_the_agency_files_own_labels_are_known_behind_a_colon():
    line = "Nature: FIRE  Barn No - 7"
    assert labelled_records(line) == [{"Nature": ["FIRE  Barn No - 7"]}]
    assert labelled_records(line, (), {"Barn No"}.__contains__) == [
        {"Nature": ["FIRE"], "Barn No": ["7"]}
    ]
