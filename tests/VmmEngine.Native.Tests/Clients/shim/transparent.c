/* What has nothing to do with the devices passes the shim as if it were not there, and costs a program no engine. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"

/* Whether this process has a file mapped whose path ends so. */
static int is_loaded(const char *end)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    REQUIRE(maps != NULL);
    int found = 0;
    for (char line[4096]; fgets(line, sizeof line, maps) != NULL;)
        found |= strstr(line, end) != NULL;
    fclose(maps);
    return found;
}

static void files_are_made_with_their_mode(void)
{
    char path[] = "/tmp/vmm-shim-XXXXXX";
    int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    EXPECT_EQ(0, close(fd));
    EXPECT_EQ(0, unlink(path));

    umask(0);
    fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0640);
    REQUIRE(fd >= 0);
    struct stat status;
    EXPECT_EQ(0, fstat(fd, &status));
    EXPECT_EQ(0640, status.st_mode & 0777);
    EXPECT_EQ(0, close(fd));
    EXPECT_EQ(0, unlink(path));
}

static void errors_are_the_systems(void)
{
    EXPECT_EQ(-1, open("/nowhere/at/all", O_RDONLY));
    EXPECT_EQ(ENOENT, errno);
    EXPECT_EQ(-1, openat(-1, "relative", O_RDONLY));
    EXPECT_EQ(EBADF, errno);
    EXPECT_EQ(-1, close(-1));
    EXPECT_EQ(EBADF, errno);
    EXPECT_EQ(-1, open("/dev", O_WRONLY));
    EXPECT_EQ(EISDIR, errno);
}

static void other_ioctls_reach_their_files(void)
{
    int pair[2];
    int waiting = -1;
    char argument[16] = { 0 };
    REQUIRE_EQ(0, pipe(pair));
    EXPECT_EQ(3, write(pair[1], "abc", 3));
    EXPECT_EQ(0, ioctl(pair[0], FIONREAD, &waiting));
    EXPECT_EQ(3, waiting);
    EXPECT_EQ(-1, ioctl(pair[0], 0xC0107615ul, argument)); /* VM_GET_REGISTER's word at a pipe */
    EXPECT_EQ(ENOTTY, errno);
    EXPECT_EQ(0, close(pair[0]));
    EXPECT_EQ(0, close(pair[1]));
}

static void no_engine_is_loaded_before_a_device_is_opened(void)
{
    EXPECT(is_loaded("libvmmengine-preload.so"));
    EXPECT(!is_loaded("libvmmengine.so"));

    int control = open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    EXPECT(is_loaded("libvmmengine.so"));
    EXPECT_EQ(0, close(control));
}

static void every_form_of_open_opens_a_device(void)
{
    static const char path[] = "/dev/vmmctl";
    char argument[16] = { 0 };
    int opened[] = { open(path, O_RDWR), open64(path, O_RDWR), openat(AT_FDCWD, path, O_RDWR), openat64(-1, path, O_RDWR | O_CLOEXEC) };
    for (size_t i = 0; i < sizeof opened / sizeof *opened; i++) {
        EXPECT(opened[i] >= 0);
        EXPECT_EQ(-1, ioctl(opened[i], 0xC0107615ul, argument)); /* a VM's command at the control device */
        EXPECT_EQ(ENOTTY, errno);
        EXPECT_EQ(0, close(opened[i]));
    }
}

/* Asked of the kernel, which the shim does not hear of. */
static void an_open_that_creates_opens_the_device_and_creates_nothing(void)
{
    static const char path[] = "/dev/vmmctl";
    char argument[16] = { 0 };
    int opened[] = { open(path, O_RDWR | O_CREAT, 0600), open64(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), openat(-1, path, O_RDWR | O_CREAT, 0600), creat(path, 0600), creat64(path, 0600) };
    for (size_t i = 0; i < sizeof opened / sizeof *opened; i++) {
        EXPECT(opened[i] >= 0);
        EXPECT_EQ(-1, ioctl(opened[i], 0xC0107615ul, argument));
        EXPECT_EQ(ENOTTY, errno);
        EXPECT_EQ(0, close(opened[i]));
        EXPECT_EQ(-1, syscall(SYS_faccessat, AT_FDCWD, path, F_OK));
        EXPECT_EQ(ENOENT, errno);
    }
}

int main(void)
{
    return RUN_CASES(
        CASE(files_are_made_with_their_mode),
        CASE(errors_are_the_systems),
        CASE(other_ioctls_reach_their_files),
        CASE(no_engine_is_loaded_before_a_device_is_opened),
        CASE(other_ioctls_reach_their_files), /* with the engine there */
        CASE(files_are_made_with_their_mode),
        CASE(every_form_of_open_opens_a_device),
        CASE(an_open_that_creates_opens_the_device_and_creates_nothing));
}
