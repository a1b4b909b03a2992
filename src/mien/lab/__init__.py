"""The lab: everything about training. The only room that may import torch (`pip install mien[lab]`)."""
