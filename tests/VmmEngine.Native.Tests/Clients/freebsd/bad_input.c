/* Input that no sane client sends: nothing of it may do more than be refused. */
#include <unistd.h>

#include "bad_pointers.h"
#include "freebsd_guest.h"

static const uint8_t output[] = { 0xE6, 0x10, 0xEB, 0xFC }; /* out 10h, al; jmp to the start */
static struct guest guest;

static void arguments_that_are_nowhere(void)
{
    static const unsigned long commands[] = {
        VM_RUN, VM_GET_REGISTER, VM_SET_REGISTER, VM_ALLOC_MEMSEG, VM_MMAP_MEMSEG,
        VM_STATS, VM_ACTIVATE_CPU, VM_GET_TOPOLOGY, VM_IOAPIC_PINCOUNT,
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        for (size_t j = 0; j < BAD_POINTERS; j++)
            EXPECT_EQ(-EFAULT, guest_ioctl(&guest, commands[i], bad_pointers[j]));

    for (size_t j = 0; j < BAD_POINTERS; j++) {
        EXPECT_EQ(-EFAULT, device_ioctl(guest.control, VMMCTL_VM_CREATE, bad_pointers[j]));
        EXPECT_EQ(-EFAULT, device_ioctl(guest.control, VMMCTL_VM_DESTROY, bad_pointers[j]));
    }
}

static void an_argument_that_ends_in_a_hole(void)
{
    char *end = page_before_a_hole() + 4096;
    EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_STATS, end - 8));
    EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_GET_REGISTER, end - sizeof(struct vm_register) + 1));
    EXPECT_EQ(0, guest_ioctl(&guest, VM_GET_REGISTER, memset(end - sizeof(struct vm_register), 0, sizeof(struct vm_register))));
}

static void an_answer_into_memory_that_may_not_be_written(void)
{
    void *page = read_only_page();
    EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_GET_REGISTER, page)); /* zeros: RAX of vCPU 0 */
    EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_GET_TOPOLOGY, page));
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SET_REGISTER, page));
}

static void an_argument_at_any_address(void)
{
    static char room[sizeof(struct vm_register) + 16];
    for (size_t shift = 0; shift < 16; shift++) {
        struct vm_register reg = { .regnum = VM_REG_GUEST_RBX, .regval = 100 + shift };
        memcpy(room + shift, &reg, sizeof reg);
        EXPECT_EQ(0, guest_ioctl(&guest, VM_SET_REGISTER, room + shift));
        EXPECT_EQ(0, guest_ioctl(&guest, VM_GET_REGISTER, room + shift));
        memcpy(&reg, room + shift, sizeof reg);
        EXPECT_EQ(100 + shift, reg.regval);
    }
}

static void pointers_inside_arguments(void)
{
    int number = VM_REG_GUEST_RAX;
    uint64_t value;
    for (size_t i = 0; i < BAD_POINTERS; i++) {
        struct vm_run run = { .vm_exit = bad_pointers[i] };
        struct vm_cpuset set = { .cpusetsize = CPU_SETSIZE_BYTES, .cpus = bad_pointers[i] };
        struct vm_register_set numbers = { .count = 1, .regnums = bad_pointers[i], .regvals = &value };
        struct vm_register_set values = { .count = 1, .regnums = &number, .regvals = bad_pointers[i] };
        EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_RUN, &run));
        EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_GET_CPUS, &set));
        EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_GET_REGISTER_SET, &numbers));
        EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_GET_REGISTER_SET, &values));
        EXPECT_EQ(-EFAULT, guest_ioctl(&guest, VM_SET_REGISTER_SET, &values));
    }
}

static void words_that_are_no_commands(void)
{
    char room[8192] = { 0 };
    static const unsigned long words[] = {
        0,                                     /* no direction                       */
        0xFFFFFFFF,
        BSD_IOC(BSD_IOC_IN, 'v', 21, 0),       /* a direction without a length       */
        BSD_IOC(BSD_IOC_VOID, 'v', 5, 8),      /* no direction with a length         */
        BSD_IOC(BSD_IOC_INOUT, 'v', 21, 24),   /* wrong lengths of known numbers     */
        BSD_IOC(BSD_IOC_INOUT, 'v', 21, 8191),
        BSD_IOC(BSD_IOC_IN, 'v', 1, 24),
        BSD_IOC(BSD_IOC_OUT, 'v', 21, 16),     /* the wrong direction                */
        BSD_IOC(BSD_IOC_INOUT, 'w', 21, 16),   /* the wrong group                    */
        BSD_IOC(BSD_IOC_INOUT, 'v', 255, 16),  /* an unknown number                  */
        BSD_IO('v', 0),                        /* retired                            */
        BSD_IOC(BSD_IOC_IN, 'v', 10, 16),
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int error = guest_ioctl(&guest, words[i], room);
        if (error != -ENOTTY)
            printf("word 0x%lx:\n", words[i]);
        EXPECT_EQ(-ENOTTY, error);
    }
}

static void a_words_upper_half_is_not_looked_at(void)
{
    struct vm_register reg = { .regnum = VM_REG_GUEST_RBX };
    EXPECT_EQ(0, guest_ioctl(&guest, (unsigned long)VM_GET_REGISTER | 0xFFFFFFFF00000000ul, &reg));
}

/* All numbers of the group with all-ones and with zeros as argument; the VM is fit to run afterwards. */
static void every_number_with_nonsense(void)
{
    static char ones[8192];
    for (unsigned number = 0; number < 256; number++)
        for (unsigned length = 0; length <= 560; length += 4) {
            if (number == 5 && length == 0)
                continue; /* VM_REINIT is sane */
            memset(ones, 0xFF, sizeof ones);
            (void)guest_ioctl(&guest, BSD_IOC(length == 0 ? BSD_IOC_VOID : BSD_IOC_IN, 'v', number, length), ones);
            (void)guest_ioctl(&guest, BSD_IOC(BSD_IOC_INOUT, 'v', number, length), ones);
            (void)guest_ioctl(&guest, BSD_IOC(BSD_IOC_OUT, 'v', number, length), ones);
        }

    struct vm_exit vmexit;
    EXPECT_EQ(0, guest_ioctl(&guest, VM_RESUME_CPU, &(struct vm_activate_cpu){ -1 }));
    EXPECT_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
}

static void paths_that_are_none(void)
{
    static char longest[1 << 16];
    memset(longest, 'p', sizeof longest - 1);
    memcpy(longest, "/dev/vmm/", strlen("/dev/vmm/"));
    int error = device_open(longest, O_RDWR);
    EXPECT(error == -ENOENT || error == -ENAMETOOLONG);
    for (size_t i = 1; i < BAD_POINTERS; i++) /* null is more than open(2) is declared to take */
        EXPECT_EQ(-EFAULT, device_open(bad_pointers[i], O_RDWR));
}

int main(void)
{
    find_bad_pointers();
    guest_open(&guest, "bad", output, sizeof output);
    int status = RUN_CASES(
        CASE(arguments_that_are_nowhere),
        CASE(an_argument_that_ends_in_a_hole),
        CASE(an_answer_into_memory_that_may_not_be_written),
        CASE(an_argument_at_any_address),
        CASE(pointers_inside_arguments),
        CASE(words_that_are_no_commands),
        CASE(a_words_upper_half_is_not_looked_at),
        CASE(every_number_with_nonsense),
        CASE(paths_that_are_none));
    guest_close(&guest);
    return atomic_load(&check_failures) == 0 ? status : EXIT_FAILURE;
}
