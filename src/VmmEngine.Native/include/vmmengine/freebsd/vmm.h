/*
 * What FreeBSD's vmm shows to a client, part one: registers, descriptors, and why a guest was left. Numbers and layouts are those of the
 * kernel's own headers; the text is not.
 */
#ifndef VMMENGINE_FREEBSD_VMM_H
#define VMMENGINE_FREEBSD_VMM_H

#include <stdint.h>

enum vm_reg_name {
    VM_REG_GUEST_RAX = 0,
    VM_REG_GUEST_RBX = 1,
    VM_REG_GUEST_RCX = 2,
    VM_REG_GUEST_RDX = 3,
    VM_REG_GUEST_RSI = 4,
    VM_REG_GUEST_RDI = 5,
    VM_REG_GUEST_RBP = 6,
    VM_REG_GUEST_R8 = 7,
    VM_REG_GUEST_R9 = 8,
    VM_REG_GUEST_R10 = 9,
    VM_REG_GUEST_R11 = 10,
    VM_REG_GUEST_R12 = 11,
    VM_REG_GUEST_R13 = 12,
    VM_REG_GUEST_R14 = 13,
    VM_REG_GUEST_R15 = 14,
    VM_REG_GUEST_CR0 = 15,
    VM_REG_GUEST_CR3 = 16,
    VM_REG_GUEST_CR4 = 17,
    VM_REG_GUEST_DR7 = 18,
    VM_REG_GUEST_RSP = 19,
    VM_REG_GUEST_RIP = 20,
    VM_REG_GUEST_RFLAGS = 21,
    VM_REG_GUEST_ES = 22,
    VM_REG_GUEST_CS = 23,
    VM_REG_GUEST_SS = 24,
    VM_REG_GUEST_DS = 25,
    VM_REG_GUEST_FS = 26,
    VM_REG_GUEST_GS = 27,
    VM_REG_GUEST_LDTR = 28,
    VM_REG_GUEST_TR = 29,
    VM_REG_GUEST_IDTR = 30,
    VM_REG_GUEST_GDTR = 31,
    VM_REG_GUEST_EFER = 32,
    VM_REG_GUEST_CR2 = 33,
    VM_REG_GUEST_PDPTE0 = 34,
    VM_REG_GUEST_PDPTE1 = 35,
    VM_REG_GUEST_PDPTE2 = 36,
    VM_REG_GUEST_PDPTE3 = 37,
    VM_REG_GUEST_INTR_SHADOW = 38,
    VM_REG_GUEST_DR0 = 39,
    VM_REG_GUEST_DR1 = 40,
    VM_REG_GUEST_DR2 = 41,
    VM_REG_GUEST_DR3 = 42,
    VM_REG_GUEST_DR6 = 43,
    VM_REG_GUEST_ENTRY_INST_LENGTH = 44,
    VM_REG_GUEST_FS_BASE = 45,
    VM_REG_GUEST_GS_BASE = 46,
    VM_REG_GUEST_KGS_BASE = 47,
    VM_REG_GUEST_TPR = 48,
    VM_REG_LAST = 49,
};

enum vm_cap_type {
    VM_CAP_HALT_EXIT = 0,
    VM_CAP_MTRAP_EXIT = 1,
    VM_CAP_PAUSE_EXIT = 2,
    VM_CAP_UNRESTRICTED_GUEST = 3,
    VM_CAP_ENABLE_INVPCID = 4,
    VM_CAP_BPT_EXIT = 5,
    VM_CAP_RDPID = 6,
    VM_CAP_RDTSCP = 7,
    VM_CAP_IPI_EXIT = 8,
    VM_CAP_MASK_HWINTR = 9,
    VM_CAP_RFLAGS_TF = 10,
    VM_CAP_MAX = 11,
};

enum vm_cpu_mode { CPU_MODE_REAL, CPU_MODE_PROTECTED, CPU_MODE_COMPATIBILITY, CPU_MODE_64BIT };
enum vm_paging_mode { PAGING_MODE_FLAT, PAGING_MODE_32, PAGING_MODE_PAE, PAGING_MODE_64, PAGING_MODE_64_LA57 };

enum vm_suspend_how {
    VM_SUSPEND_NONE = 0,
    VM_SUSPEND_RESET = 1,
    VM_SUSPEND_POWEROFF = 2,
    VM_SUSPEND_HALT = 3,
    VM_SUSPEND_TRIPLEFAULT = 4,
    VM_SUSPEND_DESTROY = 5,
    VM_SUSPEND_LAST = 6,
};

enum vm_exitcode {
    VM_EXITCODE_INOUT = 0,
    VM_EXITCODE_VMX = 1,
    VM_EXITCODE_BOGUS = 2,
    VM_EXITCODE_RDMSR = 3,
    VM_EXITCODE_WRMSR = 4,
    VM_EXITCODE_HLT = 5,
    VM_EXITCODE_MTRAP = 6,
    VM_EXITCODE_PAUSE = 7,
    VM_EXITCODE_PAGING = 8,
    VM_EXITCODE_INST_EMUL = 9,
    VM_EXITCODE_SPINUP_AP = 10,
    VM_EXITCODE_DEPRECATED1 = 11,
    VM_EXITCODE_RENDEZVOUS = 12,
    VM_EXITCODE_IOAPIC_EOI = 13,
    VM_EXITCODE_SUSPENDED = 14,
    VM_EXITCODE_INOUT_STR = 15,
    VM_EXITCODE_TASK_SWITCH = 16,
    VM_EXITCODE_MONITOR = 17,
    VM_EXITCODE_MWAIT = 18,
    VM_EXITCODE_SVM = 19,
    VM_EXITCODE_REQIDLE = 20,
    VM_EXITCODE_DEBUG = 21,
    VM_EXITCODE_VMINSN = 22,
    VM_EXITCODE_BPT = 23,
    VM_EXITCODE_IPI = 24,
    VM_EXITCODE_DB = 25,
    VM_EXITCODE_MAX = 26,
};

struct seg_desc {
    uint64_t base;
    uint32_t limit; /* offset of the last byte */
    uint32_t access;
};

struct vm_guest_paging {
    uint64_t cr3;
    int cpl;
    enum vm_cpu_mode cpu_mode;
    enum vm_paging_mode paging_mode;
};

struct vm_inout {
    union {
        uint16_t bits;
        struct {
            uint16_t bytes : 3;
            uint16_t in : 1;
            uint16_t string : 1;
            uint16_t rep : 1;
        };
    };
    uint16_t port;
    uint32_t eax; /* of an OUT */
};

struct vm_inout_str {
    struct vm_inout inout;
    struct vm_guest_paging paging;
    uint64_t rflags;
    uint64_t cr0;
    uint64_t index;
    uint64_t count;
    int addrsize;
    int seg_name;
    struct seg_desc seg_desc;
    int cs_d;
    uint64_t cs_base;
};

struct vie_op {
    uint8_t op_byte;
    uint8_t op_type;
    uint16_t op_flags;
};

struct vie {
    uint8_t inst[15];
    uint8_t num_valid;
    uint8_t num_processed;
    uint8_t addrsize_opsize;
    uint8_t prefixes;
    uint8_t overrides_mod_reg;
    uint8_t rm_ss_vex;
    uint8_t index_base;
    uint8_t disp_bytes;
    uint8_t imm_bytes;
    uint8_t scale;
    uint8_t vex_reg_pp;
    int base_register;
    int index_register;
    int segment_register;
    int64_t displacement;
    int64_t immediate;
    uint8_t decoded;
    struct vie_op op;
};

struct vm_exit_paging {
    uint64_t gpa;
    int fault_type;
};

struct vm_exit_inst_emul {
    uint64_t gpa;
    uint64_t gla;
    uint64_t cs_base;
    int cs_d;
    struct vm_guest_paging paging;
    struct vie vie;
};

struct vm_exit_vmx {
    int status;
    uint32_t exit_reason;
    uint64_t exit_qualification;
    int inst_type;
    int inst_error;
};

struct vm_exit_svm {
    uint64_t exitcode;
    uint64_t exitinfo1;
    uint64_t exitinfo2;
};

struct vm_exit_bpt {
    int inst_length;
};

struct vm_exit_dbg {
    int trace_trap;
    int pushf_intercept;
    int tf_shadow_val;
    struct vm_guest_paging paging;
};

struct vm_exit_msr {
    uint32_t code;
    uint64_t wval;
};

struct vm_exit_spinup_ap {
    int vcpu;
    uint64_t rip;
};

struct vm_exit_hlt {
    uint64_t rflags;
    uint64_t intr_status;
};

struct vm_exit_ioapic_eoi {
    int vector;
};

struct vm_exit_suspended {
    enum vm_suspend_how how;
};

struct vm_exit_ipi {
    uint32_t mode;
    uint8_t vector;
};

struct vm_exit_ipi_13 {
    uint32_t mode;
    uint8_t vector;
    uint64_t dmask[4];
};

struct vm_task_switch {
    uint16_t tsssel;
    int ext;
    uint32_t errcode;
    int errcode_valid;
    int reason;
    struct vm_guest_paging paging;
};

union vm_exit_u {
    struct vm_inout inout;
    struct vm_inout_str inout_str;
    struct vm_exit_paging paging;
    struct vm_exit_inst_emul inst_emul;
    struct vm_exit_vmx vmx;
    struct vm_exit_svm svm;
    struct vm_exit_bpt bpt;
    struct vm_exit_dbg dbg;
    struct vm_exit_msr msr;
    struct vm_exit_spinup_ap spinup_ap;
    struct vm_exit_hlt hlt;
    struct vm_exit_ioapic_eoi ioapic_eoi;
    struct vm_exit_suspended suspended;
    struct vm_exit_ipi ipi;
    struct vm_exit_ipi_13 ipi_13;
    struct vm_task_switch task_switch;
};

struct vm_exit {
    enum vm_exitcode exitcode;
    int inst_length;
    uint64_t rip;
    union vm_exit_u u;
};

#endif
