"""A past night made again: its scene is set up in a private home, the line runs there, and what comes out is compared."""

from nightshift.running.replay.drawing_lots import drawn
from nightshift.running.replay.past import refuse_unless_it_holds, replay

__all__ = ["drawn", "refuse_unless_it_holds", "replay"]
