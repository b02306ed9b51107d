// Runs a raw memory image in long mode under Unicorn and prints the result register and the nanoseconds of processor time.
//   unicorn IMAGE LOAD-ADDRESS ENTRY CR3 STACK
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unicorn/unicorn.h>

#define MEMORY (64u << 20)
#define EXIT_PORT 0xF4

static void stop_at_exit_port(uc_engine *uc, uint32_t port, int size, uint32_t value, void *data)
{
    (void)size, (void)value, (void)data;
    if (port == EXIT_PORT)
        uc_emu_stop(uc);
}

static void check(uc_err error, const char *what)
{
    if (error != UC_ERR_OK) {
        fprintf(stderr, "unicorn: %s: %s\n", what, uc_strerror(error));
        exit(1);
    }
}

static void set(uc_engine *uc, int reg, uint64_t value)
{
    check(uc_reg_write(uc, reg, &value), "register");
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: unicorn IMAGE LOAD-ADDRESS ENTRY CR3 STACK\n");
        return 2;
    }

    uint64_t load = strtoull(argv[2], NULL, 0), entry = strtoull(argv[3], NULL, 0);
    uint8_t *memory = calloc(1, MEMORY);
    FILE *file = fopen(argv[1], "rb");
    if (!memory || !file || load >= MEMORY || fread(memory + load, 1, MEMORY - load, file) == 0) {
        fprintf(stderr, "unicorn: %s cannot be read\n", argv[1]);
        return 1;
    }

    uc_engine *uc;
    uc_hook hook;
    check(uc_open(UC_ARCH_X86, UC_MODE_64, &uc), "open");
    check(uc_mem_map_ptr(uc, 0, MEMORY, UC_PROT_ALL, memory), "memory");
    check(uc_hook_add(uc, &hook, UC_HOOK_INSN, (void *)stop_at_exit_port, NULL, 1, 0, UC_X86_INS_OUT), "hook");
    uc_x86_msr efer = { .rid = 0xC0000080, .value = 0x500 };
    set(uc, UC_X86_REG_CR3, strtoull(argv[4], NULL, 0));
    set(uc, UC_X86_REG_CR4, 0x620);
    check(uc_reg_write(uc, UC_X86_REG_MSR, &efer), "EFER");
    set(uc, UC_X86_REG_CR0, 0x80000011);
    set(uc, UC_X86_REG_RSP, strtoull(argv[5], NULL, 0));

    struct timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    check(uc_emu_start(uc, entry, 0, 0, 0), "run");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);

    uint64_t result = 0;
    uc_reg_read(uc, UC_X86_REG_RAX, &result);
    printf("%u %lld\n", (unsigned)(result & 0xFF), (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec);
    return 0;
}
