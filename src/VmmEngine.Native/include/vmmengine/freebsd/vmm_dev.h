/* What FreeBSD's vmm shows to a client, part two: the arguments of the commands of a VM's device, and of the control device. */
#ifndef VMMENGINE_FREEBSD_VMM_DEV_H
#define VMMENGINE_FREEBSD_VMM_DEV_H

#include <stddef.h>

#include <vmmengine/freebsd/vmm.h>

enum {
    VM_MAX_NAMELEN = 229,
    VM_MAX_SUFFIXLEN = 15,
    VMMCTL_CREATE_DESTROY_ON_CLOSE = 0x1,
    VM_SYSMEM = 0,
    VM_BOOTROM = 8,
    VM_FRAMEBUFFER = 9,
    VM_PCIROM = 10,
    VM_MAX_MEMSEGS = 11,
    VM_MAX_MEMMAPS = 22,
    VM_PROT_READ = 1,
    VM_PROT_WRITE = 2,
    VM_PROT_EXECUTE = 4,
    VM_PROT_ALL = VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE,
    VM_MEMMAP_F_WIRED = 0x1,
    VM_MEMMAP_F_IOMMU = 0x2,
    VM_ACTIVE_CPUS = 0,
    VM_SUSPENDED_CPUS = 1,
    VM_DEBUG_CPUS = 2,
    CPU_SETSIZE_BYTES = 128,
    MAX_VM_STATS = 64,
};

struct vmmctl_vm_create {
    char name[VM_MAX_NAMELEN + 1];
    uint32_t flags;
    int reserved[15];
};

struct vmmctl_vm_destroy {
    char name[VM_MAX_NAMELEN + 1];
    int reserved[16];
};

/* The kernel's cpuset_t; Linux's <sched.h> has that name in a different spelling and this size by chance only. */
struct cpuset_t {
    uint64_t __bits[CPU_SETSIZE_BYTES / 8];
};

struct vm_run {
    int cpuid;
    struct cpuset_t *cpuset;
    uint64_t cpusetsize;
    struct vm_exit *vm_exit;
};

struct vm_memseg {
    int segid;
    uint64_t len;
    char name[VM_MAX_SUFFIXLEN + 1];
    uint64_t *ds_mask;
    uint64_t ds_mask_size;
    int ds_policy;
};

struct vm_memmap {
    uint64_t gpa;
    int segid;
    int64_t segoff;
    uint64_t len;
    int prot;
    int flags;
};

struct vm_munmap {
    uint64_t gpa;
    uint64_t len;
};

struct vm_gla2gpa {
    int vcpuid;
    int prot;
    uint64_t gla;
    struct vm_guest_paging paging;
    int fault;
    uint64_t gpa;
};

struct vm_gpa_pte {
    uint64_t gpa;
    uint64_t pte[4];
    int ptenum;
};

struct vm_register {
    int cpuid;
    int regnum;
    uint64_t regval;
};

struct vm_register_set {
    int cpuid;
    unsigned count;
    const int *regnums;
    uint64_t *regvals;
};

struct vm_seg_desc {
    int cpuid;
    int regnum;
    struct seg_desc desc;
};

struct vm_capability {
    int cpuid;
    int captype;
    int capval;
    int allcpus;
};

struct vm_exception {
    int cpuid;
    int vector;
    uint32_t error_code;
    int error_code_valid;
    int restart_instruction;
};

struct vm_intinfo {
    int vcpuid;
    uint64_t info1;
    uint64_t info2;
};

struct vm_nmi {
    int cpuid;
};

struct vm_lapic_irq {
    int cpuid;
    int vector;
};

struct vm_lapic_msi {
    uint64_t msg;
    uint64_t addr;
};

struct vm_ioapic_irq {
    int irq;
};

struct vm_isa_irq {
    int atpic_irq;
    int ioapic_irq;
};

struct vm_isa_irq_trigger {
    int atpic_irq;
    int trigger;
};

struct vm_x2apic {
    int cpuid;
    int state;
};

struct vm_hpet_cap {
    uint32_t capabilities;
};

struct vm_rtc_data {
    int offset;
    uint8_t value;
};

struct vm_rtc_time {
    int64_t secs;
};

struct vm_readwrite_kernemu_device {
    int vcpuid;
    uint32_t access_width;
    uint64_t gpa;
    uint64_t value;
};

struct vm_pptdev {
    int bus;
    int slot;
    int func;
};

struct vm_pptdev_mmio {
    int bus;
    int slot;
    int func;
    uint64_t gpa;
    uint64_t hpa;
    size_t len;
};

struct vm_pptdev_msi {
    int unused;
    int bus;
    int slot;
    int func;
    int numvec;
    uint64_t msg;
    uint64_t addr;
};

struct vm_pptdev_msix {
    int unused;
    int bus;
    int slot;
    int func;
    int idx;
    uint64_t msg;
    uint32_t vector_control;
    uint64_t addr;
};

/* FreeBSD's struct timeval, under a name that Linux's headers leave free. */
struct bsd_timeval {
    int64_t tv_sec;
    int64_t tv_usec;
};

struct vm_stats {
    int cpuid;
    int index;
    int num_entries;
    struct bsd_timeval tv;
    uint64_t statbuf[MAX_VM_STATS];
};

struct vm_stat_desc {
    int index;
    char desc[128];
};

struct vm_activate_cpu {
    int vcpuid;
};

struct vm_cpuset {
    int which;
    int cpusetsize;
    struct cpuset_t *cpus;
};

struct vm_cpu_topology {
    uint16_t sockets;
    uint16_t cores;
    uint16_t threads;
    uint16_t maxcpus;
};

struct vm_suspend {
    enum vm_suspend_how how;
};

struct vm_snapshot_buffer {
    uint8_t *buf_start;
    size_t buf_size;
    uint8_t *buf;
    size_t buf_rem;
};

struct vm_snapshot_meta {
    void *dev_data;
    const char *dev_name;
    int dev_req;
    struct vm_snapshot_buffer buffer;
    int op;
};

#endif
