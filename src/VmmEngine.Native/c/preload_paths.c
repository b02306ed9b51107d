/*
 * stat(2), access(2) and their kin on the devices' paths: a front end may look before it opens. The system is asked first, as for open(2). An open
 * device is asked about with fstat(2), which this shim leaves alone: it shows the file that holds the VM's memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload.h"

static struct {
	int (*stat)(const char *, struct stat *);
	int (*lstat)(const char *, struct stat *);
	int (*fstatat)(int, const char *, struct stat *, int);
	int (*statx)(int, const char *, int, unsigned int, struct statx *);
	int (*access)(const char *, int);
	int (*eaccess)(const char *, int);
	int (*faccessat)(int, const char *, int, int);
} next;

__attribute__((constructor)) static void find_all(void)
{
	next.stat = (int (*)(const char *, struct stat *))vmm_find_next("stat");
	next.lstat = (int (*)(const char *, struct stat *))vmm_find_next("lstat");
	next.fstatat = (int (*)(int, const char *, struct stat *, int))vmm_find_next("fstatat");
	next.statx = (int (*)(int, const char *, int, unsigned int, struct statx *))vmm_find_next("statx");
	next.access = (int (*)(const char *, int))vmm_find_next("access");
	next.eaccess = (int (*)(const char *, int))vmm_find_next("eaccess");
	next.faccessat = (int (*)(int, const char *, int, int))vmm_find_next("faccessat");
}

/* 0 if there is such a device; -1 with errno otherwise. Those that create others are always there, without an engine too. */
static int look_up(const char *path)
{
	const struct engine *engine = atomic_load_explicit(&vmm_engine, memory_order_acquire);
	int result;

	if (strcmp(path, "/dev/vmmctl") == 0 || strcmp(path, "/dev/vmm") == 0)
		return 0;
	if (engine == NULL) {
		errno = ENOENT;
		return -1;
	}
	result = engine->exists(path);
	return result < 0 ? vmm_fail(engine, result) : 0;
}

/* A path that the system does not know and that may be a device's. */
static int is_ours(int result, const char *path)
{
	return result != 0 && errno == ENOENT && vmm_is_device_path(path);
}

/* The same number for the same path. */
static uint64_t inode_of(const char *path)
{
	uint64_t hash = 0xcbf29ce484222325;

	while (*path != '\0')
		hash = (hash ^ (unsigned char)*path++) * 0x100000001b3;
	return hash;
}

/* A character device that belongs to the process, for reading and writing. */
static int describe(const char *path, struct stat *status)
{
	if (look_up(path) != 0)
		return -1;
	memset(status, 0, sizeof *status);
	status->st_ino = inode_of(path);
	status->st_mode = S_IFCHR | S_IRUSR | S_IWUSR;
	status->st_nlink = 1;
	status->st_uid = geteuid();
	status->st_gid = getegid();
	status->st_blksize = 4096;
	return 0;
}

static int describe_extended(const char *path, struct statx *status)
{
	struct stat plain;

	if (describe(path, &plain) != 0)
		return -1;
	memset(status, 0, sizeof *status);
	status->stx_mask = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID | STATX_INO | STATX_SIZE;
	status->stx_ino = plain.st_ino;
	status->stx_mode = plain.st_mode;
	status->stx_nlink = 1;
	status->stx_uid = plain.st_uid;
	status->stx_gid = plain.st_gid;
	status->stx_blksize = plain.st_blksize;
	return 0;
}

static int check_access(const char *path, int mode)
{
	if (look_up(path) != 0)
		return -1;
	if ((mode & X_OK) != 0) {
		errno = EACCES;
		return -1;
	}
	return 0;
}

EXPORT int stat(const char *restrict path, struct stat *restrict status)
{
	int result = NEXT(stat)(path, status);
	return is_ours(result, path) ? describe(path, status) : result;
}

EXPORT int lstat(const char *restrict path, struct stat *restrict status)
{
	int result = NEXT(lstat)(path, status);
	return is_ours(result, path) ? describe(path, status) : result;
}

EXPORT int fstatat(int directory, const char *restrict path, struct stat *restrict status, int flags)
{
	int result = NEXT(fstatat)(directory, path, status, flags);
	return is_ours(result, path) ? describe(path, status) : result;
}

/* With 64-bit offsets the structure is the same, and so is that of programs linked with a C library older than 2.33, which call the functions below. */
EXPORT int stat64(const char *restrict path, struct stat64 *restrict status)
{
	return stat(path, (struct stat *)status);
}

EXPORT int lstat64(const char *restrict path, struct stat64 *restrict status)
{
	return lstat(path, (struct stat *)status);
}

EXPORT int fstatat64(int directory, const char *restrict path, struct stat64 *restrict status, int flags)
{
	return fstatat(directory, path, (struct stat *)status, flags);
}

EXPORT int __xstat(int version, const char *path, struct stat *status)
{
	(void)version;
	return stat(path, status);
}

EXPORT int __lxstat(int version, const char *path, struct stat *status)
{
	(void)version;
	return lstat(path, status);
}

EXPORT int __fxstatat(int version, int directory, const char *path, struct stat *status, int flags)
{
	(void)version;
	return fstatat(directory, path, status, flags);
}

EXPORT int __xstat64(int version, const char *path, struct stat64 *status)
{
	return __xstat(version, path, (struct stat *)status);
}

EXPORT int __lxstat64(int version, const char *path, struct stat64 *status)
{
	return __lxstat(version, path, (struct stat *)status);
}

EXPORT int __fxstatat64(int version, int directory, const char *path, struct stat64 *status, int flags)
{
	return __fxstatat(version, directory, path, (struct stat *)status, flags);
}

EXPORT int statx(int directory, const char *restrict path, int flags, unsigned int mask, struct statx *restrict status)
{
	int result = NEXT(statx)(directory, path, flags, mask, status);
	return is_ours(result, path) ? describe_extended(path, status) : result;
}

EXPORT int access(const char *path, int mode)
{
	int result = NEXT(access)(path, mode);
	return is_ours(result, path) ? check_access(path, mode) : result;
}

EXPORT int eaccess(const char *path, int mode)
{
	int result = NEXT(eaccess)(path, mode);
	return is_ours(result, path) ? check_access(path, mode) : result;
}

EXPORT int euidaccess(const char *path, int mode)
{
	return eaccess(path, mode);
}

EXPORT int faccessat(int directory, const char *path, int mode, int flags)
{
	int result = NEXT(faccessat)(directory, path, mode, flags);
	return is_ours(result, path) ? check_access(path, mode) : result;
}
