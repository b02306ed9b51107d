/* Arguments in the form of earlier releases of FreeBSD: the same numbers with another size, and so other commands. */
#ifndef VMMENGINE_FREEBSD_VMM_COMPAT_H
#define VMMENGINE_FREEBSD_VMM_COMPAT_H

#include <vmmengine/freebsd/vmm_dev.h>

struct vm_memseg_12 {
    int segid;
    uint64_t len;
    char name[64];
};

struct vm_memseg_14 {
    int segid;
    uint64_t len;
    char name[VM_MAX_SUFFIXLEN + 1];
};

struct vm_run_13 {
    int cpuid;
    struct vm_exit vm_exit;
};

struct vm_stats_13 {
    int cpuid;
    int num_entries;
    struct bsd_timeval tv;
    uint64_t statbuf[MAX_VM_STATS];
};

struct vm_snapshot_meta_13 {
    void *ctx;
    void *dev_data;
    const char *dev_name;
    int dev_req;
    struct vm_snapshot_buffer buffer;
    int op;
};

#endif
