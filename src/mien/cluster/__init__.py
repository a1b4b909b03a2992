"""Many machines: `mien batch --engine ray`, on a cluster of Ray (https://docs.ray.io), an optional package.

>>> from mien import batch
>>> from mien.cluster import RayEngine
>>> batch.run(["s3://bucket/photos"], "out/", engine=RayEngine("auto"))        # doctest: +SKIP
"""

from mien.cluster.engine import RayEngine

__all__ = ["RayEngine"]
