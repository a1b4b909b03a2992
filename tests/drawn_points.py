"""Where the 68 landmarks of a drawn face lie (iBUG order)."""

import numpy as np

JAW = [(0.5 + 0.48 * np.cos(a), 0.45 + 0.6 * np.sin(a)) for a in np.linspace(np.pi, 0, 17)]
BROWS = [(x, 0.25) for x in (0.15, 0.2, 0.27, 0.33, 0.4, 0.6, 0.67, 0.73, 0.8, 0.85)]
NOSE = [(0.5, y) for y in (0.35, 0.43, 0.5, 0.57)] + [(x, 0.63) for x in (0.42, 0.46, 0.5, 0.54, 0.58)]
EYES = [
    (cx + 0.08 * np.cos(a), 0.38 - 0.04 * np.sin(a))
    for cx in (0.3, 0.7)
    for a in np.radians([180, 120, 60, 0, -60, -120])
]
LIPS = [(0.5 + 0.18 * np.cos(a), 0.8 - 0.09 * np.sin(a)) for a in np.radians(np.arange(180, -180, -30))]
INNER = [(0.5 + 0.13 * np.cos(a), 0.8 - 0.04 * np.sin(a)) for a in np.radians(np.arange(180, -180, -45))]
#: 68 x 2, in shares of the face's width.
FACE = np.array([*JAW, *BROWS, *NOSE, *EYES, *LIPS, *INNER])
