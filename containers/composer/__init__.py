"""The composer: music from the emotions of a video's speech."""
