/* The library's functions that are no device's: version, options, log, errors. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <vmmengine.h>

#include "check.h"

static int lines_seen;

static void count_line(void *context, int severity, const char *line)
{
    EXPECT(context == &lines_seen);
    EXPECT(severity >= VMM_LOG_ERROR && severity <= VMM_LOG_INFO);
    EXPECT(strchr(line, '\n') == NULL && line[0] != '\0');
    lines_seen++;
}

static void the_version_is_the_headers(void)
{
    EXPECT_EQ(0, strcmp(VMMENGINE_VERSION, vmm_version()));
}

static void options_are_known_ones(void)
{
    EXPECT_EQ(-EINVAL, vmm_set("no such option", "1"));
    EXPECT_EQ(-EINVAL, vmm_set("backend", "abacus"));
    EXPECT_EQ(-EINVAL, vmm_set("lifetime", ""));
    EXPECT_EQ(-EINVAL, vmm_set("max_vms", "many"));
    EXPECT_EQ(-EINVAL, vmm_set(NULL, "1"));
    EXPECT_EQ(-EINVAL, vmm_set("max_vms", NULL));
    EXPECT_EQ(0, vmm_set("max_vms", "3"));
    EXPECT_EQ(0, vmm_set("backend", "software"));
}

static void a_path_without_a_device_has_no_descriptor(void)
{
    EXPECT_EQ(-ENOENT, vmm_open("/dev/null", O_RDWR));
    EXPECT_EQ(-ENOENT, vmm_open("", O_RDWR));
    EXPECT_EQ(-EFAULT, vmm_open(NULL, O_RDWR));
}

/* Options are taken when the first device is opened, and no more afterwards. */
static void options_are_set_before_the_first_open(void)
{
    int control = vmm_open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    EXPECT_EQ(-EBUSY, vmm_set("max_vms", "4"));
    EXPECT(lines_seen > 0); /* the back end at least */
    lines_seen = 0;
    vmm_set_log(NULL, NULL);
    EXPECT_EQ(0, vmm_close(control));
    EXPECT_EQ(-EBADF, vmm_close(control));
}

static void errors_are_translated_by_name(void)
{
    EXPECT_EQ(0, vmm_linux_errno(0));
    EXPECT_EQ(ENXIO, vmm_linux_errno(VMM_ENXIO));
    EXPECT_EQ(EDEADLK, vmm_linux_errno(VMM_EDEADLK));
    EXPECT_EQ(EAGAIN, vmm_linux_errno(VMM_EAGAIN));
    EXPECT_EQ(EALREADY, vmm_linux_errno(VMM_EALREADY));
    EXPECT_EQ(EOPNOTSUPP, vmm_linux_errno(VMM_EOPNOTSUPP));
    EXPECT_EQ(ENAMETOOLONG, vmm_linux_errno(VMM_ENAMETOOLONG));
    EXPECT_EQ(ENOSYS, vmm_linux_errno(VMM_ENOSYS));
    EXPECT_EQ(ERANGE, vmm_linux_errno(ERANGE));
    EXPECT_EQ(EINVAL, vmm_linux_errno(-1));
    EXPECT_EQ(EINVAL, vmm_linux_errno(10000));
}

int main(void)
{
    vmm_set_log(count_line, &lines_seen);
    return RUN_CASES(
        CASE(the_version_is_the_headers),
        CASE(options_are_known_ones),
        CASE(a_path_without_a_device_has_no_descriptor),
        CASE(options_are_set_before_the_first_open),
        CASE(errors_are_translated_by_name));
}
