import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("plants", Path(__file__).with_name("plants.py"))
assert _SPEC
assert _SPEC.loader
plants = importlib.util.module_from_spec(_SPEC)
sys.modules["plants"] = plants
_SPEC.loader.exec_module(plants)
