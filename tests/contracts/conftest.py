import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("planted_defects", Path(__file__).with_name("planted_defects.py"))
assert _SPEC
assert _SPEC.loader
planted_defects = importlib.util.module_from_spec(_SPEC)
sys.modules["planted_defects"] = planted_defects
_SPEC.loader.exec_module(planted_defects)
