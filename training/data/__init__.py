"""Annotated pictures of people: reading, augmenting, targets."""
