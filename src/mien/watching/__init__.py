"""Faces over time: clips, streams and cameras, read by threads that work side by side.

>>> for scene in mien.watch("clip.mp4"):            # doctest: +SKIP
...     print(scene.time, [(face.track_id, face.expression.emoji) for face in scene.faces])

decode -> detect -> follow (landmarks, tracks) -> read (expression, quality) -> Scene
"""

from mien.watching.watcher import Seen, Watcher, watch

__all__ = ["Seen", "Watcher", "watch"]
