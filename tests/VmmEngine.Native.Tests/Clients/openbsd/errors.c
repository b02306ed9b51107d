/* Every error of OpenBSD's commands that its documentation names, and the answers that it gives in place of errors. */
#include "openbsd_guest.h"

static const uint8_t halt[] = { 0xF4 }; /* hlt, with interrupts off: an end */
static struct guest guest;

static int create(struct vm_create_params *params)
{
    int error = guest_ioctl(&guest, VMM_IOC_CREATE, params);
    EXPECT_EQ(error != 0, params->vcp_id == 0); /* an error writes nothing back */
    return error;
}

static int create_with(size_t ncpus, size_t nmemranges)
{
    struct vm_create_params params = guest_params("refused");
    params.vcp_ncpus = ncpus;
    params.vcp_nmemranges = nmemranges;
    return create(&params);
}

static int create_in(struct vm_mem_range range)
{
    struct vm_create_params params = guest_params("refused");
    range.vmr_va = params.vcp_memranges[0].vmr_va;
    params.vcp_memranges[0] = range;
    return create(&params);
}

static void creation(void)
{
    EXPECT_EQ(-EINVAL, create_with(0, 1));
    EXPECT_EQ(-EINVAL, create_with(2, 1));
    EXPECT_EQ(-EINVAL, create_with(1, 0));
    EXPECT_EQ(-EINVAL, create_with(1, VMM_MAX_MEM_RANGES + 1));
    EXPECT_EQ(-EINVAL, create_with(1, SIZE_MAX));
    EXPECT_EQ(-EINVAL, create_in((struct vm_mem_range){ .vmr_size = 0 }));
    EXPECT_EQ(-EINVAL, create_in((struct vm_mem_range){ .vmr_size = 4097 }));
    EXPECT_EQ(-EINVAL, create_in((struct vm_mem_range){ .vmr_gpa = 1, .vmr_size = 4096 }));
    EXPECT_EQ(-EINVAL, create_in((struct vm_mem_range){ .vmr_gpa = 0x2000000000, .vmr_size = 4096 }));
    EXPECT_EQ(-EINVAL, create_in((struct vm_mem_range){ .vmr_gpa = 0x1000000000, .vmr_size = 0x1000001000 }));
    EXPECT_EQ(-EINVAL, create_in((struct vm_mem_range){ .vmr_size = 4096, .vmr_type = VM_MEM_MMIO })); /* no memory at all */

    struct vm_create_params overlapping = guest_params("refused");
    overlapping.vcp_nmemranges = 2;
    overlapping.vcp_memranges[1] = overlapping.vcp_memranges[0];
    EXPECT_EQ(-EINVAL, create(&overlapping));
}

#ifndef VMM_OPENBSD_NEWER
static void addresses_that_are_not_the_clients(void)
{
    static const uint64_t addresses[] = { 0, 1, 0x7FFFFFFFF000, 0x8000000000000000, UINT64_MAX - 4095 };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct vm_create_params params = guest_params("refused");
        munmap((void *)(uintptr_t)params.vcp_memranges[0].vmr_va, GUEST_MEMORY);
        params.vcp_memranges[0].vmr_va = addresses[i];
        EXPECT_EQ(-EINVAL, create(&params));
    }
}

static void protection(void)
{
#define PROTECT(...) guest_ioctl(&guest, VMM_IOC_MPROTECT_EPT, &(struct vm_mprotect_ept_params){ .vmep_vm_id = guest.id, __VA_ARGS__ })
    EXPECT_EQ(0, PROTECT(.vmep_sgpa = 0x2000, .vmep_size = 4096, .vmep_prot = 5));
    EXPECT_EQ(0, PROTECT(.vmep_sgpa = 0x2000, .vmep_size = 4096, .vmep_prot = 7));
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = 0x2000, .vmep_size = 4096, .vmep_prot = 2)); /* write alone */
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = 0x2000, .vmep_size = 4096, .vmep_prot = 0));
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = 0x2001, .vmep_size = 4096, .vmep_prot = 5));
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = 0x2000, .vmep_size = 1, .vmep_prot = 5));
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = 0x2000, .vmep_size = 0, .vmep_prot = 5));
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = GUEST_MEMORY, .vmep_size = 4096, .vmep_prot = 5));
    EXPECT_EQ(-EINVAL, PROTECT(.vmep_sgpa = 0xF0000000, .vmep_size = 4096, .vmep_prot = 5));
    EXPECT_EQ(-ENOENT, PROTECT(.vmep_vcpu_id = 1, .vmep_sgpa = 0x2000, .vmep_size = 4096, .vmep_prot = 5));
}
#endif

/* Every command that names a VM, and every one that names a vCPU. */
static void vms_and_vcpus_that_are_not_there(void)
{
    const uint32_t vms[] = { 0, guest.id + 1000, UINT32_MAX };
    for (size_t i = 0; i < sizeof vms / sizeof *vms; i++) {
        struct guest other = { .device = guest.device, .id = vms[i] };
        struct vm_exit vmexit = { 0 };
        EXPECT_EQ(-ENOENT, guest_terminate(&other));
        EXPECT_EQ(-ENOENT, guest_reset(&other, real_mode(0, 0, 0)));
        EXPECT_EQ(-ENOENT, guest_try_run(&other, &(struct vm_run_params){ 0 }, &vmexit, 0));
        EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_INTR, &(struct vm_intr_params){ .vip_vm_id = vms[i] }));
        EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_READREGS, &(struct vm_rwregs_params){ .vrwp_vm_id = vms[i] }));
        EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_WRITEREGS, &(struct vm_rwregs_params){ .vrwp_vm_id = vms[i] }));
        EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_READVMPARAMS, &(struct vm_rwvmparams_params){ .vpp_vm_id = vms[i] }));
        EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_WRITEVMPARAMS, &(struct vm_rwvmparams_params){ .vpp_vm_id = vms[i] }));
        EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_SHAREMEM, &(struct vm_sharemem_params){ .vsp_vm_id = vms[i] }));
    }

    struct vm_exit vmexit = { 0 };
    EXPECT_EQ(-ENOENT, guest_try_run(&guest, &(struct vm_run_params){ .vrp_vcpu_id = 1 }, &vmexit, 0));
    EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_INTR, &(struct vm_intr_params){ .vip_vm_id = guest.id, .vip_vcpu_id = 1 }));
    EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VMM_IOC_READREGS, &(struct vm_rwregs_params){ .vrwp_vm_id = guest.id, .vrwp_vcpu_id = 64 }));
}

static void the_other_revisions_words(void)
{
    char room[4096] = { 0 };
#ifdef VMM_OPENBSD_NEWER
    const size_t sizes[] = { 599, 48 + 4, 528 - 8 };
#else
    const size_t sizes[] = { 2656 - 4, 40 + 4, 656 - 8 };
#endif
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, BSD_IOC(BSD_IOC_INOUT, 'V', 1, sizes[0]), room));
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, BSD_IOC(BSD_IOC_INOUT, 'V', 2, sizes[1]), room));
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, BSD_IOC(BSD_IOC_IN, 'V', 11, sizes[2]), room));
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, BSD_IOC(BSD_IOC_INOUT, 'V', 12, 16), room));
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, BSD_IOC(BSD_IOC_INOUT, 'V', 3, 4097), room)); /* larger than a page */
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, BSD_IO('V', 4), NULL));
    EXPECT_EQ(-ENOTTY, guest_ioctl(&guest, 0, NULL));
}

/* Upstream loses the error, and so does the device unless it is told not to. */
static void sharing_other_ranges_is_no_error(void)
{
    struct vm_sharemem_params share = { .vsp_vm_id = guest.id, .vsp_nmemranges = 1 };
    share.vsp_memranges[0] = (struct vm_mem_range){ .vmr_size = 4096 };
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_SHAREMEM, &share));
}

static void unknown_groups_of_registers_are_ignored(void)
{
    struct vm_rwregs_params regs = { .vrwp_vm_id = guest.id, .vrwp_mask = 0x100, .vrwp_regs.vrs_gprs[VCPU_REGS_RIP] = 7 };
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_READREGS, &regs));
    EXPECT_EQ(7, regs.vrwp_regs.vrs_gprs[VCPU_REGS_RIP]);
}

/* Last: nothing but TERM is left for a vCPU that has ended. */
static void a_vcpu_that_ended(void)
{
    struct vm_exit vmexit = { 0 };
    struct vm_run_params run = { 0 };
    int error;
    do {
        error = guest_try_run(&guest, &run, &vmexit, 0);
    } while (error == 0 && run.vrp_exit_reason == VM_EXIT_NONE);

    EXPECT_EQ(-EIO, error);
    EXPECT_EQ(-EBUSY, guest_try_run(&guest, &run, &vmexit, 0));
    EXPECT_EQ(-EBUSY, guest_reset(&guest, real_mode(0, 0, GUEST_START)));
    struct vm_rwregs_params regs = { .vrwp_vm_id = guest.id, .vrwp_mask = VM_RWREGS_ALL };
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_READREGS, &regs));
}

int main(void)
{
    guest_open(&guest, "errors", halt, sizeof halt);
    int status = RUN_CASES(
        CASE(creation),
#ifndef VMM_OPENBSD_NEWER
        CASE(addresses_that_are_not_the_clients),
        CASE(protection),
#endif
        CASE(vms_and_vcpus_that_are_not_there),
        CASE(the_other_revisions_words),
        CASE(sharing_other_ranges_is_no_error),
        CASE(unknown_groups_of_registers_are_ignored),
        CASE(a_vcpu_that_ended));
    guest_close(&guest);
    return atomic_load(&check_failures) == 0 ? status : EXIT_FAILURE;
}
