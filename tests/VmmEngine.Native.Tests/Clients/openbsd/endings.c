/* How a guest's own doing ends its vCPU: for good, or until it is reset. */
#include "openbsd_guest.h"

enum { FLAT_DATA = 0xC093, FLAT_CODE = 0xC09B };

static uint8_t state_of(const struct guest *guest)
{
    struct vm_info_result result = { 0 };
    struct vm_info_params info = { .vip_size = sizeof result, .vip_info = &result };
    EXPECT_EQ(0, guest_ioctl(guest, VMM_IOC_INFO, &info));
    EXPECT_EQ(guest->id, result.vir_id);
    return result.vir_vcpu_state[0];
}

static struct vcpu_segment_info flat(uint16_t selector, uint32_t access)
{
    return (struct vcpu_segment_info){ .vsi_sel = selector, .vsi_limit = UINT32_MAX, .vsi_ar = access };
}

/* Runs to an exit or an error, which it answers. */
static int run_to_an_error(const struct guest *guest, uint16_t *reason)
{
    struct vm_exit vmexit = { 0 };
    struct vm_run_params run = { 0 };
    int error;
    do {
        error = guest_try_run(guest, &run, &vmexit, 0);
    } while (error == 0 && run.vrp_exit_reason == VM_EXIT_NONE);

    *reason = run.vrp_exit_reason;
    return error;
}

static void an_address_in_no_range_ends_it(void)
{
    static const uint8_t code[] = { 0x67, 0xA0, 0x00, 0x00, 0x20, 0x00 }; /* mov al, [200000h] */
    struct vcpu_reg_state state = real_mode(0, 0, GUEST_START);
    struct guest guest;
    uint16_t reason;
    guest_open(&guest, "nowhere", code, sizeof code);
    state.vrs_sregs[VCPU_REGS_DS] = flat(0, FLAT_DATA);
    REQUIRE_EQ(0, guest_reset(&guest, state));

    EXPECT_EQ(-EINVAL, run_to_an_error(&guest, &reason));
    EXPECT_EQ(VCPU_STATE_TERMINATED, state_of(&guest));
    EXPECT_EQ(-EBUSY, run_to_an_error(&guest, &reason));
    EXPECT_EQ(-EBUSY, guest_reset(&guest, state));
    guest_close(&guest);
}

static void a_triple_fault_is_an_exit_and_can_be_reset(void)
{
    static const uint8_t code[] = { 0x0F, 0x0B }; /* ud2, in protected mode with an interrupt table that has no entries */
    struct vcpu_reg_state state = real_mode(0, 0, GUEST_START);
    struct guest guest;
    uint16_t reason;
    guest_open(&guest, "triple", code, sizeof code);
    state.vrs_crs[VCPU_REGS_CR0] |= 1;
    state.vrs_sregs[VCPU_REGS_CS] = flat(8, FLAT_CODE);
    state.vrs_sregs[VCPU_REGS_SS] = flat(16, FLAT_DATA);
    state.vrs_idtr.vsi_limit = 0;
    REQUIRE_EQ(0, guest_reset(&guest, state));

    EXPECT_EQ(0, run_to_an_error(&guest, &reason));
    EXPECT_EQ(VMX_EXIT_TRIPLE_FAULT, reason);
    EXPECT_EQ(VCPU_STATE_STOPPED, state_of(&guest));

    static const uint8_t output[] = { 0xE6, 0x10 }; /* out 10h, al */
    memcpy(guest.memory + GUEST_START, output, sizeof output);
    EXPECT_EQ(0, guest_reset(&guest, real_mode(0, 0, GUEST_START)));
    EXPECT_EQ(0, run_to_an_error(&guest, &reason));
    EXPECT_EQ(VMX_EXIT_IO, reason);
    guest_close(&guest);
}

static void a_halt_that_an_interrupt_can_end_is_an_exit(void)
{
    static const uint8_t code[] = { 0xFB, 0xF4 }; /* sti; hlt */
    struct guest guest;
    uint16_t reason;
    guest_open(&guest, "halt", code, sizeof code);
    EXPECT_EQ(0, run_to_an_error(&guest, &reason));
    EXPECT_EQ(VMX_EXIT_HLT, reason);
    EXPECT_EQ(VCPU_STATE_STOPPED, state_of(&guest));
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(
        CASE(an_address_in_no_range_ends_it),
        CASE(a_triple_fault_is_an_exit_and_can_be_reset),
        CASE(a_halt_that_an_interrupt_can_end_is_an_exit));
}
