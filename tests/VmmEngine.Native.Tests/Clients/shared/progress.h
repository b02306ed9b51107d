/* Waiting for a guest that counts in its memory: the only sign from inside that it runs. */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include <sched.h>
#include <stdint.h>

/* Returns when a word that begins as 0 has changed. */
static inline void wait_for_start(const volatile uint32_t *word)
{
    while (*word == 0)
        sched_yield();
}

/* Returns when the word has changed from what it is now. */
static inline void wait_for_change(const volatile uint32_t *word)
{
    uint32_t before = *word;
    while (*word == before)
        sched_yield();
}

#endif
