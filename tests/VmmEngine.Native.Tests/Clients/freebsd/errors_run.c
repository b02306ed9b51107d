/* Every error of VM_RUN: what the guest did could not be carried out, or what the client asked for could not be answered. */
#include "bad_pointers.h"
#include "freebsd_guest.h"

#define READ_ONLY 0x5000000u /* behind the guest's memory */

static void a_string_instruction_on_a_port_outside_64_bit_mode(void)
{
    static const uint8_t code[] = { 0x6E, 0xF4 }; /* outsb; hlt */
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "string", code, sizeof code);
    EXPECT_EQ(-EINVAL, guest_run(&guest, &vmexit));
    guest_close(&guest);
}

static void a_write_to_memory_that_the_guest_may_only_read(void)
{
    static const uint8_t code[] = { 0x67, 0xC6, 0x05, 0x00, 0x00, 0x00, 0x05, 0x5A, 0xF4 }; /* mov byte [5000000h], 5Ah; hlt */
    struct vm_memseg segment = { .segid = 1, .len = 4096 };
    struct vm_memmap map = { .gpa = READ_ONLY, .segid = 1, .len = 4096, .prot = VM_PROT_READ | VM_PROT_EXECUTE };
    struct vm_seg_desc data = { .regnum = VM_REG_GUEST_DS, .desc = { .limit = UINT32_MAX, .access = 0x8093 } };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "read-only", code, sizeof code);
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG, &segment));
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_MMAP_MEMSEG, &map));
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_SET_SEGMENT_DESCRIPTOR, &data));
    uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, guest.vm, READ_ONLY);
    REQUIRE(page != MAP_FAILED);

    page[0] = 0x11; /* the client may write what the guest may not */
    EXPECT_EQ(-EFAULT, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x11, page[0]);
    EXPECT_EQ(0, munmap(page, 4096));
    guest_close(&guest);
}

/* Upstream would have run the guest and lost the exit; the engine looks first, unless it is told to do as upstream. */
static void an_exit_that_cannot_be_written_is_not_lost(void)
{
    static const uint8_t code[] = {
        0xC6, 0x06, 0x00, 0x20, 0x01, /* mov byte [2000h], 1 */
        0xE6, 0x10,                   /* out 10h, al         */
    };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "kept", code, sizeof code);
    for (size_t i = 0; i < BAD_POINTERS; i++)
        EXPECT_EQ(-EFAULT, guest_try_run(&guest, bad_pointers[i]));
    EXPECT_EQ(-EFAULT, guest_try_run(&guest, read_only_page()));
    EXPECT_EQ(0, guest.memory[0x2000]);

    EXPECT_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x10, vmexit.u.inout.port);
    guest_close(&guest);
}

static void a_vcpu_that_is_suspended(void)
{
    static const uint8_t code[] = { 0xE6, 0x10 }; /* out 10h, al */
    struct vm_suspend triple_fault = { .how = VM_SUSPEND_TRIPLEFAULT };
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "suspended", code, sizeof code);
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SUSPEND, &triple_fault));
    EXPECT_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_SUSPENDED, vmexit.exitcode);
    EXPECT_EQ(VM_SUSPEND_TRIPLEFAULT, vmexit.u.suspended.how);
    EXPECT_EQ(-EINVAL, guest_run(&guest, &vmexit));
    guest_close(&guest);
}

int main(void)
{
    find_bad_pointers();
    return RUN_CASES(
        CASE(a_string_instruction_on_a_port_outside_64_bit_mode),
        CASE(a_write_to_memory_that_the_guest_may_only_read),
        CASE(an_exit_that_cannot_be_written_is_not_lost),
        CASE(a_vcpu_that_is_suspended));
}
