"""Composes music from the emotions of a video's speech and mixes it under the vocals."""
