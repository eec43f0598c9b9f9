"""The simulation: laptops, clerks and a server in one process, from one seed.

The product's own code runs: use cases, the laptop's store, the sync's machine and runner, the
decoding of answers, the server's service. The harness owns what is around them: disks, clocks, ids,
randomness, the network. There are no threads, no sleeps and no real time, so a seed reprints its
history, and a history is a list of explicit steps, so that a failing one can be shrunk.

`make simulate SEEDS=N FIRST=S` plays histories, `make planted` shows that planted bugs are caught.

    disk      databases in memory that can be copied, filled up and struck by crashes
    town      the world at the start of every history, made once by the real code
    machines  laptops and server on such disks
    wire      the way between them, with everything that networks do
    script    a history as data, and how a seed draws one
    acts      what people do at their laptops, through the use cases
    desk      what they do at a desk: voids, lists of others
    pruning   logs that begin later, and what the server tells of before
    fate      what happens to machines, clocks and rights
    memory    what the harness itself saw: what was saved, shown, heard
    folding   what a log adds up to, read from its bytes alone
    standing  checks after every step
    hidden    what may be blank because its person was erased
    forgotten checks that whoever was erased stays erased
    judge     whether the log overwrote anything that its author had not seen
    rest      checks when all faults are off and everybody has synced
    papers    checks at rest on voids and lists
    play      plays a history and checks it
    shrink    makes a failing history short
    planted   bugs to be caught

The checks never call `sync.merge`: they judge from what each person saw and did.
"""
