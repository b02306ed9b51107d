/* A command that a signal handler gives. */
#ifndef CLIENT_HANDLER_H
#define CLIENT_HANDLER_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

static atomic_int handler_result; /* what the handler's command answered; HANDLER_PENDING until then */
enum { HANDLER_PENDING = 1 };

/* Lets the handler of SIGUSR1 give its command on a thread until it was inside the library; what that answered is the handler's result. */
static inline void ask_while_inside(pthread_t runner)
{
    /* Between two runs, where the thread is outside, the handler's command is carried out: then it is asked again. */
    do {
        atomic_store(&handler_result, HANDLER_PENDING);
        EXPECT_EQ(0, pthread_kill(runner, SIGUSR1));
        while (atomic_load(&handler_result) == HANDLER_PENDING)
            sched_yield();
    } while (atomic_load(&handler_result) == 0);
}

#endif
