"""Every expected failure: one sentence of what was expected, what was found and what to do next."""

EXIT_SUCCESS, EXIT_TRAINING_FAILED, EXIT_VALIDATION_FAILED, EXIT_CONFIGURATION = 0, 1, 2, 3


class NightshiftError(Exception):
    """A failure that the user can act on.

    >>> print(NightshiftError(expected="a folder of CSV files at ./bars", found="nothing", next_step="create it"))
    expected a folder of CSV files at ./bars; found nothing; next: create it
    """

    exit_code = EXIT_TRAINING_FAILED

    def __init__(self, *, expected: str, found: str, next_step: str) -> None:
        self.expected, self.found, self.next_step = expected, found, next_step
        then = "\n" if "\n" in found else "; "  # a list ends with its line
        super().__init__(f"expected {expected}; found {found}{then}next: {next_step}")

    def __reduce__(self) -> tuple:  # keyword-only arguments must survive Airflow's process boundaries
        return (_rebuild, (type(self), self.expected, self.found, self.next_step))


def _rebuild(kind: type[NightshiftError], expected: str, found: str, next_step: str) -> NightshiftError:
    return kind(expected=expected, found=found, next_step=next_step)


class ConfigError(NightshiftError):
    """A market file or an argument is wrong: identical on every attempt."""

    exit_code = EXIT_CONFIGURATION


class SourceUnreachable(NightshiftError):
    """The vendor or server did not answer: another attempt may succeed."""


class SourceUnreadable(NightshiftError):
    """The bars are there but cannot be parsed: file, line and column are named."""


class Unsettled(SourceUnreadable):
    """The bars have two readings, or lack what can be done without: one key of the market file settles it."""

    def __init__(self, *, expected: str, found: str, next_step: str, settles: tuple[str, str] = ("", "")) -> None:
        self.settles = settles  # the key under `source:` and its value
        super().__init__(expected=expected, found=found, next_step=next_step)

    def __reduce__(self) -> tuple:
        return (_unsettled, (self.expected, self.found, self.next_step, self.settles))


def _unsettled(expected: str, found: str, next_step: str, settles: tuple[str, str]) -> Unsettled:
    return Unsettled(expected=expected, found=found, next_step=next_step, settles=settles)


class DataRefused(NightshiftError):
    """The data quality gate said no: the data it read has not changed, so no retry helps."""

    exit_code = EXIT_VALIDATION_FAILED


class LeakFound(NightshiftError):
    """A column, label or transform knew the future."""

    exit_code = EXIT_VALIDATION_FAILED


class TrainingFailed(NightshiftError):
    """A family could not be fitted."""


class NotThere(NightshiftError):
    """What was asked about was never made: a night that did not get that far, a market that serves nothing."""

    exit_code = EXIT_CONFIGURATION


class Damaged(NightshiftError):
    """Stored bytes differ from their recorded checksum, or a folder is not whole."""


class ReleaseRefused(NightshiftError):
    """A release cannot be staged, tested, promoted or rolled back to; what is served stays."""

    exit_code = EXIT_VALIDATION_FAILED


class FenceRefused(ReleaseRefused):
    """A newer session's model is live: an older night's release, however good, does not go over it."""


class NotRepeatable(NightshiftError):
    """A past night was made again and something came out otherwise: what can be said of it is in doubt."""

    exit_code = EXIT_VALIDATION_FAILED
