#include "cmd/run_loop.h"

#include "base/clock.h"
#include "cmd/control.h"
#include "cmd/invocation.h"
#include "cmd/program.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The control socket and the signals are looked at this often at least. */
#define LOOK_AROUND_MS INT64_C(100)

static volatile sig_atomic_t signals_caught;

static void on_signal(int number)
{
    (void)number;
    static const char bye[] = "\nnumhost: stopped at once; nothing acknowledged is lost, run again "
                              "to go on\n";
    if (signals_caught++ > 0) {
        ssize_t ignored = write(STDERR_FILENO, bye, sizeof bye - 1);
        (void)ignored;
        _exit(RESULT_WORK_LEFT);
    }
}

struct caught {
    struct sigaction interrupt;
    struct sigaction terminate;
};

static void catch_signals(struct caught *before)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    signals_caught = 0;
    sigaction(SIGINT, &action, &before->interrupt);
    sigaction(SIGTERM, &action, &before->terminate);
}

static void restore_signals(const struct caught *before)
{
    sigaction(SIGINT, &before->interrupt, NULL);
    sigaction(SIGTERM, &before->terminate, NULL);
}

struct running {
    struct run_loop *loop;
    struct control *control;
    struct host host;
    struct progress progress;
    struct clock_watch clock;
    int64_t stopped_at_ms; /* 0: not asked to stop */
    bool by_window;
};

static void set_rate(void *context, double per_second, int64_t now_ms)
{
    engine_set_rate(context, per_second, now_ms);
}

static void begin_stop(struct running *run, bool by_window, int64_t now_ms)
{
    struct run_loop *loop = run->loop;
    if (run->stopped_at_ms != 0)
        return;
    run->stopped_at_ms = now_ms;
    run->by_window = by_window;
    engine_stop(loop->engine);
    progress_clear(&run->progress);
    int64_t in_flight = engine_progress(loop->engine).in_flight;
    if (by_window)
        fprintf(loop->messages, "numhost: the time for this run is over\n");
    fprintf(loop->messages,
            "numhost: finishing %lld request%s, up to %d s; again to stop now - both are safe\n",
            (long long)in_flight, in_flight == 1 ? "" : "s", STOP_GRACE_MS / 1000);
}

static void look_for_stop(struct running *run, int64_t now_ms)
{
    int64_t stop_at_ms = run->loop->stop_at_ms;
    if (signals_caught > 0)
        begin_stop(run, false, now_ms);
    else if (stop_at_ms > 0 && now_ms >= stop_at_ms)
        begin_stop(run, true, now_ms);
}

static bool show_progress(struct running *run, int64_t now_ms, struct error *err)
{
    struct engine_progress engine = engine_progress(run->loop->engine);
    if (run->loop->quiet || run->stopped_at_ms != 0)
        return true;
    return progress_line(&run->progress, run->loop->store, &engine, now_ms, err);
}

/* Sleep until the engine wants to be called, an answer comes, or it is time to look around. */
static void rest(struct running *run, int64_t next_at_ms, int64_t now_ms)
{
    int64_t wait_ms = next_at_ms == 0 ? LOOK_AROUND_MS : next_at_ms - now_ms;
    wait_ms = wait_ms < 0 ? 0 : wait_ms > LOOK_AROUND_MS ? LOOK_AROUND_MS : wait_ms;
    run->loop->executor->ops->wait(run->loop->executor->self, wait_ms);
    if (run->control != NULL)
        control_poll(run->control, serve_command, &run->host);
}

static bool is_idle(const struct run_loop *loop)
{
    bool down = engine_progress(loop->engine).down_since_at_ms != 0;
    return engine_is_idle(loop->engine) && !down;
}

static enum run_end turns(struct running *run, struct error *err)
{
    struct run_loop *loop = run->loop;
    for (;;) {
        int64_t now_ms = clock_now_ms();
        int64_t next_at_ms = 0;
        if (clock_watch_jumped(&run->clock, now_ms, clock_monotonic_ms()))
            engine_clock_was_set(loop->engine, now_ms);
        enum engine_end end = ENGINE_GOES_ON;
        look_for_stop(run, now_ms);
        if (!engine_step(loop->engine, now_ms, &next_at_ms, &end, err) ||
            !show_progress(run, now_ms, err))
            return RUN_FAILED;
        switch (end) {
        case ENGINE_GOES_ON: break;
        case ENGINE_DONE: return RUN_DONE;
        case ENGINE_DRAINED: return RUN_WORK_LEFT;
        case ENGINE_NO_ACCESS:
        case ENGINE_UNAVAILABLE: return RUN_FAILED;
        }
        bool patience_over =
            run->stopped_at_ms != 0 && now_ms - run->stopped_at_ms >= STOP_GRACE_MS - SECOND_MS;
        if (patience_over || (loop->once && is_idle(loop)))
            return RUN_WORK_LEFT;
        rest(run, next_at_ms, now_ms);
    }
}

enum run_end run_loop(struct run_loop *loop, struct error *err)
{
    struct caught before;
    struct running run = {
        .loop = loop,
        .host = {.store = loop->store,
                 .config = loop->config,
                 .context = loop->engine,
                 .set_rate = set_rate},
    };
    bool terminal = progress_is_terminal(loop->messages);
    run.control = control_open(loop->config->database, err);
    if (run.control == NULL)
        return RUN_FAILED;
    progress_begin(&run.progress, loop->messages, terminal, clock_now_ms());
    catch_signals(&before);
    enum run_end end = turns(&run, err);
    progress_clear(&run.progress);
    restore_signals(&before);
    control_close(run.control);
    return end;
}
