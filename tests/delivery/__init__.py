"""The proof of delivery: the real program in a process of its own, against Discord's stand-in.

`rig` runs both and counts; `cases` are accidents that befall one request each, `deaths` come among
accidents at random. `test_faults` has every accident at every endpoint, `test_kill` sudden deaths,
`test_stop` orderly ends and a gateway that is away, `test_database` one that is damaged or locked.
What takes long is lived through in virtual time, by the bot in this process: `living` puts it
together, for `test_hangs`, `test_identify` and `test_soak`.
"""
