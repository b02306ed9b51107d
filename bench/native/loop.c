/*
 * The run loop in C, the same steps as the engine's: disarm, say Running with an exchange, look at the requests, enter, say Frozen with a
 * plain store, switch over the exit, find the device by a byte map of ports or a search of ranges. "Enter" plays a scripted exit, or is
 * KVM_RUN.
 *
 * With OPTION_UPSTREAM the state changes are FreeBSD's instead: each of the two takes a spin lock, checks the transition, and releases it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <linux/kvm.h>
#include <sys/ioctl.h>
#endif

enum { OPTION_UPSTREAM = 1 };
enum vcpu_state { IDLE, FROZEN, RUNNING, SLEEPING };
enum { PORTS = 65536, PORT_DEVICES = 256, RANGES = 16 };

/* The engine's numbers. */
enum reason { INTERRUPTED, PORT_IN, PORT_OUT, MMIO_READ, MMIO_WRITE, HALT };

/* The engine's ScriptedExit, as the benchmark hands it over. */
struct scripted_exit {
    uint32_t reason;
    uint32_t size;
    uint64_t port;
    uint64_t address;
    uint64_t data;
};

struct exit {
    uint32_t reason;
    uint8_t size;
    uint16_t port;
    uint64_t address;
    uint64_t data;
    uint32_t flags;
    uint64_t detail;
};

struct device {
    uint64_t (*read)(struct device *device, uint64_t where, int size);
    void (*write)(struct device *device, uint64_t where, int size, uint64_t value);
    uint64_t sum;
    uint64_t salt;
};

struct range {
    uint64_t start;
    uint64_t length;
    struct device *device;
};

struct loop {
    uint32_t requests;
    uint32_t state;
    uint32_t spin;
    int32_t host_cpu;
    uint32_t kicked;
    uint32_t options;
    uint32_t length;
    uint32_t position;
    uint32_t halted;
    uint64_t budget;
    struct exit exit;
    const struct scripted_exit *script;
    uint64_t *answers;
    uint8_t port_devices[PORTS];
    struct device *devices[PORT_DEVICES];
    uint64_t starts[RANGES];
    struct range ranges[RANGES];
    uint32_t range_count;
    uint32_t device_count;
    struct device all[PORT_DEVICES];
};

/* Eight kinds of device, each with functions of its own: a stream that uses several cannot be predicted like one. */
#define KIND(n)                                                                                                    \
    __attribute__((noinline)) static uint64_t read_##n(struct device *device, uint64_t where, int size)            \
    {                                                                                                              \
        return device->salt + where + (uint64_t)size + n;                                                          \
    }                                                                                                              \
    __attribute__((noinline)) static void write_##n(struct device *device, uint64_t where, int size, uint64_t value) \
    {                                                                                                              \
        device->sum += value + where + (uint64_t)size + n;                                                         \
    }

KIND(0)
KIND(1)
KIND(2)
KIND(3)
KIND(4)
KIND(5)
KIND(6)
KIND(7)

static const struct device kinds[8] = {
    { read_0, write_0, 0, 0 }, { read_1, write_1, 0, 0 }, { read_2, write_2, 0, 0 }, { read_3, write_3, 0, 0 },
    { read_4, write_4, 0, 0 }, { read_5, write_5, 0, 0 }, { read_6, write_6, 0, 0 }, { read_7, write_7, 0, 0 },
};

void *loop_create(uint32_t options)
{
    struct loop *loop = aligned_alloc(128, (sizeof *loop + 127) & ~(size_t)127);
    memset(loop, 0, sizeof *loop);
    loop->options = options;
    loop->state = FROZEN;
    loop->range_count = 1; /* the search always ends on an element */
    loop->device_count = 1;
    return loop;
}

void loop_destroy(struct loop *loop)
{
    free(loop->answers);
    free(loop);
}

void loop_load(struct loop *loop, const struct scripted_exit *script, uint32_t length)
{
    loop->script = script;
    loop->length = length;
    loop->answers = calloc(length, sizeof *loop->answers);
}

static struct device *add_device(struct loop *loop, uint32_t kind, uint64_t salt)
{
    struct device *device = &loop->all[loop->device_count++];
    *device = kinds[kind % 8];
    device->salt = salt;
    return device;
}

void loop_map_ports(struct loop *loop, uint32_t first, uint32_t count, uint32_t kind, uint64_t salt)
{
    uint32_t number = loop->device_count;
    loop->devices[number] = add_device(loop, kind, salt);
    memset(loop->port_devices + first, (int)number, count);
}

/* In ascending order. */
void loop_map_mmio(struct loop *loop, uint64_t start, uint64_t length, uint32_t kind, uint64_t salt)
{
    loop->starts[loop->range_count] = start;
    loop->ranges[loop->range_count++] = (struct range) { start, length, add_device(loop, kind, salt) };
}

#define ALWAYS_INLINE static inline __attribute__((always_inline))

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

/* As in upstream.c. */
__attribute__((noinline)) static int set_state(struct loop *loop, uint32_t state)
{
    uint32_t free_word = 0;
    while (!__atomic_compare_exchange_n(&loop->spin, &free_word, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        free_word = 0;
    }

    int legal = is_legal(loop->state, state);
    if (legal) {
        loop->state = state;
        loop->host_cpu = state == RUNNING ? 0 : -1;
    }

    __atomic_store_n(&loop->spin, 0, __ATOMIC_RELEASE);
    return legal;
}

ALWAYS_INLINE uint32_t say_running(struct loop *loop)
{
    if (loop->options & OPTION_UPSTREAM) {
        set_state(loop, RUNNING);
    } else {
        __atomic_exchange_n(&loop->state, RUNNING, __ATOMIC_SEQ_CST);
    }

    return __atomic_load_n(&loop->requests, __ATOMIC_ACQUIRE);
}

ALWAYS_INLINE void say_frozen(struct loop *loop)
{
    if (loop->options & OPTION_UPSTREAM) {
        set_state(loop, FROZEN);
    } else {
        __atomic_store_n(&loop->state, FROZEN, __ATOMIC_RELEASE);
    }
}

ALWAYS_INLINE void play(struct loop *loop)
{
    struct exit *exit = &loop->exit;
    uint32_t position = loop->position;
    if (position != 0) {
        loop->answers[position - 1] = exit->data;
    }

    const struct scripted_exit *next = &loop->script[position];
    exit->reason = next->reason;
    exit->size = (uint8_t)next->size;
    exit->port = (uint16_t)next->port;
    exit->address = next->address;
    exit->data = next->data;
    exit->flags = 0;
    exit->detail = 0;
    loop->position = position + 1;
    loop->budget--;
    if (next->reason == HALT) {
        loop->halted = 1;
    }
}

ALWAYS_INLINE void enter_script(struct loop *loop)
{
    if (loop->budget == 0 || loop->halted) {
        loop->exit.reason = INTERRUPTED;
        return;
    }

    if (loop->position >= loop->length) {
        loop->answers[loop->length - 1] = loop->exit.data;
        loop->position = 0;
    }

    play(loop);
}

ALWAYS_INLINE struct range *find_range(struct loop *loop, uint64_t address)
{
    uint32_t found = 0;
    for (uint32_t length = loop->range_count; length > 1;) {
        uint32_t half = length >> 1;
        found = loop->starts[found + half] <= address ? found + half : found;
        length -= half;
    }

    return &loop->ranges[found];
}

ALWAYS_INLINE uint64_t all_ones(uint8_t size)
{
    return ~0ull >> (64 - 8 * size);
}

ALWAYS_INLINE int handle(struct loop *loop, struct exit *exit)
{
    struct device *device;
    struct range *range;
    switch (exit->reason) {
    case PORT_OUT:
        device = loop->devices[loop->port_devices[exit->port]];
        if (!device) {
            return 0;
        }

        device->write(device, exit->port, exit->size, (uint32_t)exit->data);
        return 1;

    case PORT_IN:
        device = loop->devices[loop->port_devices[exit->port]];
        if (!device) {
            return 0;
        }

        exit->data = device->read(device, exit->port, exit->size) & all_ones(exit->size);
        return 1;

    case MMIO_WRITE:
        range = find_range(loop, exit->address);
        if (exit->address - range->start >= range->length || range->length - (exit->address - range->start) < exit->size) {
            return 0;
        }

        range->device->write(range->device, exit->address - range->start, exit->size, exit->data);
        return 1;

    case MMIO_READ:
        range = find_range(loop, exit->address);
        if (exit->address - range->start >= range->length || range->length - (exit->address - range->start) < exit->size) {
            return 0;
        }

        exit->data = range->device->read(range->device, exit->address - range->start, exit->size) & all_ones(exit->size);
        return 1;

    default:
        return 0;
    }
}

static uint64_t take_sums(struct loop *loop)
{
    uint64_t sum = 0;
    for (uint32_t i = 1; i < loop->device_count; i++) {
        sum += loop->all[i].sum;
        loop->all[i].sum = 0;
    }

    return sum;
}

uint64_t loop_run(struct loop *loop, int64_t count)
{
    loop->position = 0;
    loop->budget = (uint64_t)count;
    do {
        __atomic_store_n(&loop->kicked, 0, __ATOMIC_RELEASE);
        if (say_running(loop) != 0) {
            say_frozen(loop);
            break;
        }

        enter_script(loop);
        say_frozen(loop);
    } while (handle(loop, &loop->exit));

    return take_sums(loop);
}

#if defined(__linux__)
/* A guest that writes to one port for ever. */
uint64_t loop_run_kvm(struct loop *loop, int64_t count, int vcpu, struct kvm_run *run)
{
    struct exit *exit = &loop->exit;
    for (int64_t i = 0; i < count; i++) {
        __atomic_store_n(&run->immediate_exit, 0, __ATOMIC_RELEASE);
        if (say_running(loop) != 0) {
            say_frozen(loop);
            break;
        }

        int result = ioctl(vcpu, KVM_RUN, 0);
        say_frozen(loop);
        if (result < 0 && errno == EINTR) {
            i--; /* a signal to this thread, such as that of a child's end, is no exit */
            continue;
        }

        if (result < 0 || run->exit_reason != KVM_EXIT_IO) {
            break; /* which the sums show */
        }

        void *data = (char *)run + run->io.data_offset;
        exit->reason = run->io.direction == KVM_EXIT_IO_OUT ? PORT_OUT : PORT_IN;
        exit->size = run->io.size;
        exit->port = run->io.port;
        exit->data = run->io.size == 1 ? *(uint8_t *)data : run->io.size == 2 ? *(uint16_t *)data : *(uint32_t *)data;
        if (!handle(loop, exit)) {
            break;
        }
    }

    return take_sums(loop);
}
#endif
