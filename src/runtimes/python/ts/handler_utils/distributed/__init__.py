"""Models split over several processes (ranks) of one worker."""
