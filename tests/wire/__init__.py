"""A small stand-in for Discord: HTTP API v10 and gateway on a port of 127.0.0.1.

Unmodified discord.py logs in to it. Use it like this:

    world = World(now)
    guild = world.add_guild("Newsroom")
    news = world.add_channel(guild, "news")
    async with serve(world) as wire:
        ...                                # run the bot with wire.api_url
        await wire.gateway.ready()
        assert len(news.messages) == 1

Where to find which rule: `messages` sending, nonces and the history; `threads` and `forum`;
`bodies` and `components` the limits of a message; `commands` and `interactions`; `limits` the rate
limits; `faults` what can go wrong and `accidents` how that looks; `gateway` and `sessions` the
websocket; `api_errors` every error code; `world` the state. `actor` acts as a member, `client` logs
discord.py in within the same process, `background` serves from a thread.
"""
