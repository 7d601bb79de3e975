/* What a seed draws of the world before the curtain rises: faults, people, signers, carriers,
 * latencies, settings, calling hours, and how often something else goes wrong. */
#ifndef NUMHOST_TESTS_SIM_WORLD_H
#define NUMHOST_TESTS_SIM_WORLD_H

#include "base/rng.h"
#include "sim/stage.h"

struct sim_world {
    double crash_chance;  /* of a turn */
    double action_chance; /* of a turn */
    double import_chance; /* of a turn: the same file again, beside the run */
    double sleep_chance;  /* of a turn: the machine sleeps, and wakes up late */
    double clock_chance;  /* of a turn: the clock of numhost's machine is set, right or wrong */
    double odd_chance;    /* fault points "odd/": of each at most; 0: none */
    int64_t faulty_ms;    /* so long things go wrong */
    uint64_t odd_seed;
};

/* Into stage->scenario and stage->options, and *world. `narrow`: as the first seeds were drawn,
 * whose faults are pinned: no delays of people, carriers and effects, one pace of looks. */
bool world_draw(struct stage *stage, struct sim_world *world, bool narrow, struct rng *rng,
                uint64_t seed, struct error *err) MUST_USE;

/* A world in which everything goes well, day and night; the seed of the scenario stays. */
bool world_calm(struct stage *stage, struct sim_world *world, struct error *err) MUST_USE;

#endif
