/*
 * A forked child sees its parent's guest memory, but the VMs stay the parent's; a program that is executed inherits nothing of the engine.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "freebsd_guest.h"
#include "leftovers.h"

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xE6, 0x10,                   /* out 10h, al       */
    0xEB, 0xF7,                   /* jmp to the start  */
};

static int status_of(pid_t child)
{
    int status = -1;
    REQUIRE_EQ(child, waitpid(child, &status, 0));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* What a child finds; its exit status is what went wrong first, 0 for nothing. */
static int look_around(const struct guest *guest)
{
    struct vm_exit vmexit;
    struct vm_register reg = { .regnum = VM_REG_GUEST_RAX };
    if (guest_ioctl(guest, VM_GET_REGISTER, &reg) != -ENXIO)
        return 1;
    if (guest_try_run(guest, &vmexit) != -ENXIO)
        return 2;
    if (device_open("/dev/vmmctl", O_RDWR) != -ENXIO)
        return 3;
    if (vm_destroy(guest->control, guest->name) != -ENXIO)
        return 4;
    if (*guest_word(guest, 0x3000) != 1)
        return 5;

    *guest_word(guest, 0x4000) = 0xC0FFEE;
    uint32_t word;
    if (pread(guest->vm, &word, sizeof word, 0x3000) != sizeof word || word != 1)
        return 6;

    return device_close(guest->vm) == 0 ? 0 : 7; /* the child's copy of the descriptor */
}

static void a_child_shares_memory_and_nothing_else(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "fork", count, sizeof count);
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));

    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
        _exit(look_around(&guest));

    EXPECT_EQ(0, status_of(child));
    EXPECT_EQ(0xC0FFEE, *guest_word(&guest, 0x4000));

    /* Nothing that the child did has reached the VM. */
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(2, *guest_word(&guest, 0x3000));
    guest_close(&guest);
}

static void a_child_that_ends_leaves_the_parents_vm(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "orphan", count, sizeof count);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
        exit(EXIT_SUCCESS); /* with everything that the end of a process runs */

    EXPECT_EQ(0, status_of(child));
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
    guest_close(&guest);
}

static void an_executed_program_inherits_nothing(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "execute", count, sizeof count);
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0, fcntl(guest.vm, F_GETFD)); /* as asked: opened without O_CLOEXEC */
    EXPECT_EQ(0, fcntl(guest.vm, F_SETFD, FD_CLOEXEC));
    EXPECT_EQ(0, fcntl(guest.control, F_SETFD, FD_CLOEXEC));

    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "fork", "inherited", NULL);
        _exit(EXIT_FAILURE);
    }

    EXPECT_EQ(0, status_of(child));
    guest_close(&guest);
}

static void a_descriptor_can_be_opened_to_close_at_exec(void)
{
    int control = device_open("/dev/vmmctl", O_RDWR | O_CLOEXEC);
    REQUIRE(control >= 0);
    EXPECT_EQ(FD_CLOEXEC, fcntl(control, F_GETFD));
    EXPECT_EQ(0, device_close(control));
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "inherited") == 0)
        return count_memory_files() + count_kvm_files() + count_descriptors("/dev/kvm") + count_descriptors("inotify");

    return RUN_CASES(
        CASE(a_child_shares_memory_and_nothing_else),
        CASE(a_child_that_ends_leaves_the_parents_vm),
        CASE(an_executed_program_inherits_nothing),
        CASE(a_descriptor_can_be_opened_to_close_at_exec));
}
