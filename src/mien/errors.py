"""The errors a user can meet. Each says what was wrong with which input, and what to do."""


class MienError(Exception):
    """Base of every error mien raises on purpose; the command line prints it in one line and exits with 2."""


class PictureError(MienError):
    """A picture that cannot be read: missing, empty, truncated, too large, or no picture at all."""


class PictureTooLarge(PictureError):
    """A picture with more bytes or pixels than the limit."""


class ClipError(MienError):
    """A clip, stream or camera that cannot be read: missing, without a picture, damaged, in use, or none at all."""


class ModelError(MienError):
    """A model file that is missing, damaged, or not made for this job."""


class DataError(MienError):
    """A dataset, label file or checkpoint that the lab cannot use."""


class SpecError(MienError):
    """An avatar's specification with a field, value or expression that mien does not know."""


class JournalError(MienError):
    """A journal that cannot be read or written: damaged, encrypted, another program's, a value that cannot be."""


class NoConsent(JournalError):
    """Somebody is to be recorded who has not agreed to it, or no longer does."""


class NotInJournal(JournalError):
    """A session or a person that the journal does not know."""
