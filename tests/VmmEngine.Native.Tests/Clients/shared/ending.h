/* The ways in which a process can end under a guest that runs. */
#ifndef CLIENT_ENDING_H
#define CLIENT_ENDING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Says that the guest runs, and ends the process in the way named; "wait" waits to be killed. Answers what main returns. */
static inline int end_by(const char *way)
{
    printf("running\n");
    fflush(stdout);

    if (strcmp(way, "abort") == 0)
        abort();
    if (strcmp(way, "exit") == 0)
        exit(EXIT_SUCCESS);
    if (strcmp(way, "execute") == 0)
        execl("/bin/true", "true", NULL);
    if (strcmp(way, "fault") == 0)
        *(volatile char *)mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) = 1;
    if (strcmp(way, "wait") == 0)
        pause();

    return strcmp(way, "return") == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
