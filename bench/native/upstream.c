/*
 * The algorithm of FreeBSD's vmm dispatcher, written anew for user space: two tables searched one after the other, preconditions found by
 * testing flags, vCPU states guarded by spin mutexes, shared-word reader-writer locks, and a switch to the handler.
 *
 * What the kernel does beyond this (interrupts off while a spin lock is held, a third acquisition on thaw, the sleep-queue lock taken by
 * every wake-up, file and credential look-up, malloc for arguments over 128 bytes) is left out: all of it would slow the baseline down.
 */
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"

enum { LINE = 128, NAMED_NONE = -1, SMALL_ARGUMENT = 1024 };

enum option {
    OPTION_PRECONDITIONS = 1, /* off: the same flag tests, but every row's flags are 0 */
    OPTION_ENTRY = 2,         /* count the threads inside the device, as the device layer does */
};

enum vcpu_state { IDLE, FROZEN, RUNNING, SLEEPING };

struct vcpu {
    uint32_t spin;
    uint32_t state;
    uint32_t must_idle;
    int32_t host_cpu;
} __attribute__((aligned(LINE)));

struct row {
    uint32_t command;
    uint32_t flags;
};

#define COUNT_ROW(name, command, flags) +1
enum { GENERIC_COUNT = 0 GENERIC_ROWS(COUNT_ROW), MACHINE_COUNT = 0 MACHINE_ROWS(COUNT_ROW) };

struct device {
    uint32_t vcpu_limit;
    uint32_t options;
    uint32_t privileged;
    struct row generic[GENERIC_COUNT];
    struct row machine[MACHINE_COUNT];
    struct vcpu **vcpus;
    struct vcpu *storage;
    uint64_t threads __attribute__((aligned(LINE)));    /* inside the device */
    uint64_t memory_map __attribute__((aligned(LINE))); /* EXCLUSIVE, or how many readers */
    uint64_t creation __attribute__((aligned(LINE)));
} __attribute__((aligned(LINE)));

#define EXCLUSIVE (UINT64_C(1) << 63)

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Spin mutex: a compare-exchange in, a release store out. */
static inline void spin_enter(uint32_t *lock)
{
    uint32_t expected = 0;
    while (!__atomic_compare_exchange_n(lock, &expected, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        expected = 0;
        relax();
    }
}

static inline void spin_exit(uint32_t *lock)
{
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

/* Reader-writer lock: readers count themselves in and out of one shared word by compare-exchange. */
static inline void enter_shared(uint64_t *word)
{
    uint64_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    for (;;) {
        if (seen & EXCLUSIVE) {
            sched_yield();
            seen = __atomic_load_n(word, __ATOMIC_RELAXED);
        } else if (__atomic_compare_exchange_n(word, &seen, seen + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            return;
        }
    }
}

static inline void exit_shared(uint64_t *word)
{
    uint64_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(word, &seen, seen - 1, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
    }
}

static inline void enter_exclusive(uint64_t *word)
{
    uint64_t expected = 0;
    while (!__atomic_compare_exchange_n(word, &expected, EXCLUSIVE, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        expected = 0;
        sched_yield();
    }
}

static inline void exit_exclusive(uint64_t *word)
{
    uint64_t expected = EXCLUSIVE;
    __atomic_compare_exchange_n(word, &expected, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

static int is_legal(uint32_t from, uint32_t to)
{
    switch (from) {
    case IDLE:
    case RUNNING:
    case SLEEPING:
        return to == FROZEN;
    case FROZEN:
        return to == IDLE || to == RUNNING || to == SLEEPING;
    default:
        return 0;
    }
}

__attribute__((noinline)) static int set_state(struct vcpu *vcpu, uint32_t state, int from_idle)
{
    spin_enter(&vcpu->spin);
    if (from_idle) {
        while (vcpu->state != IDLE) {
            vcpu->must_idle = 1;
            spin_exit(&vcpu->spin);
            sched_yield();
            spin_enter(&vcpu->spin);
        }
    }

    int error = is_legal(vcpu->state, state) ? 0 : BSD_EBUSY;
    if (error == 0) {
        vcpu->state = state;
        vcpu->host_cpu = state == RUNNING ? 0 : -1;
    }
    spin_exit(&vcpu->spin);
    return error;
}

__attribute__((noinline)) static struct vcpu *find_vcpu(struct device *device, int32_t id)
{
    if (id < 0 || (uint32_t)id >= device->vcpu_limit) {
        return NULL;
    }
    return __atomic_load_n(&device->vcpus[id], __ATOMIC_ACQUIRE);
}

__attribute__((noinline)) static int freeze_all(struct device *device)
{
    enter_exclusive(&device->creation);
    for (uint32_t id = 0; id < device->vcpu_limit; id++) {
        struct vcpu *vcpu = find_vcpu(device, (int32_t)id);
        if (vcpu != NULL) {
            set_state(vcpu, FROZEN, 1);
        }
    }
    return 0;
}

__attribute__((noinline)) static void thaw_all(struct device *device)
{
    for (uint32_t id = 0; id < device->vcpu_limit; id++) {
        struct vcpu *vcpu = find_vcpu(device, (int32_t)id);
        if (vcpu != NULL) {
            set_state(vcpu, IDLE, 0);
        }
    }
    exit_exclusive(&device->creation);
}

#define CASE_ROW(name, command, flags) \
    case command: \
        return handle_##name(device, vcpu, data);

__attribute__((noinline)) static int handle_machine(struct device *device, struct vcpu *vcpu, uint32_t command, void *data)
{
    switch (command) {
        MACHINE_ROWS(CASE_ROW)
    default:
        return BSD_ENOTTY;
    }
}

__attribute__((noinline)) static int handle_generic(struct device *device, struct vcpu *vcpu, uint32_t command, void *data)
{
    switch (command) {
        GENERIC_ROWS(CASE_ROW)
    default:
        return handle_machine(device, vcpu, command, data);
    }
}

__attribute__((noinline)) static int dispatch(struct device *device, uint32_t command, void *data)
{
    const struct row *row = NULL;
    for (int i = 0; i < GENERIC_COUNT; i++) {
        if (device->generic[i].command == command) {
            row = &device->generic[i];
            break;
        }
    }
    if (row == NULL) {
        for (int i = 0; i < MACHINE_COUNT; i++) {
            if (device->machine[i].command == command) {
                row = &device->machine[i];
                break;
            }
        }
    }
    if (row == NULL) {
        return BSD_ENOTTY;
    }

    if ((row->flags & PPT) != 0 && !device->privileged) {
        return BSD_EPERM;
    }

    if ((row->flags & XLOCK_MEMSEGS) != 0) {
        enter_exclusive(&device->memory_map);
    } else if ((row->flags & SLOCK_MEMSEGS) != 0) {
        enter_shared(&device->memory_map);
    }

    int error = 0;
    struct vcpu *vcpu = NULL;
    if ((row->flags & (LOCK_ONE_VCPU | MAYBE_ALLOC_VCPU)) != 0) {
        int32_t id = *(int32_t *)data;
        if (id == NAMED_NONE) {
            if ((row->flags & MAYBE_ALLOC_VCPU) == 0) {
                error = BSD_EINVAL;
            }
        } else {
            vcpu = find_vcpu(device, id);
            if (vcpu == NULL) {
                error = BSD_EINVAL;
            } else if ((row->flags & LOCK_ONE_VCPU) != 0) {
                error = set_state(vcpu, FROZEN, 1);
            }
        }
    }
    if (error == 0 && (row->flags & LOCK_ALL_VCPUS) != 0) {
        error = freeze_all(device);
    }

    if (error == 0) {
        error = handle_generic(device, vcpu, command, data);

        if ((row->flags & XLOCK_MEMSEGS) != 0) {
            exit_exclusive(&device->memory_map);
        } else if ((row->flags & SLOCK_MEMSEGS) != 0) {
            exit_shared(&device->memory_map);
        }
        if ((row->flags & LOCK_ONE_VCPU) != 0) {
            set_state(vcpu, IDLE, 0);
        } else if ((row->flags & LOCK_ALL_VCPUS) != 0) {
            thaw_all(device);
        }
        return error;
    }

    if ((row->flags & XLOCK_MEMSEGS) != 0) {
        exit_exclusive(&device->memory_map);
    } else if ((row->flags & SLOCK_MEMSEGS) != 0) {
        exit_shared(&device->memory_map);
    }
    return error;
}

/*
 * By words of eight bytes, as the kernel's copyin and copyout do for small sizes. A library memcpy would make the baseline look bad: it copies by
 * wide overlapping vectors, and reading those back at once stalls the processor.
 */
__attribute__((noinline)) static void copy(void *to, const void *from, uint32_t length)
{
    unsigned char *out = to;
    const unsigned char *in = from;
    uint64_t word;
    while (length >= sizeof word) {
        memcpy(&word, in, sizeof word);
        memcpy(out, &word, sizeof word);
        in += sizeof word;
        out += sizeof word;
        length -= sizeof word;
    }
    if ((length & 4) != 0) {
        uint32_t half;
        memcpy(&half, in, sizeof half);
        memcpy(out, &half, sizeof half);
        in += sizeof half;
        out += sizeof half;
    }
    for (length &= 3; length > 0; length--) {
        *out++ = *in++;
    }
}

/* The generic layer: sanity of the word, argument in, driver, argument out. */
__attribute__((noinline)) static int ioctl_command(struct device *device, uint32_t command, void *argument)
{
    uint32_t length = COMMAND_LENGTH(command);
    if ((command & (COMMAND_VOID | COMMAND_IN | COMMAND_OUT)) == 0
        || ((command & (COMMAND_IN | COMMAND_OUT)) != 0 && length == 0)
        || ((command & COMMAND_VOID) != 0 && length != 0 && length != 4)) {
        return BSD_ENOTTY;
    }

    _Alignas(16) unsigned char small[SMALL_ARGUMENT];
    unsigned char *data = length > sizeof small ? malloc(length) : small;
    int error = BSD_EFAULT;
    if (argument == NULL && (command & COMMAND_IN) != 0) {
        goto out;
    }
    if ((command & COMMAND_VOID) != 0) {
        memcpy(data, &argument, sizeof argument);
    } else if ((command & COMMAND_IN) != 0) {
        copy(data, argument, length);
    } else {
        memset(data, 0, length);
    }

    if ((device->options & OPTION_ENTRY) != 0) {
        __atomic_fetch_add(&device->threads, 1, __ATOMIC_ACQ_REL);
    }
    error = dispatch(device, command, data);
    if ((device->options & OPTION_ENTRY) != 0) {
        __atomic_fetch_sub(&device->threads, 1, __ATOMIC_RELEASE);
    }

    if (error == 0 && (command & COMMAND_OUT) != 0) {
        copy(argument, data, length);
    }
out:
    if (data != small) {
        free(data);
    }
    return error;
}

/* --- What the benchmarks call. --- */

struct device *upstream_create(uint32_t vcpus, uint32_t options)
{
    struct device *device = aligned_alloc(LINE, sizeof *device);
    memset(device, 0, sizeof *device);
    device->vcpu_limit = vcpus;
    device->options = options;
    device->privileged = 1;

    uint32_t mask = (options & OPTION_PRECONDITIONS) != 0 ? UINT32_MAX : 0;
#define STORE_ROW(name, command, flags) *row++ = (struct row){ command, (uint32_t)(flags) & mask };
    struct row *row = device->generic;
    GENERIC_ROWS(STORE_ROW)
    row = device->machine;
    MACHINE_ROWS(STORE_ROW)

    device->storage = aligned_alloc(LINE, sizeof(struct vcpu) * vcpus);
    memset(device->storage, 0, sizeof(struct vcpu) * vcpus);
    device->vcpus = malloc(sizeof(struct vcpu *) * vcpus);
    for (uint32_t id = 0; id < vcpus; id++) {
        device->vcpus[id] = &device->storage[id];
    }
    return device;
}

void upstream_destroy(struct device *device)
{
    free(device->vcpus);
    free(device->storage);
    free(device);
}

/* Runs a batch on the calling thread and returns the sum of the results, so that both sides can be checked against each other. */
uint64_t upstream_run(struct device *device, uint32_t caller, const uint32_t *commands, void *const *arguments, int64_t count)
{
    (void)caller;
    uint64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (uint64_t)ioctl_command(device, commands[i], arguments[i]);
    }
    return sum;
}

/* Freezes and thaws all vCPUs, count times. */
uint64_t upstream_freeze_all(struct device *device, int64_t count)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (uint64_t)freeze_all(device);
        thaw_all(device);
    }
    return sum;
}
