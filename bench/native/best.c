/*
 * The same design as the engine's, as good as C can make it: a verified perfect hash over the whole command word, a table of function
 * pointers, one thunk a row with its preconditions folded in, a compare-exchange and a release store for one vCPU, and readers of the
 * memory map that mark a line of their own without any read-modify-write.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/membarrier.h>
#endif

#include "handlers.h"

enum { LINE = 128, CALLERS = 64, OPTION_PRECONDITIONS = 1, OPTION_ENTRY = 2 };
enum vcpu_state { IDLE, FROZEN };

struct vcpu {
    uint32_t state;
    uint32_t waiters;
} __attribute__((aligned(LINE)));

struct caller {
    uint32_t gate;
    uint32_t memory_map;
} __attribute__((aligned(LINE)));

struct device {
    uint32_t gate_writer;
    uint32_t map_writer;
    uint32_t vcpu_limit;
    uint32_t privileged;
    uint32_t multiplier;
    uint32_t shift;
    uint32_t options;
    struct vcpu *vcpus;
    struct entry *table;
    struct caller callers[CALLERS];
    uint32_t creation __attribute__((aligned(LINE)));
} __attribute__((aligned(LINE)));

typedef int thunk(struct device *device, struct caller *caller, void *argument);

struct entry {
    uint32_t command;
    thunk *run;
};

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE int try_take(uint32_t *word, uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

__attribute__((noinline)) static void take_contended(uint32_t *word, uint32_t from, uint32_t to)
{
    do {
        sched_yield();
    } while (!try_take(word, from, to));
}

ALWAYS_INLINE void take(uint32_t *word, uint32_t from, uint32_t to)
{
    if (__builtin_expect(!try_take(word, from, to), 0)) {
        take_contended(word, from, to);
    }
}

ALWAYS_INLINE void release(uint32_t *word)
{
    __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

/* A reader marks its own line, then looks at the writer's word. The compiler keeps the order; the writer's barrier makes the processor keep it. */
ALWAYS_INLINE void enter_shared(uint32_t *writer, uint32_t *marker)
{
    for (;;) {
        __atomic_store_n(marker, 1, __ATOMIC_RELEASE);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        if (__builtin_expect(__atomic_load_n(writer, __ATOMIC_ACQUIRE) == 0, 1)) {
            return;
        }
        release(marker);
        sched_yield();
    }
}

__attribute__((noinline)) static void enter_exclusive(struct device *device)
{
    take(&device->map_writer, 0, 1);
#if defined(__linux__)
    syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#endif
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (int i = 0; i < CALLERS; i++) {
        while (__atomic_load_n(&device->callers[i].memory_map, __ATOMIC_ACQUIRE) != 0) {
            sched_yield();
        }
    }
}

__attribute__((noinline)) static void freeze_all(struct device *device)
{
    take(&device->creation, 0, 1);
    for (uint32_t id = 0; id < device->vcpu_limit; id++) {
        take(&device->vcpus[id].state, IDLE, FROZEN);
    }
}

__attribute__((noinline)) static void thaw_all(struct device *device)
{
    for (uint32_t id = 0; id < device->vcpu_limit; id++) {
        release(&device->vcpus[id].state);
    }
    release(&device->creation);
}

/* One row, with everything that the row fixes known to the compiler. */
ALWAYS_INLINE int run_row(struct device *device, struct caller *caller, void *argument, uint32_t command, uint32_t flags,
    int (*handler)(void *, void *, void *))
{
    const uint32_t length = COMMAND_LENGTH(command);
    _Alignas(16) unsigned char data[1024];
    if ((command & COMMAND_IN) != 0) {
        if (argument == NULL) {
            return BSD_EFAULT;
        }
        memcpy(data, argument, length);
    } else if ((command & COMMAND_OUT) != 0) {
        memset(data, 0, length);
    }

    if ((flags & PPT) != 0 && !device->privileged) {
        return BSD_EPERM;
    }
    if ((flags & XLOCK_MEMSEGS) != 0) {
        enter_exclusive(device);
    }
    if ((flags & SLOCK_MEMSEGS) != 0) {
        enter_shared(&device->map_writer, &caller->memory_map);
    }

    struct vcpu *vcpu = NULL;
    if ((flags & (LOCK_ONE_VCPU | MAYBE_ALLOC_VCPU)) != 0) {
        int32_t id;
        memcpy(&id, data, sizeof id);
        if ((flags & LOCK_ONE_VCPU) != 0 || id != -1) {
            if ((uint32_t)id >= device->vcpu_limit) {
                return BSD_EINVAL; /* no row asks for a vCPU and for the memory map */
            }
            vcpu = &device->vcpus[id];
        }
    }
    if ((flags & LOCK_ONE_VCPU) != 0) {
        take(&vcpu->state, IDLE, FROZEN);
    }
    if ((flags & LOCK_ALL_VCPUS) != 0) {
        freeze_all(device);
    }

    int error = handler(device, vcpu, data);

    if ((flags & XLOCK_MEMSEGS) != 0) {
        release(&device->map_writer);
    }
    if ((flags & SLOCK_MEMSEGS) != 0) {
        release(&caller->memory_map);
    }
    if ((flags & LOCK_ONE_VCPU) != 0) {
        release(&vcpu->state);
    }
    if ((flags & LOCK_ALL_VCPUS) != 0) {
        thaw_all(device);
    }
    if ((command & COMMAND_OUT) != 0 && error == 0) {
        if (argument == NULL) {
            return BSD_EFAULT;
        }
        memcpy(argument, data, length);
    }
    return error;
}

#define DEFINE_THUNKS(name, command, flags) \
    static int locked_##name(struct device *device, struct caller *caller, void *argument) \
    { \
        return run_row(device, caller, argument, command, flags, handle_##name); \
    } \
    static int bare_##name(struct device *device, struct caller *caller, void *argument) \
    { \
        return run_row(device, caller, argument, command, 0, handle_##name); \
    }

GENERIC_ROWS(DEFINE_THUNKS)
MACHINE_ROWS(DEFINE_THUNKS)

__attribute__((noinline)) static int dispatch(struct device *device, struct caller *caller, uint32_t command, void *argument)
{
    const struct entry *entry = &device->table[(command * device->multiplier) >> device->shift];
    return __builtin_expect(entry->command == command, 1) ? entry->run(device, caller, argument) : BSD_ENOTTY;
}

/* --- What the benchmarks call. --- */

static int store(struct device *device, uint32_t command, thunk *run)
{
    struct entry *entry = &device->table[(command * device->multiplier) >> device->shift];
    if (entry->command != 0) {
        return 0;
    }
    *entry = (struct entry){ command, run };
    return 1;
}

void best_destroy(struct device *device)
{
    free(device->vcpus);
    free(device->table);
    free(device);
}

/* NULL if the multiplier does not spread the commands over 2^bits slots without a collision. */
struct device *best_create(uint32_t vcpus, uint32_t options, uint32_t multiplier, uint32_t bits)
{
#if defined(__linux__)
    syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
#endif
    struct device *device = aligned_alloc(LINE, sizeof *device);
    memset(device, 0, sizeof *device);
    device->vcpu_limit = vcpus;
    device->options = options;
    device->privileged = 1;
    device->multiplier = multiplier;
    device->shift = 32 - bits;
    device->table = calloc((size_t)1 << bits, sizeof(struct entry));
    device->vcpus = aligned_alloc(LINE, sizeof(struct vcpu) * vcpus);
    memset(device->vcpus, 0, sizeof(struct vcpu) * vcpus);

    int locked = (options & OPTION_PRECONDITIONS) != 0;
    int stored = 1;
#define STORE_ROW(name, command, flags) stored &= store(device, command, locked ? locked_##name : bare_##name);
    GENERIC_ROWS(STORE_ROW)
    MACHINE_ROWS(STORE_ROW)
    if (!stored) {
        best_destroy(device);
        return NULL;
    }
    return device;
}

/* Runs a batch on the calling thread and returns the sum of the results. */
uint64_t best_run(struct device *device, uint32_t caller, const uint32_t *commands, void *const *arguments, int64_t count)
{
    struct caller *line = &device->callers[caller];
    uint64_t sum = 0;
    if ((device->options & OPTION_ENTRY) == 0) {
        for (int64_t i = 0; i < count; i++) {
            sum += (uint64_t)dispatch(device, line, commands[i], arguments[i]);
        }
        return sum;
    }

    for (int64_t i = 0; i < count; i++) {
        enter_shared(&device->gate_writer, &line->gate);
        sum += (uint64_t)dispatch(device, line, commands[i], arguments[i]);
        release(&line->gate);
    }
    return sum;
}

/* Freezes and thaws all vCPUs, count times. */
uint64_t best_freeze_all(struct device *device, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        freeze_all(device);
        thaw_all(device);
    }
    return 0;
}
