"""Base handlers of models that are split over several ranks."""
