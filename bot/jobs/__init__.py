"""The work itself: values moved between sources, store and outlet."""
