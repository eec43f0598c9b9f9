"""The proof of the proof: bugs planted one at a time, each to be caught by the simulation.

A bug is a small patch of the product's code, on only while it is played. It is caught when a
history breaks an invariant; the seeds are those of `make simulate`, from 0 on.

Not here yet, because what they break is not there yet:

    needs epochs: late acknowledgement of an old epoch counts; stored answer sent with its old
        epoch; shortcut without epoch; epoch is a counter; position kept at a new epoch; entries
        come back without `was`; entries of others are not offered; seal unchecked; older entry
        replaces newer value
    needs the ledger: lease counter inside the database only; revocation lost; erasure lost
    needs incarnations: numbers of a dead lease leased again; mark outside the file not written;
        push starts after the server's last number; new changeset ids at a new incarnation
    needs rows that rot on a disk: sum over ids and revisions only; repair towards the server
    needs wards that leave a laptop: position kept when a ward comes back
    needs `durable_through`: the newest backup counts as durable; the log pruned before it
    needs acts for voids: two voids
    needs two writers at once: a sequence instead of the row lock (`tests/server/test_many_writers`)
"""
