"""Faces over time: clips, streams and cameras, read by threads that work side by side.

>>> for scene in mien.watch("clip.mp4"):            # doctest: +SKIP
...     print(scene.time, [(face.track_id, face.expression.emoji) for face in scene.faces])

decode -> follow (detector, landmarks, tracks) -> recognise (expression) -> read (quality, steadily told) -> Scene
"""

from mien.watching.watcher import Seen, Watcher, watch

__all__ = ["Seen", "Watcher", "watch"]
