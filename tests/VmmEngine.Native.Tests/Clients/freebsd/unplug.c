/* A VM is destroyed while its vCPUs run or sleep: each comes out, later calls find no device, mapped memory stays. */
#include <pthread.h>

#include "freebsd_guest.h"
#include "progress.h"

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xEB, 0xF9,                   /* jmp to the start  */
};

static const uint8_t count_and_sleep[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xFB,                         /* sti               */
    0xF4,                         /* hlt               */
    0xEB, 0xF7,                   /* jmp to the start  */
};

struct runner {
    pthread_t thread;
    const struct guest *guest;
    int error;           /* of the last run */
    struct vm_exit vmexit; /* of the last run that had one */
};

/* Runs until the VM is gone. */
static void *run_until_gone(void *argument)
{
    struct runner *runner = argument;
    do {
        runner->error = guest_run(runner->guest, &runner->vmexit);
    } while (runner->error == 0 && runner->vmexit.exitcode != VM_EXITCODE_SUSPENDED);

    return NULL;
}

static void expect_gone(const struct guest *guest, const struct runner *runner)
{
    struct vm_exit vmexit;
    struct vm_register reg = { .regnum = VM_REG_GUEST_RAX };
    if (runner->error == 0)
        EXPECT_EQ(VM_SUSPEND_DESTROY, runner->vmexit.u.suspended.how);
    else
        EXPECT_EQ(-ENXIO, runner->error);

    EXPECT_EQ(-ENXIO, guest_try_run(guest, &vmexit));
    EXPECT_EQ(-ENXIO, guest_ioctl(guest, VM_GET_REGISTER, &reg));
    EXPECT_EQ(-ENXIO, guest_ioctl(guest, VM_REINIT, NULL));
    EXPECT_EQ(-ENOTTY, guest_ioctl(guest, 0, NULL)); /* no command word at all: refused before the device is looked for */
    EXPECT_EQ(-EINVAL, vm_destroy(guest->control, guest->name));

    char path[64];
    guest_path(guest->name, path, sizeof path);
    EXPECT_EQ(-ENOENT, device_open(path, O_RDWR));
    EXPECT(*guest_word(guest, 0x3000) != 0);
}

static void destroy_under(struct guest *guest)
{
    struct runner runner = { .guest = guest };
    REQUIRE_EQ(0, pthread_create(&runner.thread, NULL, run_until_gone, &runner));
    wait_for_start(guest_word(guest, 0x3000));

    EXPECT_EQ(0, vm_destroy(guest->control, guest->name));
    REQUIRE_EQ(0, pthread_join(runner.thread, NULL));
    expect_gone(guest, &runner);
    EXPECT_EQ(0, munmap(guest->memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest->vm));
    EXPECT_EQ(0, device_close(guest->control));
}

static void a_running_guest_is_taken_away(void)
{
    struct guest guest;
    guest_open(&guest, "running", count, sizeof count);
    destroy_under(&guest);
}

static void a_sleeping_guest_is_taken_away(void)
{
    struct vm_capability halt_exit = { .captype = VM_CAP_HALT_EXIT, .capval = 1 };
    struct guest guest;
    guest_open(&guest, "sleeping", count_and_sleep, sizeof count_and_sleep);
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SET_CAPABILITY, &halt_exit));
    destroy_under(&guest);
}

/* Every active vCPU is inside VM_RUN when the VM goes. */
static void two_vcpus_are_taken_away(void)
{
    struct guest guest;
    guest_open(&guest, "two", count, sizeof count);
    struct guest second = guest;
    second.cpuid = 1;
    guest_begin(&second);
    struct runner runners[] = { { .guest = &guest }, { .guest = &second } };
    for (int i = 0; i < 2; i++)
        REQUIRE_EQ(0, pthread_create(&runners[i].thread, NULL, run_until_gone, &runners[i]));
    wait_for_start(guest_word(&guest, 0x3000));

    EXPECT_EQ(0, vm_destroy(guest.control, guest.name));
    for (int i = 0; i < 2; i++)
        REQUIRE_EQ(0, pthread_join(runners[i].thread, NULL));
    for (int i = 0; i < 2; i++)
        expect_gone(runners[i].guest, &runners[i]);

    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.vm));
    EXPECT_EQ(0, device_close(guest.control));
}

static void the_name_is_free_again(void)
{
    for (int i = 0; i < 20; i++) {
        struct guest guest;
        guest_open(&guest, "repeated", count, sizeof count);
        destroy_under(&guest);
    }
}

int main(void)
{
    return RUN_CASES(
        CASE(a_running_guest_is_taken_away),
        CASE(a_sleeping_guest_is_taken_away),
        CASE(two_vcpus_are_taken_away),
        CASE(the_name_is_free_again));
}
