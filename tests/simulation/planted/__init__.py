"""The proof of the proof: bugs planted one at a time, each to be caught by the simulation.

A bug is a small patch of the product's code, on only while it is played. It is caught when a
history breaks an invariant; the seeds are those of `make simulate`, from 0 on.

Not here yet, because what they break is not there yet:

    needs pruning: the log pruned before it is durable
    needs rows that rot on a disk: sum over ids and revisions only; repair towards the server
    needs two writers at once: a sequence instead of the row lock (`tests/server/test_many_writers`)
"""
