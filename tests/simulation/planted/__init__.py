"""The proof of the proof: bugs planted one at a time, each to be caught by the simulation.

A bug is a small patch of the product's code, on only while it is played. It is caught when a
history breaks an invariant, and the same history ends well without the bug. Planted code counts how
often it ran: a bug that is not caught was either never reached, because the product moved away from
under it, or reached and not seen, because a judge is blind.

    registry  what a bug is, and how one takes the place of the product's code
    laptop, screens, server, restore, transfers, pruning   the bugs
    catching  plays histories until each is caught, with the seed of `caught.json` first

Histories are those of `make simulate`, from seed 0 on, or, where what a bug takes is rare there,
histories that are about just that. `make planted BUGS="--keep"` notes the seeds that caught,
`make planted BUGS="--workers 4"` takes four bugs at once.

Not here yet, because what they break is not there yet:

    needs rows that rot on a disk: sum over ids and revisions only; repair towards the server
    needs two writers at once: a sequence instead of the row lock (`tests/server/test_many_writers`)
"""
