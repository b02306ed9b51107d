/*
 * The life of a VM of OpenBSD's interface: created, its memory shared, reported, reset to real mode at the reset vector, run into IN and
 * INS, interrupted by an exception, terminated, unmapped.
 */
#include "openbsd_guest.h"

static const uint8_t reset_vector[] = { 0xEA, 0x00, 0x10, 0x00, 0x00 }; /* jmp 0:1000h */

static const uint8_t code[] = {
    0xE4, 0x60,       /* 1000: in al, 60h         */
    0xA2, 0x00, 0x20, /*       mov [2000h], al    */
    0xBA, 0xF8, 0x03, /*       mov dx, 3F8h       */
    0xBF, 0x00, 0x21, /*       mov di, 2100h      */
    0xB9, 0x03, 0x00, /*       mov cx, 3          */
    0x6C,             /* 100E: insb               */
    0xF3, 0x6C,       /* 100F: rep insb           */
    0x90,             /* 1011: nop                */
    0xEB, 0xFD,       /*       jmp to the nop     */
};

/* Pushes go down from the stack's start; FLAGS, CS and IP lie there when the handler runs, and nothing else in real mode. */
static const uint8_t handler[] = {
    0xE6, 0x77, /* 3000: out 77h, al */
    0xCF,       /*       iret        */
};

static const uint8_t after_handler[] = { 0xE6, 0x78 }; /* out 78h, al */

static void share_memory(const struct guest *guest)
{
    struct vm_sharemem_params share = { .vsp_vm_id = guest->id, .vsp_nmemranges = 1 };
    share.vsp_memranges[0] = (struct vm_mem_range){ .vmr_size = GUEST_MEMORY };
#ifdef VMM_OPENBSD_NEWER
    REQUIRE_EQ(0, guest_ioctl(guest, VMM_IOC_SHAREMEM, &share));
    uint8_t *second = (uint8_t *)(uintptr_t)share.vsp_va[0];
    REQUIRE(second != NULL);
#else
    uint8_t *second = map_pages(GUEST_MEMORY);
    share.vsp_memranges[0].vmr_va = (uintptr_t)second;
    REQUIRE_EQ(0, guest_ioctl(guest, VMM_IOC_SHAREMEM, &share));
#endif

    EXPECT(second != guest->memory);
    EXPECT_EQ(code[0], second[GUEST_START]);
    second[0x5000] = 0x5A;
    EXPECT_EQ(0x5A, guest->memory[0x5000]);
    guest->memory[0x5001] = 0xA5;
    EXPECT_EQ(0xA5, second[0x5001]);
    EXPECT_EQ(0, munmap(second, GUEST_MEMORY));
    EXPECT_EQ(0x5A, guest->memory[0x5000]);
}

static void expect_info(const struct guest *guest)
{
    struct vm_info_result result;
    struct vm_info_params info = { 0 };
    EXPECT_EQ(0, guest_ioctl(guest, VMM_IOC_INFO, &info)); /* too little room: how much it takes */
    EXPECT_EQ(sizeof result, info.vip_size);
    EXPECT_EQ(0, info.vip_info_ct);

    info.vip_info = &result;
    REQUIRE_EQ(0, guest_ioctl(guest, VMM_IOC_INFO, &info));
    EXPECT_EQ(1, info.vip_info_ct);
    EXPECT_EQ(guest->id, result.vir_id);
    EXPECT_EQ(GUEST_MEMORY, result.vir_memory_size);
    EXPECT_EQ(1, result.vir_ncpus);
    EXPECT_EQ(VCPU_STATE_STOPPED, result.vir_vcpu_state[0]);
    EXPECT_EQ(VCPU_STATE_UNKNOWN, result.vir_vcpu_state[1]);
    EXPECT_EQ(getpid(), result.vir_creator_pid);
    EXPECT_EQ(0, strcmp("sequence", result.vir_name));
}

static void run_into_in(const struct guest *guest, struct vm_exit *vmexit)
{
    REQUIRE_EQ(VMX_EXIT_IO, guest_run(guest, vmexit, 0, nothing));
    EXPECT_EQ(VEI_DIR_IN, vmexit->u.vei.vei_dir);
    EXPECT_EQ(1, vmexit->u.vei.vei_size);
    EXPECT_EQ(0, vmexit->u.vei.vei_string);
    EXPECT_EQ(0x60, vmexit->u.vei.vei_port);
    EXPECT_EQ(2, vmexit->u.vei.vei_insn_len);
    EXPECT_EQ(GUEST_START, vmexit->vrs.vrs_gprs[VCPU_REGS_RIP]); /* the client moves on */
    EXPECT_EQ(0, vmexit->vrs.vrs_sregs[VCPU_REGS_CS].vsi_sel);
    vmexit->u.vei.vei_data = 0x42;
}

static void set_index_and_count(const struct guest *guest, uint64_t rdi, uint64_t rcx)
{
    struct vm_rwregs_params regs = { .vrwp_vm_id = guest->id, .vrwp_mask = VM_RWREGS_GPRS };
    REQUIRE_EQ(0, guest_ioctl(guest, VMM_IOC_READREGS, &regs));
    regs.vrwp_regs.vrs_gprs[VCPU_REGS_RDI] = rdi;
    regs.vrwp_regs.vrs_gprs[VCPU_REGS_RCX] = rcx;
    REQUIRE_EQ(0, guest_ioctl(guest, VMM_IOC_WRITEREGS, &regs));
}

/* A string instruction is the client's whole: it stores, counts, and moves on. */
static void run_into_ins(const struct guest *guest, struct vm_exit *vmexit)
{
    REQUIRE_EQ(VMX_EXIT_IO, guest_continue(guest, vmexit));
    EXPECT_EQ(0x42, guest->memory[0x2000]);
    EXPECT_EQ(1, vmexit->u.vei.vei_string);
    EXPECT_EQ(0, vmexit->u.vei.vei_rep);
    EXPECT_EQ(VEI_DIR_IN, vmexit->u.vei.vei_dir);
    EXPECT_EQ(1, vmexit->u.vei.vei_size);
    EXPECT_EQ(0x3F8, vmexit->u.vei.vei_port);
    EXPECT_EQ(1, vmexit->u.vei.vei_insn_len);
    EXPECT_EQ(0x2100, vmexit->vrs.vrs_gprs[VCPU_REGS_RDI] & 0xFFFF);
    guest->memory[0x2100] = 'a';
    set_index_and_count(guest, 0x2101, 3);

    REQUIRE_EQ(VMX_EXIT_IO, guest_continue(guest, vmexit));
    EXPECT_EQ(1, vmexit->u.vei.vei_string);
    EXPECT_EQ(1, vmexit->u.vei.vei_rep);
    EXPECT_EQ(0x2101, vmexit->vrs.vrs_gprs[VCPU_REGS_RDI] & 0xFFFF);
    EXPECT_EQ(3, vmexit->vrs.vrs_gprs[VCPU_REGS_RCX] & 0xFFFF);
    memcpy(guest->memory + 0x2101, "bcd", 3);
    set_index_and_count(guest, 0x2104, 0);
    vmexit->vrs.vrs_gprs[VCPU_REGS_RIP] += vmexit->u.vei.vei_insn_len;
}

static void inject_exception(const struct guest *guest, struct vm_exit *vmexit)
{
    static const uint8_t vector[] = { 0x00, 0x30, 0x00, 0x00 }; /* 0:3000h */
    struct vcpu_inject_event protection = { .vie_type = VCPU_INJECT_EX, .vie_vector = VMM_EX_GP, .vie_errorcode = 0x1234 };
    memcpy(guest->memory + VMM_EX_GP * sizeof vector, vector, sizeof vector);
    memcpy(guest->memory + 0x3000, handler, sizeof handler);
    memcpy(guest->memory + 0x1011, after_handler, sizeof after_handler);

    REQUIRE_EQ(VMX_EXIT_IO, guest_run(guest, vmexit, 1, protection));
    EXPECT_EQ(0x77, vmexit->u.vei.vei_port);
    EXPECT_EQ(GUEST_STACK - 6, vmexit->vrs.vrs_gprs[VCPU_REGS_RSP]); /* no error code in real mode */
    EXPECT_EQ(0x11, guest->memory[GUEST_STACK - 6]);                  /* the way back: 1011h */
    EXPECT_EQ(0x10, guest->memory[GUEST_STACK - 5]);

    REQUIRE_EQ(VMX_EXIT_IO, guest_continue(guest, vmexit));
    EXPECT_EQ(0x78, vmexit->u.vei.vei_port);
    EXPECT_EQ(GUEST_STACK, vmexit->vrs.vrs_gprs[VCPU_REGS_RSP]);
}

static void a_vm_from_creation_to_its_end(void)
{
    struct guest guest;
    struct vm_exit vmexit = { 0 };
    guest_open(&guest, "sequence", code, sizeof code);
    share_memory(&guest);
    expect_info(&guest);

    memcpy(guest.memory + 0xFFFF0, reset_vector, sizeof reset_vector);
    REQUIRE_EQ(0, guest_reset(&guest, real_mode(0xF000, 0xF0000, 0xFFF0)));
    run_into_in(&guest, &vmexit);
    run_into_ins(&guest, &vmexit);
    EXPECT_EQ(0, memcmp("a", guest.memory + 0x2100, 1));
    inject_exception(&guest, &vmexit);

    EXPECT_EQ(0, guest_terminate(&guest));
    struct vm_run_params run = { 0 };
    EXPECT_EQ(-ENOENT, guest_try_run(&guest, &run, &vmexit, 0));
    EXPECT_EQ(-ENOENT, guest_terminate(&guest));
    EXPECT_EQ(code[0], guest.memory[GUEST_START]); /* the client's memory stays */
    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.device));
}

int main(void)
{
    return RUN_CASES(CASE(a_vm_from_creation_to_its_end));
}
