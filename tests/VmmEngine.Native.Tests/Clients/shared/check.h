/*
 * Checks and the run of a client's cases. A check that fails says where, what was expected and what was seen; the case goes on after
 * EXPECT, and the program ends after REQUIRE. Any thread may check.
 */
#ifndef CLIENT_CHECK_H
#define CLIENT_CHECK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_int check_failures;

static inline int check_equal(const char *file, int line, const char *what, long long expected, long long seen)
{
    if (expected == seen)
        return 1;

    atomic_fetch_add(&check_failures, 1);
    printf("%s:%d: %s: expected %lld (0x%llx), saw %lld (0x%llx)\n", file, line, what, expected, expected, seen, seen);
    fflush(stdout);
    return 0;
}

#define EXPECT_EQ(expected, seen) ((void)check_equal(__FILE__, __LINE__, #seen, (long long)(expected), (long long)(seen)))
#define EXPECT(condition) EXPECT_EQ(1, !!(condition))

/* What nothing of the rest makes sense without. */
#define REQUIRE_EQ(expected, seen) \
    do { \
        if (!check_equal(__FILE__, __LINE__, #seen, (long long)(expected), (long long)(seen))) \
            exit(EXIT_FAILURE); \
    } while (0)
#define REQUIRE(condition) REQUIRE_EQ(1, !!(condition))

struct client_case {
    const char *name;
    void (*run)(void);
};

#define CASE(function) { #function, function }
#define CASES(...) ((struct client_case[]){ __VA_ARGS__ })
#define RUN_CASES(...) run_cases(CASES(__VA_ARGS__), sizeof CASES(__VA_ARGS__) / sizeof(struct client_case))

/* Runs all cases; answers the program's exit status. */
static inline int run_cases(const struct client_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int before = atomic_load(&check_failures);
        cases[i].run();
        printf("%s: %s\n", cases[i].name, atomic_load(&check_failures) == before ? "ok" : "FAILED");
        fflush(stdout);
    }

    return atomic_load(&check_failures) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
