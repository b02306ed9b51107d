/* A device's descriptor is one like any other: it can be duplicated, sent, polled and reused, and it goes stale. */
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "freebsd_guest.h"

static const uint8_t halt[] = { 0xF4 }; /* hlt */

static int set_and_get(int vm, uint64_t value)
{
    struct vm_register reg = { .regnum = VM_REG_GUEST_RBX, .regval = value };
    int error = device_ioctl(vm, VM_SET_REGISTER, &reg);
    if (error != 0)
        return error;

    reg.regval = 0;
    error = device_ioctl(vm, VM_GET_REGISTER, &reg);
    return error != 0 ? error : reg.regval == value ? 0 : -ERANGE;
}

static void a_duplicate_is_the_same_device(void)
{
    struct guest guest;
    guest_open(&guest, "duplicate", halt, sizeof halt);
    int copies[] = { dup(guest.vm), dup2(guest.vm, 100), fcntl(guest.vm, F_DUPFD_CLOEXEC, 50) };

    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        REQUIRE(copies[i] >= 0);
        EXPECT_EQ(0, set_and_get(copies[i], 0x1000 + i));
        EXPECT_EQ(0x1000 + i, guest_get(&guest, VM_REG_GUEST_RBX));
    }

    /* The open file lives as long as one of its descriptors. */
    EXPECT_EQ(0, device_close(guest.vm));
    EXPECT_EQ(0, set_and_get(copies[0], 7));
    EXPECT_EQ(0, device_close(copies[0]));
    EXPECT_EQ(0, set_and_get(copies[1], 8));
    EXPECT_EQ(0, device_close(copies[1]));
    guest.vm = copies[2];
    EXPECT_EQ(0, set_and_get(guest.vm, 9));
    guest_close(&guest);
}

/* Sends a descriptor through a socket of this process; answers the new number. */
static int send_to_self(int fd)
{
    int pair[2];
    char byte = 0;
    struct iovec data = { &byte, 1 };
    union {
        char bytes[CMSG_SPACE(sizeof fd)];
        struct cmsghdr aligned;
    } control = { { 0 } };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    memcpy(CMSG_DATA(header), &fd, sizeof fd);

    REQUIRE_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    REQUIRE_EQ(1, sendmsg(pair[0], &message, 0));
    REQUIRE_EQ(1, recvmsg(pair[1], &message, 0));
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    close(pair[0]);
    close(pair[1]);
    return fd;
}

static void a_descriptor_that_was_sent_is_the_same_device(void)
{
    struct guest guest;
    guest_open(&guest, "sent", halt, sizeof halt);
    int received = send_to_self(guest.vm);

    EXPECT(received != guest.vm);
    EXPECT_EQ(0, set_and_get(received, 0x77));
    EXPECT_EQ(0, device_close(received));
    guest_close(&guest);
}

static void a_device_is_always_ready(void)
{
    struct guest guest;
    guest_open(&guest, "ready", halt, sizeof halt);
    struct pollfd ready = { .fd = guest.vm, .events = POLLIN | POLLOUT };

    EXPECT_EQ(1, poll(&ready, 1, 0));
    EXPECT_EQ(POLLIN | POLLOUT, ready.revents);
    guest_close(&guest);
}

static void a_closed_descriptor_is_none(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "closed", halt, sizeof halt);
    int stale = guest.vm;
    EXPECT_EQ(0, device_close(guest.vm));

    EXPECT_EQ(-EBADF, set_and_get(stale, 1));
    EXPECT_EQ(-EBADF, guest_try_run(&guest, &vmexit));
    EXPECT_EQ(-EBADF, device_close(stale));
    EXPECT_EQ(-EBADF, device_ioctl(-1, VM_REINIT, NULL));
    EXPECT_EQ(-EBADF, device_ioctl(1 << 20, VM_REINIT, NULL));

    char path[64];
    guest_path(guest.name, path, sizeof path);
    guest.vm = device_open(path, O_RDWR);
    REQUIRE(guest.vm >= 0);
    EXPECT_EQ(0, set_and_get(guest.vm, 2));
    guest_close(&guest);
}

/* The number of a closed device names another file: no command may reach the VM through it. */
static void a_reused_number_is_no_device(void)
{
    struct guest guest;
    guest_open(&guest, "reused", halt, sizeof halt);
    int stale = guest.vm;
    EXPECT_EQ(0, device_close(stale));
    int null = open("/dev/null", O_RDWR);
    REQUIRE_EQ(stale, dup2(null, stale));

    int error = set_and_get(stale, 1);
    EXPECT(error == -ENOTTY || error == -EBADF);
    EXPECT_EQ(1, write(stale, "x", 1));

    char path[64];
    guest_path(guest.name, path, sizeof path);
    guest.vm = device_open(path, O_RDWR);
    REQUIRE_EQ(stale, dup2(guest.vm, stale)); /* and it names the device again */
    EXPECT_EQ(0, set_and_get(stale, 3));
    EXPECT_EQ(0, device_close(stale));
    if (null != stale)
        EXPECT_EQ(0, close(null));
    guest_close(&guest);
}

#ifndef CLIENT_LINKED
/* The shim sees how numbers change hands. The library does not: its clients close a device's number before they give it to another file. */
static void two_devices_can_swap_numbers(void)
{
    struct guest first, second;
    guest_open(&first, "first", halt, sizeof halt);
    guest_open(&second, "second", halt, sizeof halt);
    EXPECT_EQ(0, set_and_get(first.vm, 1));
    EXPECT_EQ(0, set_and_get(second.vm, 2));

    int kept = dup(first.vm);
    REQUIRE(kept >= 0);
    REQUIRE_EQ(first.vm, dup2(second.vm, first.vm));
    REQUIRE_EQ(second.vm, dup2(kept, second.vm));
    EXPECT_EQ(2, guest_get(&first, VM_REG_GUEST_RBX));
    EXPECT_EQ(1, guest_get(&second, VM_REG_GUEST_RBX));
    EXPECT_EQ(0, device_close(kept));
    guest_close(&first);
    guest_close(&second);
}
#endif

static void a_vm_outlives_its_descriptors(void)
{
    struct guest guest;
    guest_open(&guest, "outlives", halt, sizeof halt);
    EXPECT_EQ(0, set_and_get(guest.vm, 0x1234));
    EXPECT_EQ(0, device_close(guest.vm));

    guest.vm = device_open("/dev/vmm/outlives", O_RDONLY);
    REQUIRE(guest.vm >= 0);
    EXPECT_EQ(0x1234, guest_get(&guest, VM_REG_GUEST_RBX));
    guest_close(&guest);
}

static void a_vm_of_its_control_descriptor_ends_with_it(void)
{
    int control = device_open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    REQUIRE_EQ(0, vm_create(control, "linked", VMMCTL_CREATE_DESTROY_ON_CLOSE));
    int vm = device_open("/dev/vmm/linked", O_RDWR);
    REQUIRE(vm >= 0);
    int copy = dup(control);
    REQUIRE(copy >= 0);

    EXPECT_EQ(0, device_close(control));
    EXPECT_EQ(0, set_and_get(vm, 1)); /* the copy keeps it */
    EXPECT_EQ(0, device_close(copy));
#ifndef CLIENT_LINKED
    /* The shim does not know a duplicate that has had no command: that it is closed is noticed a moment later. */
    while (set_and_get(vm, 1) == 0)
        sched_yield();
#endif
    EXPECT_EQ(-ENXIO, set_and_get(vm, 1));
    EXPECT_EQ(-ENOENT, device_open("/dev/vmm/linked", O_RDWR));
    EXPECT_EQ(0, device_close(vm));
}

int main(void)
{
    return RUN_CASES(
        CASE(a_duplicate_is_the_same_device),
        CASE(a_descriptor_that_was_sent_is_the_same_device),
        CASE(a_device_is_always_ready),
        CASE(a_closed_descriptor_is_none),
        CASE(a_reused_number_is_no_device),
#ifndef CLIENT_LINKED
        CASE(two_devices_can_swap_numbers),
#endif
        CASE(a_vm_outlives_its_descriptors),
        CASE(a_vm_of_its_control_descriptor_ends_with_it));
}
