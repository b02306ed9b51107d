/* Signals to a thread that runs a vCPU, and what its runs answer to them. The guest gives no reason of its own to come back. */
#ifndef CLIENT_INTERRUPTING_H
#define CLIENT_INTERRUPTING_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "check.h"
#include "device.h"

static atomic_int runs;           /* how many have returned */
static atomic_int handled;        /* how many signals have been */
static atomic_int handled_at;     /* runs when the last one was handled */
static atomic_int handled_inside; /* it interrupted a command */

/* Any command, for the handler to find out where it is. */
static int try_command(void);

static void note_signal(int signal)
{
    (void)signal;
    device_interrupt();
    atomic_store(&handled_inside, try_command() == -EDEADLK);
    atomic_store(&handled_at, atomic_load(&runs));
    atomic_fetch_add(&handled, 1);
}

static inline void set_handler(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
    REQUIRE_EQ(0, sigaction(signal, &action, NULL));
}

/* Sends one, and returns when its handler has run and the run that it interrupted, if it did, has returned. */
static inline void send_signal(pthread_t runner, int signal)
{
    int before = atomic_load(&handled);
    REQUIRE_EQ(0, pthread_kill(runner, signal));
    while (atomic_load(&handled) == before)
        sched_yield();
    while (atomic_load(&handled_inside) && atomic_load(&runs) == atomic_load(&handled_at))
        sched_yield();
}

/* The same until one has interrupted a command. */
static inline void interrupt_run(pthread_t runner, int signal)
{
    do {
        send_signal(runner, signal);
    } while (!atomic_load(&handled_inside));
}

#endif
