"""From a face to its `AvatarSpec`: what a photo shows of a person, as an emoji of them.

`rules` says what becomes of what; `mien.personalise` is the way in.
"""

from mien.avatar.personalise.faces import appearance_of, personalised, seen_on, trust_in
from mien.avatar.personalise.specs import Presentation, spec_of

__all__ = ["Presentation", "appearance_of", "personalised", "seen_on", "spec_of", "trust_in"]
