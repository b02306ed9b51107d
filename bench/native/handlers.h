/*
 * One handler a command, for both baselines: it does nothing, is not inlined, and differs from the others in one constant so that the
 * linker cannot fold them into one.
 */
#ifndef VMM_BENCH_HANDLERS_H
#define VMM_BENCH_HANDLERS_H

#include "commands.h"

#define DEFINE_HANDLER(name, command, flags) \
    __attribute__((noinline)) static int handle_##name(void *vm, void *vcpu, void *argument) \
    { \
        __asm__ volatile("" : : "r"(command), "r"(vm), "r"(vcpu), "r"(argument)); \
        return 0; \
    }

GENERIC_ROWS(DEFINE_HANDLER)
MACHINE_ROWS(DEFINE_HANDLER)

#endif
