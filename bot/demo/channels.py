"""The channels of the simulated server, and the topics that each one follows."""

from bot.structs import Frozen

STAFF = "staff"  # where what is held is reviewed


class ChannelPlan(Frozen):
    """A channel to make; one without topics is for talk. A forum has its topics as tags.

    A digest is posted every minute in which there is anything new.
    """

    name: str
    about: str
    topics: tuple[str, ...] = ()
    forum: bool = False
    digest: bool = False


CHANNELS = (
    ChannelPlan("welcome", "Say hello, and try the commands here: type / and pick one."),
    ChannelPlan(
        "digest",
        "All that is new, at a glance.",
        ("Space", "Robotics", "Climate", "Open Source", "Community"),
        digest=True,
    ),
    ChannelPlan(
        "computer-vision", "Cameras, and machines that see and learn.", ("Computer Vision", "AI")
    ),
    ChannelPlan("robotics", "Things that move by themselves.", ("Robotics",)),
    ChannelPlan("space", "Rockets, moons and telescopes.", ("Space", "Astronomy")),
    ChannelPlan("climate", "Weather, oceans and energy.", ("Climate",)),
    ChannelPlan("open-source", "Software that everyone may read.", ("Open Source",)),
    ChannelPlan(
        "reading-room", "One post for each story.", ("Community", "Board Games"), forum=True
    ),
    ChannelPlan(STAFF, "What is held back: Alice approves it or not."),
)
