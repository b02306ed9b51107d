/* What a program is told of a device that it has not opened: it is there, it is a device, and it may be read and written. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "freebsd_guest.h"

static const char *const nowhere[] = { "/dev/vmm/none", "/dev/vmm.io/none.rom", "/dev/vmmfoo", "/dev/vmmctl/x" };

static void expect_device(const char *path)
{
    struct stat status;
    struct stat64 status64;
    struct statx extended;
    EXPECT_EQ(0, stat(path, &status));
    EXPECT(S_ISCHR(status.st_mode));
    EXPECT_EQ(0600, status.st_mode & 0777);
    EXPECT_EQ(geteuid(), status.st_uid);
    ino_t inode = status.st_ino;

    EXPECT_EQ(0, lstat(path, &status));
    EXPECT(S_ISCHR(status.st_mode));
    EXPECT_EQ(0, fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW));
    EXPECT_EQ(inode, status.st_ino);
    EXPECT_EQ(0, stat64(path, &status64));
    EXPECT_EQ(inode, status64.st_ino);
    EXPECT_EQ(0, lstat64(path, &status64));
    EXPECT_EQ(0, fstatat64(-1, path, &status64, 0));
    EXPECT_EQ(0, statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &extended));
    EXPECT(S_ISCHR(extended.stx_mode));
    EXPECT(extended.stx_mask & STATX_TYPE);
    EXPECT_EQ(inode, extended.stx_ino);

    EXPECT_EQ(0, access(path, F_OK));
    EXPECT_EQ(0, access(path, R_OK | W_OK));
    EXPECT_EQ(0, eaccess(path, R_OK | W_OK));
    EXPECT_EQ(0, euidaccess(path, W_OK));
    EXPECT_EQ(0, faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS));
    EXPECT_EQ(-1, access(path, X_OK));
    EXPECT_EQ(EACCES, errno);
}

static void expect_nothing(const char *path)
{
    struct stat status;
    struct statx extended;
    EXPECT_EQ(-1, stat(path, &status));
    EXPECT(errno == ENOENT || errno == ENOTDIR);
    EXPECT_EQ(-1, lstat(path, &status));
    EXPECT_EQ(-1, fstatat(AT_FDCWD, path, &status, 0));
    EXPECT_EQ(-1, statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &extended));
    EXPECT_EQ(-1, access(path, F_OK));
    EXPECT_EQ(-1, faccessat(AT_FDCWD, path, F_OK, 0));
    EXPECT(errno == ENOENT || errno == ENOTDIR);
}

static void what_creates_vms_is_always_there(void)
{
    expect_device("/dev/vmmctl");
    expect_device("/dev/vmm");
}

static void what_is_not_there_is_not(void)
{
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        expect_nothing(nowhere[i]);
}

static void a_vm_is_there_while_it_lives(void)
{
    struct guest guest;
    struct vm_memseg rom = { .segid = VM_BOOTROM, .len = 4096, .name = "bootrom" };
    expect_nothing("/dev/vmm/seen");
    guest_create(&guest, "seen");
    expect_device("/dev/vmm/seen");
    expect_nothing("/dev/vmm.io/seen.bootrom");

    EXPECT_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG, &rom));
    expect_device("/dev/vmm.io/seen.bootrom");
    guest_close(&guest);
    expect_nothing("/dev/vmm/seen");
    expect_nothing("/dev/vmm.io/seen.bootrom");
}

static void other_files_are_what_they_were(void)
{
    struct stat status;
    struct statx extended;
    EXPECT_EQ(0, stat("/dev/null", &status));
    EXPECT(S_ISCHR(status.st_mode));
    EXPECT_EQ(0, stat("/", &status));
    EXPECT(S_ISDIR(status.st_mode));
    EXPECT_EQ(0, statx(AT_FDCWD, "/", 0, STATX_BASIC_STATS, &extended));
    EXPECT_EQ(status.st_ino, extended.stx_ino);
    EXPECT_EQ(0, fstatat(0, "", &status, AT_EMPTY_PATH));
    EXPECT_EQ(0, access("/", R_OK));
    EXPECT_EQ(-1, stat("/nowhere/at/all", &status));
    EXPECT_EQ(ENOENT, errno);
    EXPECT_EQ(-1, faccessat(-1, "relative", F_OK, 0));
    EXPECT_EQ(EBADF, errno);
}

int main(void)
{
    return RUN_CASES(
        CASE(what_creates_vms_is_always_there),
        CASE(what_is_not_there_is_not),
        CASE(a_vm_is_there_while_it_lives),
        CASE(what_is_not_there_is_not), /* with the engine there */
        CASE(other_files_are_what_they_were));
}
