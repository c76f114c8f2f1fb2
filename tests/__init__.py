"""The tests of Broadsheet; the packages mirror those of `bot`."""
