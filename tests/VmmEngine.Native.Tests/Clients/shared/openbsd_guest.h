/* A VM of OpenBSD's interface, of the revision whose structs the program sees: 1 MiB of memory at 0, one vCPU in real mode. */
#ifndef CLIENT_OPENBSD_GUEST_H
#define CLIENT_OPENBSD_GUEST_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vmmengine/openbsd.h>

#include "check.h"
#include "device.h"

#define GUEST_MEMORY ((size_t)1 << 20)
#define GUEST_START 0x1000
#define GUEST_STACK 0x8000

struct guest {
    int device;      /* /dev/vmm */
    uint32_t id;
    uint8_t *memory; /* the baseline's client brings it, the newer revision's gets it */
};

static inline int guest_ioctl(const struct guest *guest, unsigned long command, void *argument)
{
    return device_ioctl(guest->device, command, argument);
}

static inline void *map_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(pages != MAP_FAILED);
    return pages;
}

/* What CREATE wants to know of a guest. */
static inline struct vm_create_params guest_params(const char *name)
{
    struct vm_create_params create = { .vcp_ncpus = 1, .vcp_nmemranges = 1 };
    snprintf(create.vcp_name, sizeof create.vcp_name, "%s", name);
    create.vcp_memranges[0] = (struct vm_mem_range){ .vmr_size = GUEST_MEMORY };
#ifndef VMM_OPENBSD_NEWER
    create.vcp_memranges[0].vmr_va = (uintptr_t)map_pages(GUEST_MEMORY);
#endif
    return create;
}

static inline struct vcpu_segment_info segment(uint16_t selector, uint64_t base, uint32_t access)
{
    return (struct vcpu_segment_info){ .vsi_sel = selector, .vsi_base = base, .vsi_limit = 0xFFFF, .vsi_ar = access };
}

/* A processor in real mode with its code segment at an address. */
static inline struct vcpu_reg_state real_mode(uint16_t selector, uint64_t base, uint64_t rip)
{
    enum { DATA = 0x93, CODE = 0x9B, LDT = 0x82, BUSY_TSS = 0x8B };
    struct vcpu_reg_state state = {
        .vrs_gprs = { [VCPU_REGS_RIP] = rip, [VCPU_REGS_RSP] = GUEST_STACK, [VCPU_REGS_RFLAGS] = 0x2 },
        .vrs_crs = { [VCPU_REGS_CR0] = 0x10 },
        .vrs_drs = { [VCPU_REGS_DR6] = 0xFFFF0FF0, [VCPU_REGS_DR7] = 0x400 },
        .vrs_gdtr = segment(0, 0, 0),
        .vrs_idtr = segment(0, 0, 0),
    };
    for (int i = 0; i < VCPU_REGS_NSREGS; i++)
        state.vrs_sregs[i] = segment(0, 0, DATA);

    state.vrs_sregs[VCPU_REGS_CS] = segment(selector, base, CODE);
    state.vrs_sregs[VCPU_REGS_LDTR] = segment(0, 0, LDT);
    state.vrs_sregs[VCPU_REGS_TR] = segment(0, 0, BUSY_TSS);
    return state;
}

static inline int guest_reset(const struct guest *guest, struct vcpu_reg_state state)
{
    struct vm_resetcpu_params reset = { .vrp_vm_id = guest->id, .vrp_init_state = state };
    return guest_ioctl(guest, VMM_IOC_RESETCPU, &reset);
}

/* Creates a VM and puts its vCPU at the code. */
static inline void guest_open(struct guest *guest, const char *name, const uint8_t *code, size_t size)
{
    guest->device = device_open("/dev/vmm", O_RDWR);
    REQUIRE(guest->device >= 0);
    struct vm_create_params create = guest_params(name);
    REQUIRE_EQ(0, guest_ioctl(guest, VMM_IOC_CREATE, &create));
    guest->id = create.vcp_id;
    guest->memory = (uint8_t *)(uintptr_t)create.vcp_memranges[0].vmr_va;
    REQUIRE(guest->memory != NULL);
    memcpy(guest->memory + GUEST_START, code, size);
    REQUIRE_EQ(0, guest_reset(guest, real_mode(0, 0, GUEST_START)));
}

/* One VMM_IOC_RUN. The exit's registers are taken over if it answers an IN or OUT, which is the newer revision's only way. */
static inline int guest_try_run(const struct guest *guest, struct vm_run_params *run, struct vm_exit *vmexit, int answers)
{
    run->vrp_vm_id = guest->id;
    run->vrp_exit = vmexit;
#ifdef VMM_OPENBSD_NEWER
    (void)answers;
#else
    run->vrp_continue = answers != 0;
#endif
    return guest_ioctl(guest, VMM_IOC_RUN, run);
}

/* Runs to the next exit that needs help; an event to inject goes in with the first entry. */
static inline uint16_t guest_run(const struct guest *guest, struct vm_exit *vmexit, int answers, struct vcpu_inject_event event)
{
    struct vm_run_params run = { .vrp_inject = event };
    do {
        REQUIRE_EQ(0, guest_try_run(guest, &run, vmexit, answers));
        run.vrp_inject = (struct vcpu_inject_event){ 0 };
        answers = 0;
    } while (run.vrp_exit_reason == VM_EXIT_NONE);

    return run.vrp_exit_reason;
}

static const struct vcpu_inject_event nothing = { 0 };

/* Answers an IN or OUT, and goes on behind it. */
static inline uint16_t guest_continue(const struct guest *guest, struct vm_exit *vmexit)
{
    vmexit->vrs.vrs_gprs[VCPU_REGS_RIP] += vmexit->u.vei.vei_insn_len;
    return guest_run(guest, vmexit, 1, nothing);
}

static inline int guest_terminate(const struct guest *guest)
{
    struct vm_terminate_params terminate = { .vtp_vm_id = guest->id };
    return guest_ioctl(guest, VMM_IOC_TERM, &terminate);
}

/* Terminates the VM and lets go of everything. */
static inline void guest_close(struct guest *guest)
{
    EXPECT_EQ(0, guest_terminate(guest));
    EXPECT_EQ(0, munmap(guest->memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest->device));
}

static inline volatile uint32_t *guest_word(const struct guest *guest, size_t address)
{
    return (volatile uint32_t *)(guest->memory + address);
}

#endif
