#include "sim/orders.h"

#include "base/clock.h"
#include "base/text.h"
#include "sim/chooser.h"
#include "sim/sim_checks.h"
#include "sim/stage.h"
#include "sim/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A client gives up waiting then: no answer comes later. */
#define ANSWERS_WITHIN_MS (30 * SECOND_MS)
#define END_MS (20 * DAY_MS)

enum { TURNS_MAX = 20000, PAIRS = 3, EVENTS_MAX = HELD_MAX + 2 };

/* What falls on a request, beside the sandbox's faults. */
enum { DIES_BEFORE = FAULT_COUNT, DIES_AFTER, KIND_COUNT };

struct place {
    int32_t pair;
    int32_t kind;
    int64_t request; /* the fault falls on this one, from 0 */
};

/* The choices of one run. Behind `length` everything goes its natural way. */
struct order {
    uint8_t taken[ORDERS_WINDOW_MAX];
    uint8_t options[ORDERS_WINDOW_MAX];
    int32_t length;
};

/* What a branch tells its parent. */
struct outcome {
    struct order order; /* in, and out with the choices that were met */
    char violation[512];
    int64_t requests;
    int64_t completed;
};

struct play {
    struct stage stage;
    struct chooser chooser;
    struct place place;
    struct order *order;
    struct outcome *outcome; /* of a branch; NULL: the run that branches off, or a replay */
    int32_t window;
    int32_t at;  /* choices made */
    bool struck; /* the fault has fallen: the window is open */
    bool dies;   /* at the end of this turn */
    int64_t turns;
    int64_t completed;
    void (*branch)(struct play *play, int64_t request); /* NULL: none; called before each one */
    const struct orders_options *options;
    struct orders_sums sums;
};

static const char *kind_name(int32_t kind)
{
    static const char *const own[] = {"dies-before", "dies-after"};
    return kind < FAULT_COUNT ? fault_of((enum fault_kind)kind)->name : own[kind - FAULT_COUNT];
}

static bool kind_parse(const char *word, int32_t *kind)
{
    for (*kind = 0; *kind < KIND_COUNT; ++*kind)
        if (strcmp(kind_name(*kind), word) == 0)
            return true;
    return false;
}

/* ---- the two numbers ---- */

/* A call and a bill that have nothing in common, two calls at one site for one signer, a call and a
 * bill at one site for one signer. */
static void set_pair(struct stage *stage, int32_t pair)
{
    stage->batch.count = 2;
    for (int32_t i = 0; i < 2; i++) {
        struct import_row *row = &stage->batch.rows[i];
        char *record = stage->batch.records[i];
        bool bill = i == 1 && pair != 1;
        int32_t own = pair == 0 ? i : 0;
        snprintf(record, PHONE_BYTES, "+1415555200%d", (int)i);
        *row = (struct import_row){.line = i + 2, .record = record, .record_bytes = strlen(record)};
        TEXT_SET(row->phone_number, record);
        snprintf(row->site, sizeof row->site, "site %d", (int)own);
        if (bill) {
            row->verification_type = VERIFICATION_PHONE_BILL;
            TEXT_SET(row->details.verification_document_sid, "RI11111111111111111111111111111111");
        }
        TEXT_SET(row->signer.address_sid, "AD11111111111111111111111111111111");
        snprintf(row->signer.email, sizeof row->signer.email, "signer%d@example.com", (int)own);
        TEXT_SET(row->signer.contact_title, "Owner");
        TEXT_SET(row->signer.contact_phone_number, "+14155550100");
        TEXT_SET(witness_of(&stage->witness, row->phone_number)->site, row->site);
    }
}

/* ---- the fault ---- */

static void set_fault(struct play *play, bool on)
{
    struct scenario *scenario = &play->stage.scenario;
    scenario->fault_count = on ? 1 : 0;
    scenario->faults[0] = (struct fault_rule){.kind = (enum fault_kind)play->place.kind,
                                              .rate = 1,
                                              .operations = UINT32_MAX,
                                              .by_ms = 20 * SECOND_MS};
    sandbox_set_scenario(play->stage.sandbox, scenario);
}

static bool before_request(void *context, int64_t index)
{
    struct play *play = context;
    if (play->branch != NULL)
        play->branch(play, index);
    if (index == play->place.request) {
        play->struck = true;
        play->dies = play->place.kind == DIES_BEFORE || play->place.kind == DIES_AFTER;
        if (play->place.kind > FAULT_NONE && play->place.kind < FAULT_COUNT)
            set_fault(play, true);
    }
    return !(play->dies && play->place.kind == DIES_BEFORE);
}

static void after_request(void *context, int64_t index)
{
    struct play *play = context;
    if (index == play->place.request && play->stage.scenario.fault_count > 0)
        set_fault(play, false);
}

/* ---- what may come next ---- */

enum { TIMER = -1, ALL = -2 };

struct event_next {
    int32_t what; /* index of what is held, TIMER or ALL */
    int64_t at_ms;
};

/* Nothing that is held may be older then than an answer can be. */
static bool is_possible(const struct play *play, const struct event_next *event)
{
    for (size_t i = 0; i < play->chooser.count; i++) {
        const struct held *held = &play->chooser.held[i];
        bool itself = event->what == (int32_t)i || event->what == ALL;
        if (!itself && event->at_ms > held->sent_at_ms + ANSWERS_WITHIN_MS)
            return false;
    }
    return true;
}

static int by_time(const void *left, const void *right)
{
    const struct event_next *a = left;
    const struct event_next *b = right;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    return (b->what >= 0 ? b->what : -b->what * EVENTS_MAX) <
                   (a->what >= 0 ? a->what : -a->what * EVENTS_MAX)
               ? 1
               : -1;
}

/* In their natural order; the first is always possible. */
static int32_t list_events(const struct play *play, int64_t next_at_ms, struct event_next *events)
{
    const struct chooser *chooser = &play->chooser;
    int64_t now_ms = play->stage.now_ms;
    int64_t last_ms = now_ms;
    int32_t count = 0;
    for (size_t i = 0; i < chooser->count; i++) {
        int64_t at_ms = chooser->held[i].at_ms > now_ms ? chooser->held[i].at_ms : now_ms;
        last_ms = at_ms > last_ms ? at_ms : last_ms;
        events[count++] = (struct event_next){.what = (int32_t)i, .at_ms = at_ms};
    }
    if (chooser->count > 1)
        events[count++] = (struct event_next){.what = ALL, .at_ms = last_ms};
    if (next_at_ms > 0)
        events[count++] =
            (struct event_next){.what = TIMER, .at_ms = next_at_ms > now_ms ? next_at_ms : now_ms};
    qsort(events, (size_t)count, sizeof *events, by_time);
    int32_t kept = count > 0 ? 1 : 0;
    for (int32_t i = 1; i < count; i++)
        if (is_possible(play, &events[i]))
            events[kept++] = events[i];
    return kept;
}

/* Which of so many: as the order says, or, the first time here, the natural one. */
static int32_t choose(struct play *play, int32_t options)
{
    struct order *order = play->order;
    if (!play->struck || options < 2 || play->at >= play->window)
        return 0;
    int32_t at = play->at++;
    if (at >= order->length) {
        order->taken[at] = 0;
        order->length = at + 1;
    }
    order->options[at] = (uint8_t)options;
    return order->taken[at] < options ? order->taken[at] : 0;
}

static bool let_come(struct play *play, int64_t next_at_ms, struct error *err)
{
    struct event_next events[EVENTS_MAX];
    int32_t count = list_events(play, next_at_ms, events);
    if (count == 0)
        return error_set(err, ERROR_OTHER, "nothing will ever happen again and it is not done");
    struct event_next event = events[choose(play, count)];
    play->stage.now_ms = event.at_ms;
    for (size_t i = 0; i < play->chooser.count; i++)
        if (event.what == ALL || event.what == (int32_t)i)
            chooser_release(&play->chooser, i);
    return true;
}

/* ---- one run ---- */

static bool start(struct play *play, struct error *err)
{
    if (!stage_start_process(&play->stage, err))
        return false;
    chooser_attach(&play->chooser, play->stage.carrier);
    return true;
}

static bool turn(struct play *play, enum engine_end *end, struct error *err)
{
    struct stage *stage = &play->stage;
    int64_t next_at_ms = 0;
    if (!engine_step(stage->engine, stage->now_ms, &next_at_ms, end, err))
        return false;
    play->turns++;
    watch_counts(&stage->witness, stage->batch.count, false);
    if (play->dies) {
        play->dies = false;
        *end = ENGINE_GOES_ON;
        stage_kill_process(stage);
        stage->now_ms += SECOND_MS;
        return start(play, err);
    }
    return *end != ENGINE_GOES_ON || let_come(play, next_at_ms, err);
}

static void go(struct play *play)
{
    struct stage *stage = &play->stage;
    struct error err = {0};
    enum engine_end end = ENGINE_GOES_ON;
    bool ok =
        batch_import(&stage->batch, false, stage->store, &stage->witness, stage->now_ms, &err) &&
        start(play, &err);
    while (ok && end == ENGINE_GOES_ON && stage->witness.violation[0] == '\0') {
        ok = turn(play, &end, &err);
        if (ok && (play->turns > TURNS_MAX || stage->now_ms - STAGE_START_MS > END_MS))
            ok = error_set(&err, ERROR_OTHER, "it does not come to an end");
    }
    if (ok && end != ENGINE_GOES_ON && end != ENGINE_DONE)
        ok = error_set(&err, ERROR_OTHER, "the engine ended as %d", (int)end);
    if (!ok)
        witness_accuse(&stage->witness, "stopped: %s", err.text);
}

static bool set_out(struct play *play, struct error *err)
{
    struct stage *stage = &play->stage;
    stage_init(stage);
    chooser_init(&play->chooser, &stage->now_ms);
    play->chooser.before = before_request;
    play->chooser.after = after_request;
    play->chooser.context = play;
    stage->listener = &play->chooser.transport;
    stage->options.policy.calls_at_once_per_site = 1;
    set_pair(stage, play->place.pair);
    return calling_hours_add(&stage->options.hours, "mon-sun", "00:00-24:00", err) &&
           stage_open(stage, err);
}

static void judge(struct play *play)
{
    struct witness *witness = &play->stage.witness;
    watch_counts(witness, 2, true);
    if (witness->violation[0] == '\0')
        check_end(play->stage.store, witness, 2, &play->completed);
    if (play->completed < 2 && play->place.kind != FAULT_UNKNOWN_STATUS)
        witness_accuse(witness, "one fault is too much for %d of two numbers",
                       (int)(2 - play->completed));
}

static void perform(struct play *play)
{
    struct error err = {0};
    if (set_out(play, &err))
        go(play);
    else
        witness_accuse(&play->stage.witness, "setting out: %s", err.text);
    if (play->stage.witness.violation[0] == '\0')
        judge(play);
    if (play->outcome == NULL)
        return;
    TEXT_SET(play->outcome->violation, play->stage.witness.violation);
    play->outcome->requests = (int64_t)play->stage.witness.ledger_seen;
    play->outcome->completed = play->completed;
    _exit(0); /* a branch ends here */
}

static void finish(struct play *play)
{
    stage_close(&play->stage);
    chooser_attach(&play->chooser, NULL);
}

/* ---- all of them: the natural run, and off it a branch for every fault and every order ---- */

/* The next order, depth first: the last choice that has another option takes it. */
static bool advance(struct order *order)
{
    while (order->length > 0) {
        int32_t last = order->length - 1;
        if (order->taken[last] + 1 < order->options[last]) {
            order->taken[last]++;
            return true;
        }
        order->length--;
    }
    return false;
}

static void write_replay(const struct place *place, const struct order *order, char *text,
                         size_t bytes)
{
    int length = snprintf(text, bytes, "%d:%s:%lld:", (int)place->pair, kind_name(place->kind),
                          (long long)place->request);
    for (int32_t i = 0; i < order->length; i++)
        length += snprintf(text + length, bytes - (size_t)length, "%d.", (int)order->taken[i]);
}

static void add_outcome(struct play *play, const struct place *place, const struct outcome *outcome)
{
    struct orders_sums *sums = &play->sums;
    sums->schedules++;
    sums->requests += outcome->requests;
    sums->completed += outcome->completed;
    if (outcome->violation[0] == '\0')
        return;
    char replay[128];
    write_replay(place, &outcome->order, replay, sizeof replay);
    play->options->tell(outcome->violation, replay);
    sums->failed++;
}

/* A process that goes on from here in the place's world returns true, and ends in perform(). */
static bool branch_off(struct play *play, const struct place *place, struct outcome *outcome)
{
    TEXT_SET(outcome->violation, "its process died");
    pid_t pid = fork();
    if (pid == 0) {
        play->place = *place;
        play->outcome = outcome;
        play->order = &outcome->order;
        play->branch = NULL;
        return true;
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        TEXT_SET(outcome->violation, "no process for it");
    return false;
}

static void branch(struct play *play, int64_t request)
{
    struct outcome *outcome =
        mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED)
        abort();
    fflush(stdout);
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        struct place place = {.pair = play->place.pair, .kind = kind, .request = request};
        if ((request * KIND_COUNT + kind) % play->options->jobs != play->options->job)
            continue;
        play->sums.cases++;
        outcome->order = (struct order){0};
        do {
            if (branch_off(play, &place, outcome))
                return;
            add_outcome(play, &place, outcome);
        } while (advance(&outcome->order));
    }
    munmap(outcome, sizeof *outcome);
}

static struct play *new_play(int32_t pair, int32_t window)
{
    static struct play play; /* large: one at a time */
    memset(&play, 0, sizeof play);
    play.place = (struct place){.pair = pair, .request = -1};
    play.window = window;
    return &play;
}

struct orders_sums orders_run(const struct orders_options *options)
{
    struct orders_sums sums = {0};
    for (int32_t pair = 0; pair < PAIRS; pair++) {
        struct play *play = new_play(pair, options->window);
        struct order natural = {0};
        play->options = options;
        play->order = &natural;
        play->branch = branch;
        perform(play);
        sums.cases += play->sums.cases;
        sums.schedules += play->sums.schedules;
        sums.failed += play->sums.failed;
        sums.requests += play->sums.requests;
        sums.completed += play->sums.completed;
        finish(play);
    }
    return sums;
}

static bool read_order(const char *text, struct order *order)
{
    char *end = NULL;
    for (; *text != '\0' && order->length < ORDERS_WINDOW_MAX; text = end + 1) {
        long taken = strtol(text, &end, 10);
        if (end == text || *end != '.' || taken < 0 || taken >= EVENTS_MAX)
            return false;
        order->taken[order->length++] = (uint8_t)taken;
    }
    return *text == '\0';
}

bool orders_replay(const char *replay, bool *ok, char *violation, unsigned long violation_bytes)
{
    struct place place = {0};
    struct order order = {0};
    char kind[32];
    int pair = 0;
    int used = 0;
    long long request = 0;
    if (sscanf(replay, "%d:%31[^:]:%lld:%n", &pair, kind, &request, &used) != 3 || used == 0 ||
        pair < 0 || pair >= PAIRS || !kind_parse(kind, &place.kind) ||
        !read_order(replay + used, &order))
        return false;
    place.pair = pair;
    place.request = request;
    struct play *play = new_play(pair, order.length);
    play->place = place;
    play->order = &order;
    perform(play);
    *ok = play->stage.witness.violation[0] == '\0';
    text_copy(violation, violation_bytes, play->stage.witness.violation);
    stage_print(&play->stage);
    finish(play);
    return true;
}
