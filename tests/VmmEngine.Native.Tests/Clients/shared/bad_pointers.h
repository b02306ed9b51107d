/* Pointers that no memory is behind, each for another reason. */
#ifndef CLIENT_BAD_POINTERS_H
#define CLIENT_BAD_POINTERS_H

#include <stdint.h>
#include <sys/mman.h>

#include "check.h"

enum { BAD_POINTERS = 6 };
static void *bad_pointers[BAD_POINTERS];

static inline void *pages(int protection, size_t size)
{
    void *start = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(start != MAP_FAILED);
    return start;
}

static inline void find_bad_pointers(void)
{
    void *unmapped = pages(PROT_READ | PROT_WRITE, 4096);
    REQUIRE_EQ(0, munmap(unmapped, 4096));
    bad_pointers[0] = NULL;
    bad_pointers[1] = (void *)8;                            /* the first page */
    bad_pointers[2] = pages(PROT_NONE, 4096);
    bad_pointers[3] = unmapped;
    bad_pointers[4] = (void *)(uintptr_t)0x8000000000000000; /* no canonical address */
    bad_pointers[5] = (void *)UINTPTR_MAX;
}

/* A page that can be written, and nothing behind it. */
static inline char *page_before_a_hole(void)
{
    char *start = pages(PROT_READ | PROT_WRITE, 2 * 4096);
    REQUIRE_EQ(0, mprotect(start + 4096, 4096, PROT_NONE));
    return start;
}

static inline void *read_only_page(void)
{
    return pages(PROT_READ, 4096);
}

#endif
