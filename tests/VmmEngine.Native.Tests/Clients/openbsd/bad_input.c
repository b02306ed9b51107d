/* Input that no sane client sends: nothing of it may do more than be refused. */
#include "bad_pointers.h"
#include "openbsd_guest.h"

static const uint8_t output[] = { 0xE6, 0x10 }; /* out 10h, al */
static struct guest guest;

static void arguments_that_are_nowhere(void)
{
    static const unsigned long commands[] = {
        VMM_IOC_CREATE, VMM_IOC_RUN, VMM_IOC_INFO, VMM_IOC_TERM, VMM_IOC_RESETCPU, VMM_IOC_INTR,
        VMM_IOC_READREGS, VMM_IOC_WRITEREGS, VMM_IOC_READVMPARAMS, VMM_IOC_WRITEVMPARAMS, VMM_IOC_SHAREMEM,
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        for (size_t j = 0; j < BAD_POINTERS; j++)
            EXPECT_EQ(-EFAULT, guest_ioctl(&guest, commands[i], bad_pointers[j]));
}

static void an_argument_that_ends_in_a_hole(void)
{
    char *end = page_before_a_hole() + 4096;
    EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VMM_IOC_RESETCPU, end - 16));
    EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VMM_IOC_TERM, end - 3));
}

static void an_argument_at_any_address(void)
{
    static char room[sizeof(struct vm_info_params) + 16];
    for (size_t shift = 0; shift < 16; shift++) {
        struct vm_info_params info = { .vip_size = 0 };
        memcpy(room + shift, &info, sizeof info);
        EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_INFO, room + shift));
        memcpy(&info, room + shift, sizeof info);
        EXPECT_EQ(sizeof(struct vm_info_result), info.vip_size);
    }
}

static void a_report_into_nowhere(void)
{
    for (size_t i = 0; i < BAD_POINTERS; i++) {
        struct vm_info_params info = { .vip_size = sizeof(struct vm_info_result), .vip_info = bad_pointers[i] };
        EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VMM_IOC_INFO, &info));
    }
}

/* All numbers of the group with all-ones; the VM is fit to run afterwards. */
static void every_number_with_nonsense(void)
{
    static char ones[8192];
    for (unsigned number = 0; number < 256; number++)
        for (unsigned length = 0; length <= 2700; length += 4) {
            memset(ones, 0xFF, sizeof ones);
            (void)guest_ioctl(&guest, BSD_IOC(length == 0 ? BSD_IOC_VOID : BSD_IOC_IN, 'V', number, length), ones);
            (void)guest_ioctl(&guest, BSD_IOC(BSD_IOC_INOUT, 'V', number, length), ones);
        }

    struct vm_exit vmexit = { 0 };
    EXPECT_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, nothing));
}

/* Last: as upstream, a vCPU whose exit cannot be read stays RUNNING for ever. */
static void exits_that_are_nowhere(void)
{
    struct vm_run_params run = { 0 };
#ifndef VMM_OPENBSD_NEWER
    EXPECT_EQ(-EFAULT, guest_try_run(&guest, &run, bad_pointers[2], 0)); /* written only: what it would say is lost */
    struct vm_exit vmexit;
    EXPECT_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, nothing));
#endif
    EXPECT_EQ(-EFAULT, guest_try_run(&guest, &run, bad_pointers[2], 1));
    EXPECT_EQ(-EBUSY, guest_try_run(&guest, &run, bad_pointers[2], 0));
    EXPECT_EQ(-EBUSY, guest_reset(&guest, real_mode(0, 0, GUEST_START)));
}

int main(void)
{
    find_bad_pointers();
    guest_open(&guest, "bad", output, sizeof output);
    int status = RUN_CASES(
        CASE(arguments_that_are_nowhere),
        CASE(an_argument_that_ends_in_a_hole),
        CASE(an_argument_at_any_address),
        CASE(a_report_into_nowhere),
        CASE(every_number_with_nonsense),
        CASE(exits_that_are_nowhere));
    guest_close(&guest);
    return atomic_load(&check_failures) == 0 ? status : EXIT_FAILURE;
}
