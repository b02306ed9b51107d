/* VMs belong to the device, not to a descriptor: any descriptor of it serves them, and they outlive all of them. */
#include <poll.h>
#include <sys/wait.h>

#include "openbsd_guest.h"

static const uint8_t output[] = { 0xE6, 0x10 }; /* out 10h, al */

static void any_descriptor_serves_a_vm(void)
{
    struct guest guest;
    struct vm_exit vmexit = { 0 };
    guest_open(&guest, "any", output, sizeof output);
    int first = guest.device;
    guest.device = device_open("/dev/vmm", O_RDWR);
    REQUIRE(guest.device >= 0);
    EXPECT_EQ(0, device_close(first));

    EXPECT_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, nothing));
    int copy = dup(guest.device);
    REQUIRE(copy >= 0);
    EXPECT_EQ(0, device_close(guest.device));
    guest.device = copy;
    guest_close(&guest);
}

static void a_vm_outlives_its_descriptors(void)
{
    struct guest guest;
    struct vm_info_result result;
    struct vm_info_params info = { .vip_size = sizeof result, .vip_info = &result };
    guest_open(&guest, "outlives", output, sizeof output);
    EXPECT_EQ(0, device_close(guest.device));

    guest.device = device_open("/dev/vmm", O_RDONLY);
    REQUIRE(guest.device >= 0);
    EXPECT_EQ(0, guest_ioctl(&guest, VMM_IOC_INFO, &info));
    EXPECT_EQ(1, info.vip_info_ct);
    EXPECT_EQ(guest.id, result.vir_id);
    guest_close(&guest);
}

static void a_closed_descriptor_is_none(void)
{
    struct guest guest;
    struct vm_info_params info = { 0 };
    guest_open(&guest, "closed", output, sizeof output);
    int stale = guest.device;
    EXPECT_EQ(0, device_close(stale));

    EXPECT_EQ(-EBADF, guest_ioctl(&guest, VMM_IOC_INFO, &info));
    EXPECT_EQ(-EBADF, guest_terminate(&guest));
    EXPECT_EQ(-EBADF, device_close(stale));

    int null = open("/dev/null", O_RDWR);
    REQUIRE_EQ(stale, dup2(null, stale));
    int error = guest_terminate(&guest);
    EXPECT(error == -ENOTTY || error == -EBADF);
    EXPECT_EQ(0, close(stale));
    if (null != stale)
        EXPECT_EQ(0, close(null));
    guest.device = device_open("/dev/vmm", O_RDWR);
    guest_close(&guest);
}

static int open_descriptors_up_to(int last)
{
    int count = 0;
    for (int fd = 0; fd <= last; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* Nobody in the library borrows it, even for a moment: a client may put another descriptor in its place at any time. */
static void a_closed_number_stays_free(void)
{
    for (int i = 0; i < 500; i++) {
        int device = device_open("/dev/vmm", O_RDWR);
        REQUIRE(device >= 0);
        int others = open_descriptors_up_to(device) - 1;
        REQUIRE_EQ(0, device_close(device));
        for (int look = 0; look < 50; look++)
            REQUIRE_EQ(others, open_descriptors_up_to(device));
    }
}

static void a_device_is_always_ready(void)
{
    struct pollfd ready = { .fd = device_open("/dev/vmm", O_RDWR), .events = POLLIN | POLLOUT };
    REQUIRE(ready.fd >= 0);
    EXPECT_EQ(1, poll(&ready, 1, 0));
    EXPECT_EQ(0, device_close(ready.fd));
}

static void a_forked_child_has_the_memory_and_not_the_device(void)
{
    struct guest guest;
    struct vm_exit vmexit = { 0 };
    guest_open(&guest, "fork", output, sizeof output);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        struct vm_info_params info = { 0 };
        guest.memory[0x4000] = 0x77;
        _exit(guest_ioctl(&guest, VMM_IOC_INFO, &info) == -ENXIO && guest_terminate(&guest) == -ENXIO ? EXIT_SUCCESS : EXIT_FAILURE);
    }

    int status = -1;
    REQUIRE_EQ(child, waitpid(child, &status, 0));
    EXPECT_EQ(EXIT_SUCCESS, status);
    EXPECT_EQ(0x77, guest.memory[0x4000]);
    EXPECT_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, nothing));
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(
        CASE(any_descriptor_serves_a_vm),
        CASE(a_vm_outlives_its_descriptors),
        CASE(a_closed_descriptor_is_none),
        CASE(a_closed_number_stays_free),
        CASE(a_device_is_always_ready),
        CASE(a_forked_child_has_the_memory_and_not_the_device));
}
