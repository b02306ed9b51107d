/* Registers and parameters of a stopped vCPU: what is written is read, and a group that is not asked for stays as it was passed. */
#include "openbsd_guest.h"

static const uint8_t input[] = { 0xE4, 0x10, 0xE4, 0x11 }; /* in al, 10h; in al, 11h */

static void what_is_written_is_read(void)
{
    struct guest guest;
    guest_open(&guest, "registers", input, sizeof input);
    struct vm_rwregs_params written = {
        .vrwp_vm_id = guest.id,
        .vrwp_mask = VM_RWREGS_ALL,
        .vrwp_regs = real_mode(0x100, 0x1000, 0x10),
    };
    for (int i = 0; i < 16; i++)
        written.vrwp_regs.vrs_gprs[i] = 0x0123456789ABCD00 + (uint64_t)i;
    written.vrwp_regs.vrs_crs[VCPU_REGS_CR3] = 0x5000;
    written.vrwp_regs.vrs_msrs[VCPU_REGS_LSTAR] = 0xFFFF800000001000;
    written.vrwp_regs.vrs_drs[VCPU_REGS_DR1] = 0x7777;
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_WRITEREGS, &written));

    struct vm_rwregs_params read = { .vrwp_vm_id = guest.id, .vrwp_mask = VM_RWREGS_ALL };
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_READREGS, &read));
    read.vrwp_regs.vrs_crs[VCPU_REGS_XCR0] = 0; /* the processor's own */
    EXPECT_EQ(0, memcmp(&written.vrwp_regs.vrs_gprs, &read.vrwp_regs.vrs_gprs, sizeof read.vrwp_regs.vrs_gprs));
    EXPECT_EQ(0, memcmp(&written.vrwp_regs.vrs_crs, &read.vrwp_regs.vrs_crs, sizeof read.vrwp_regs.vrs_crs));
    EXPECT_EQ(0, memcmp(&written.vrwp_regs.vrs_msrs, &read.vrwp_regs.vrs_msrs, sizeof read.vrwp_regs.vrs_msrs));
    EXPECT_EQ(0, memcmp(&written.vrwp_regs.vrs_drs, &read.vrwp_regs.vrs_drs, sizeof read.vrwp_regs.vrs_drs));
    EXPECT_EQ(0x1000, read.vrwp_regs.vrs_sregs[VCPU_REGS_CS].vsi_base);
    EXPECT_EQ(0x100, read.vrwp_regs.vrs_sregs[VCPU_REGS_CS].vsi_sel);

    struct vm_rwregs_params general = { .vrwp_vm_id = guest.id, .vrwp_mask = VM_RWREGS_GPRS, .vrwp_regs.vrs_crs = { 7 } };
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_READREGS, &general));
    EXPECT_EQ(0x0123456789ABCD0F, general.vrwp_regs.vrs_gprs[VCPU_REGS_R15]);
    EXPECT_EQ(7, general.vrwp_regs.vrs_crs[0]);
    guest_close(&guest);
}

/* The guest's clock record: an even version, which grows with every entry, and a time that does not go back. */
static void the_clock_goes_on_with_every_entry(void)
{
    enum { PAGE = 0x4000, TIME = 16 };
    struct guest guest;
    struct vm_exit vmexit = { 0 };
    struct vm_rwvmparams_params clock = {
        .vpp_mask = VM_RWVMPARAMS_ALL,
        .vpp_pvclock_system_gpa = PAGE | 1,
        .vpp_pvclock_version = 6,
    };
    guest_open(&guest, "clock", input, sizeof input);
    clock.vpp_vm_id = guest.id;
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_WRITEVMPARAMS, &clock));

    EXPECT_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, nothing));
    uint32_t version = *guest_word(&guest, PAGE);
    uint64_t first, second;
    memcpy(&first, guest.memory + PAGE + TIME, sizeof first);
    EXPECT_EQ(0, version % 2);
    EXPECT(version > 6);
    EXPECT(first != 0);

    EXPECT_EQ(VMX_EXIT_IO, guest_continue(&guest, &vmexit));
    memcpy(&second, guest.memory + PAGE + TIME, sizeof second);
    EXPECT(*guest_word(&guest, PAGE) > version);
    EXPECT(second >= first);

    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_READVMPARAMS, &clock));
    EXPECT_EQ(PAGE | 1, clock.vpp_pvclock_system_gpa);
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(CASE(what_is_written_is_read), CASE(the_clock_goes_on_with_every_entry));
}
