/* Descriptors that are closed by the range: devices among them end as with close(2), and the numbers are free for other files. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "freebsd_guest.h"

/* A VM that ends with the descriptor that it is created through. */
static int create_tied(const char *name)
{
    struct vmmctl_vm_create create = { .flags = VMMCTL_CREATE_DESTROY_ON_CLOSE };
    snprintf(create.name, sizeof create.name, "%s", name);
    int control = open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    REQUIRE_EQ(0, ioctl(control, VMMCTL_VM_CREATE, &create));
    return control;
}

static void expect_closed(int fd)
{
    struct vm_cpu_topology topology;
    EXPECT_EQ(-1, ioctl(fd, VM_GET_TOPOLOGY, &topology));
    EXPECT_EQ(EBADF, errno);
    EXPECT_EQ(-1, fcntl(fd, F_GETFD));
}

static void a_range_ends_the_vms_in_it(void)
{
    int control = create_tied("ranged");
    int vm = open("/dev/vmm/ranged", O_RDWR);
    REQUIRE(vm > control);
    EXPECT_EQ(0, close_range((unsigned)control, (unsigned)vm, 0));
    expect_closed(control);
    expect_closed(vm);
    EXPECT_EQ(-1, access("/dev/vmm/ranged", F_OK)); /* at once */
    EXPECT_EQ(ENOENT, errno);
}

static void a_number_in_it_can_be_another_file(void)
{
    int pair[2];
    int waiting = -1;
    int control = open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    EXPECT_EQ(0, close_range((unsigned)control, ~0u, 0));
    REQUIRE_EQ(0, pipe(pair));
    while (fcntl(control, F_GETFD) < 0) /* the lowest free number is given out, and the library has some below */
        REQUIRE(fcntl(pair[0], F_DUPFD, 0) >= 0);
    EXPECT_EQ(0, ioctl(control, FIONREAD, &waiting));
    EXPECT_EQ(-1, ioctl(control, VMMCTL_VM_DESTROY, &waiting));
    EXPECT_EQ(ENOTTY, errno);
    EXPECT_EQ(0, close(control));
}

static void closing_at_exec_closes_nothing_now(void)
{
    int control = create_tied("later");
    EXPECT_EQ(0, close_range((unsigned)control, ~0u, CLOSE_RANGE_CLOEXEC));
    EXPECT_EQ(0, access("/dev/vmm/later", F_OK));
    EXPECT_EQ(FD_CLOEXEC, fcntl(control, F_GETFD));
    closefrom(control);
    expect_closed(control);
    EXPECT_EQ(-1, access("/dev/vmm/later", F_OK));
}

static void errors_are_the_systems(void)
{
    EXPECT_EQ(-1, close_range(9, 8, 0));
    EXPECT_EQ(EINVAL, errno);
    EXPECT_EQ(-1, close_range(1000, 1001, 1 << 20));
    EXPECT_EQ(EINVAL, errno);
}

/* The library's own descriptor that tells of closes. */
static int find_watcher(void)
{
    char path[32], name[32];
    for (int fd = 3; fd < 1024; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(path, name, sizeof name);
        if (length > 0 && strncmp(name, "anon_inode:inotify", (size_t)length) == 0)
            return fd;
    }
    return -1;
}

/* A client that closes what it does not know, and opens a file that gets the number: nobody reads from that one, or waits for it. */
static void a_file_in_the_place_of_the_librarys_is_left_alone(void)
{
    int pair[2];
    int waiting = -1;
    int control = create_tied("unheard");
    int taken = find_watcher();
    REQUIRE(taken >= 0);
    REQUIRE_EQ(0, pipe(pair));
    REQUIRE_EQ(4, write(pair[1], "data", 4));
    REQUIRE_EQ(taken, dup2(pair[0], taken));
    EXPECT_EQ(0, close(control));
    EXPECT_EQ(-1, access("/dev/vmm/unheard", F_OK));
    EXPECT_EQ(0, ioctl(taken, FIONREAD, &waiting));
    EXPECT_EQ(4, waiting);
    EXPECT_EQ(0, close(taken));
    EXPECT_EQ(0, close(pair[0]));
    EXPECT_EQ(0, close(pair[1]));
}

int main(void)
{
    return RUN_CASES(
        CASE(a_range_ends_the_vms_in_it),
        CASE(a_number_in_it_can_be_another_file),
        CASE(closing_at_exec_closes_nothing_now),
        CASE(errors_are_the_systems),
        CASE(a_file_in_the_place_of_the_librarys_is_left_alone));
}
