/* The registers of a vCPU of OpenBSD's vmm, and the indexes into their arrays. */
#ifndef VMMENGINE_OPENBSD_VMM_REGS_H
#define VMMENGINE_OPENBSD_VMM_REGS_H

#include <stdint.h>

enum {
    VCPU_REGS_RAX = 0,
    VCPU_REGS_RCX = 1,
    VCPU_REGS_RDX = 2,
    VCPU_REGS_RBX = 3,
    VCPU_REGS_RSP = 4,
    VCPU_REGS_RBP = 5,
    VCPU_REGS_RSI = 6,
    VCPU_REGS_RDI = 7,
    VCPU_REGS_R8 = 8,
    VCPU_REGS_R9 = 9,
    VCPU_REGS_R10 = 10,
    VCPU_REGS_R11 = 11,
    VCPU_REGS_R12 = 12,
    VCPU_REGS_R13 = 13,
    VCPU_REGS_R14 = 14,
    VCPU_REGS_R15 = 15,
    VCPU_REGS_RIP = 16,
    VCPU_REGS_RFLAGS = 17,
    VCPU_REGS_NGPRS = 18,
};

enum {
    VCPU_REGS_CR0 = 0,
    VCPU_REGS_CR2 = 1,
    VCPU_REGS_CR3 = 2,
    VCPU_REGS_CR4 = 3,
    VCPU_REGS_CR8 = 4,
    VCPU_REGS_XCR0 = 5,
    VCPU_REGS_PDPTE0 = 6,
    VCPU_REGS_PDPTE1 = 7,
    VCPU_REGS_PDPTE2 = 8,
    VCPU_REGS_PDPTE3 = 9,
    VCPU_REGS_NCRS = 10,
};

enum {
    VCPU_REGS_EFER = 0,
    VCPU_REGS_STAR = 1,
    VCPU_REGS_LSTAR = 2,
    VCPU_REGS_CSTAR = 3,
    VCPU_REGS_SFMASK = 4,
    VCPU_REGS_KGSBASE = 5,
    VCPU_REGS_MISC_ENABLE = 6,
    VCPU_REGS_NMSRS = 7,
};

enum {
    VCPU_REGS_DR0 = 0,
    VCPU_REGS_DR1 = 1,
    VCPU_REGS_DR2 = 2,
    VCPU_REGS_DR3 = 3,
    VCPU_REGS_DR6 = 4,
    VCPU_REGS_DR7 = 5,
    VCPU_REGS_NDRS = 6,
};

enum {
    VCPU_REGS_ES = 0,
    VCPU_REGS_CS = 1,
    VCPU_REGS_SS = 2,
    VCPU_REGS_DS = 3,
    VCPU_REGS_FS = 4,
    VCPU_REGS_GS = 5,
    VCPU_REGS_LDTR = 6,
    VCPU_REGS_TR = 7,
    VCPU_REGS_NSREGS = 8,
};

struct vcpu_segment_info {
    uint16_t vsi_sel;
    uint32_t vsi_limit;
    uint32_t vsi_ar;
    uint64_t vsi_base;
};

struct vcpu_reg_state {
    uint64_t vrs_gprs[VCPU_REGS_NGPRS];
    uint64_t vrs_crs[VCPU_REGS_NCRS];
    uint64_t vrs_msrs[VCPU_REGS_NMSRS];
    uint64_t vrs_drs[VCPU_REGS_NDRS];
    struct vcpu_segment_info vrs_sregs[VCPU_REGS_NSREGS];
    struct vcpu_segment_info vrs_gdtr;
    struct vcpu_segment_info vrs_idtr;
};

#endif
