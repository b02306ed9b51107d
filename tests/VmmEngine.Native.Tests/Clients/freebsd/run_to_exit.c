/* A guest with 64 MiB of memory runs to its exits, and each says what it should. */
#include "freebsd_guest.h"

#define DEVICE_ADDRESS 0x5000000u /* behind the guest's memory */

static void widen_data_segment(const struct guest *guest)
{
    struct vm_seg_desc descriptor = { .regnum = VM_REG_GUEST_DS, .desc = { .limit = UINT32_MAX, .access = 0x8093 } };
    EXPECT_EQ(0, guest_ioctl(guest, VM_SET_SEGMENT_DESCRIPTOR, &descriptor));
}

static void an_output_carries_its_value(void)
{
    static const uint8_t code[] = {
        0xB0, 0x41,                         /* mov al, 41h     */
        0xE6, 0x10,                         /* out 10h, al     */
        0x66, 0xBA, 0x20, 0x30, 0x00, 0x00, /* mov edx, 3020h  */
        0xB8, 0x34, 0x12,                   /* mov ax, 1234h   */
        0xEF,                               /* out dx, ax      */
        0xF4,                               /* hlt             */
    };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "output", code, sizeof code);

    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
    EXPECT_EQ(2, vmexit.inst_length);
    EXPECT_EQ(GUEST_START + 2, vmexit.rip);
    EXPECT_EQ(0, vmexit.u.inout.in);
    EXPECT_EQ(0, vmexit.u.inout.string);
    EXPECT_EQ(1, vmexit.u.inout.bytes);
    EXPECT_EQ(0x10, vmexit.u.inout.port);
    EXPECT_EQ(0x41, vmexit.u.inout.eax & 0xFF);
    EXPECT_EQ(GUEST_START + 2, guest_get(&guest, VM_REG_GUEST_RIP));

    /* The next run goes on behind the instruction by itself. */
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(2, vmexit.u.inout.bytes);
    EXPECT_EQ(0x3020, vmexit.u.inout.port);
    EXPECT_EQ(0x1234, vmexit.u.inout.eax & 0xFFFF);
    guest_close(&guest);
}

static void an_input_is_what_the_client_puts_into_the_accumulator(void)
{
    static const uint8_t code[] = {
        0xE4, 0x60, /* in al, 60h  */
        0x88, 0xC3, /* mov bl, al  */
        0xE6, 0x62, /* out 62h, al */
        0xF4,       /* hlt         */
    };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "input", code, sizeof code);

    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(1, vmexit.u.inout.in);
    EXPECT_EQ(0x60, vmexit.u.inout.port);
    guest_set(&guest, VM_REG_GUEST_RAX, 0x99);

    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x62, vmexit.u.inout.port);
    EXPECT_EQ(0x99, vmexit.u.inout.eax);
    EXPECT_EQ(0x99, guest_get(&guest, VM_REG_GUEST_RBX) & 0xFF);
    guest_close(&guest);
}

static void the_last_byte_of_memory_is_the_guests_and_the_next_is_not(void)
{
    static const uint8_t code[] = {
        0x67, 0xC6, 0x05, 0xFF, 0xFF, 0xFF, 0x03, 0x5A, /* mov byte [3FFFFFFh], 5Ah */
        0x67, 0x8A, 0x0D, 0x00, 0x00, 0x00, 0x05,       /* mov cl, [5000000h]       */
        0x88, 0xC8,                                     /* mov al, cl               */
        0xE6, 0x10,                                     /* out 10h, al              */
        0xF4,                                           /* hlt                      */
    };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "edge", code, sizeof code);
    widen_data_segment(&guest);

    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x5A, guest.memory[GUEST_MEMORY - 1]);
    EXPECT_EQ(VM_EXITCODE_INST_EMUL, vmexit.exitcode);
    EXPECT_EQ(7, vmexit.inst_length);
    EXPECT_EQ(DEVICE_ADDRESS, vmexit.u.inst_emul.gpa);
    EXPECT_EQ(CPU_MODE_REAL, vmexit.u.inst_emul.paging.cpu_mode);
    EXPECT_EQ(1, vmexit.u.inst_emul.vie.decoded);
    EXPECT_EQ(0x8A, vmexit.u.inst_emul.vie.op.op_byte);

    /* The client carries the read out. */
    guest_set(&guest, VM_REG_GUEST_RCX, 0x77);
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
    EXPECT_EQ(0x77, vmexit.u.inout.eax & 0xFF);
    guest_close(&guest);
}

static void a_halt_that_nothing_can_end_suspends(void)
{
    static const uint8_t code[] = { 0xFA, 0xF4 }; /* cli; hlt */
    struct vm_capability halt_exit = { .captype = VM_CAP_HALT_EXIT, .capval = 1 };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "halt", code, sizeof code);
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SET_CAPABILITY, &halt_exit));

    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_SUSPENDED, vmexit.exitcode);
    EXPECT_EQ(VM_SUSPEND_HALT, vmexit.u.suspended.how);
    guest_close(&guest);
}

static void an_injected_exception_goes_through_the_guests_table(void)
{
    static const uint8_t code[] = { 0xEB, 0xFE };                /* jmp $       */
    static const uint8_t handler[] = { 0xE6, 0x13 };             /* out 13h, al */
    static const uint8_t vector[] = { 0x00, 0x20, 0x00, 0x00 }; /* 0:2000h     */
    struct vm_exception undefined = { .vector = 6 };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "exception", code, sizeof code);
    memcpy(guest.memory + 0x2000, handler, sizeof handler);
    memcpy(guest.memory + 6 * sizeof vector, vector, sizeof vector);

    EXPECT_EQ(0, guest_ioctl(&guest, VM_INJECT_EXCEPTION, &undefined));
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
    EXPECT_EQ(0x13, vmexit.u.inout.port);
    guest_close(&guest);
}

static void a_reset_begins_anew_and_keeps_memory(void)
{
    static const uint8_t code[] = { 0xE6, 0x10, 0xF4 }; /* out 10h, al; hlt */
    struct vm_suspend reset = { .how = VM_SUSPEND_RESET };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "reset", code, sizeof code);
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));

    EXPECT_EQ(-EBUSY, guest_ioctl(&guest, VM_REINIT, NULL));
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SUSPEND, &reset));
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_SUSPENDED, vmexit.exitcode);
    EXPECT_EQ(VM_SUSPEND_RESET, vmexit.u.suspended.how);
    EXPECT_EQ(-EINVAL, guest_try_run(&guest, &vmexit));

    EXPECT_EQ(0, guest_ioctl(&guest, VM_REINIT, NULL));
    EXPECT_EQ(0xE6, guest.memory[GUEST_START]);
    guest_begin(&guest);
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x10, vmexit.u.inout.port);
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(
        CASE(an_output_carries_its_value),
        CASE(an_input_is_what_the_client_puts_into_the_accumulator),
        CASE(the_last_byte_of_memory_is_the_guests_and_the_next_is_not),
        CASE(a_halt_that_nothing_can_end_suspends),
        CASE(an_injected_exception_goes_through_the_guests_table),
        CASE(a_reset_begins_anew_and_keeps_memory));
}
