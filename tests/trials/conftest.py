import pytest
from flask import Flask

from app.core.db import writing
from app.trials.units import DeviceModel, DeviceUnit
from tests.trials.cast import add_model, add_unit


@pytest.fixture
def model(app: Flask) -> DeviceModel:
    """A unit of it rests for two days between loans."""
    with writing():
        return add_model(pause_days=2)


@pytest.fixture
def units(model: DeviceModel) -> list[DeviceUnit]:
    """Three of the same model."""
    with writing():
        return [add_unit(model, serial) for serial in ("BM-104", "BM-107", "BM-110")]
