/*
 * What OpenBSD's vmm shows to a client: structs of both revisions. As with the system's own headers a program sees one of them:
 * the baseline of early 2024, or, with VMM_OPENBSD_NEWER defined, the one of late 2025.
 */
#ifndef VMMENGINE_OPENBSD_VMM_H
#define VMMENGINE_OPENBSD_VMM_H

#include <stddef.h>
#include <stdint.h>

#include <vmmengine/openbsd/vmm_regs.h>

enum {
    VMM_MAX_MEM_RANGES = 16,
    VMM_MAX_NAME_LEN = 64,
    VMM_MAX_VCPUS = 512,
    VMM_MAX_VCPUS_PER_VM = 64,
};

enum { VM_MEM_RAM, VM_MEM_RESERVED, VM_MEM_MMIO };
enum { VCPU_STATE_STOPPED, VCPU_STATE_RUNNING, VCPU_STATE_REQTERM, VCPU_STATE_TERMINATED, VCPU_STATE_UNKNOWN };
enum { VCPU_INJECT_NONE, VCPU_INJECT_INTR, VCPU_INJECT_EX, VCPU_INJECT_NMI };
enum { VEI_DIR_OUT, VEI_DIR_IN };
enum { VEE_FAULT_INVALID, VEE_FAULT_HANDLED, VEE_FAULT_MMIO_ASSIST, VEE_FAULT_PROTECT };
enum { VEE_LEN_VALID = 0x1, VEE_BYTES_VALID = 0x2 };

enum {
    VMM_EX_DE = 0,
    VMM_EX_DB = 1,
    VMM_EX_NMI = 2,
    VMM_EX_BP = 3,
    VMM_EX_OF = 4,
    VMM_EX_BR = 5,
    VMM_EX_UD = 6,
    VMM_EX_NM = 7,
    VMM_EX_DF = 8,
    VMM_EX_CP = 9,
    VMM_EX_TS = 10,
    VMM_EX_NP = 11,
    VMM_EX_SS = 12,
    VMM_EX_GP = 13,
    VMM_EX_PF = 14,
    VMM_EX_MF = 16,
    VMM_EX_AC = 17,
    VMM_EX_MC = 18,
    VMM_EX_XM = 19,
    VMM_EX_VE = 20,
};

/* Exit reasons: hardware's numbers in the dialect of VMX, as far as they reach a client, and one of the driver's own. */
enum {
    VMX_EXIT_EXTINT = 1,
    VMX_EXIT_TRIPLE_FAULT = 2,
    VMX_EXIT_INT_WINDOW = 7,
    VMX_EXIT_CPUID = 10,
    VMX_EXIT_HLT = 12,
    VMX_EXIT_CR_ACCESS = 28,
    VMX_EXIT_IO = 30,
    VMX_EXIT_RDMSR = 31,
    VMX_EXIT_WRMSR = 32,
    VMX_EXIT_EPT_VIOLATION = 48,
    VMX_EXIT_XSETBV = 55,
    VM_EXIT_NONE = 0xFFFF,
};

enum {
    VM_RWREGS_GPRS = 0x1,
    VM_RWREGS_SREGS = 0x2,
    VM_RWREGS_CRS = 0x4,
    VM_RWREGS_MSRS = 0x8,
    VM_RWREGS_DRS = 0x10,
    VM_RWREGS_ALL = 0x1F,
};

enum {
    VM_RWVMPARAMS_PVCLOCK_SYSTEM_GPA = 0x1,
    VM_RWVMPARAMS_PVCLOCK_VERSION = 0x2,
    VM_RWVMPARAMS_ALL = 0x3,
};

struct vm_mem_range {
    uint64_t vmr_gpa;
    uint64_t vmr_va;
    size_t vmr_size;
    int vmr_type;
};

struct vm_exit_inout {
    uint8_t vei_size;
    uint8_t vei_dir;
    uint8_t vei_rep;
    uint8_t vei_string;
    uint8_t vei_encoding;
    uint16_t vei_port;
    uint32_t vei_data;
    uint8_t vei_insn_len;
};

struct vm_exit_eptviolation {
    uint8_t vee_fault_type;
    uint8_t vee_insn_info;
    uint8_t vee_insn_len;
    uint8_t vee_insn_bytes[15];
};

union vm_exit_u {
    struct vm_exit_inout vei;
    struct vm_exit_eptviolation vee;
};

struct vm_exit {
    union vm_exit_u u;
    struct vcpu_reg_state vrs;
    int cpl;
};

struct vcpu_inject_event {
    uint8_t vie_vector;
    uint32_t vie_errorcode;
    uint8_t vie_type;
};

struct vm_create_params {
    size_t vcp_nmemranges;
    size_t vcp_ncpus;
    struct vm_mem_range vcp_memranges[VMM_MAX_MEM_RANGES];
    char vcp_name[VMM_MAX_NAME_LEN];
#ifdef VMM_OPENBSD_NEWER
    int vcp_sev;
    int vcp_seves;
#endif
    uint32_t vcp_id;
#ifdef VMM_OPENBSD_NEWER
    uint32_t vcp_poscbit;
    uint32_t vcp_asid[VMM_MAX_VCPUS];
#endif
};

struct vm_run_params {
    uint32_t vrp_vm_id;
    uint32_t vrp_vcpu_id;
#ifndef VMM_OPENBSD_NEWER
    uint8_t vrp_continue;
#endif
    struct vcpu_inject_event vrp_inject;
    uint8_t vrp_intr_pending;
    struct vm_exit *vrp_exit;
    uint16_t vrp_exit_reason;
    uint8_t vrp_irqready;
};

struct vm_info_result {
    size_t vir_memory_size;
    size_t vir_used_size;
    size_t vir_ncpus;
    uint8_t vir_vcpu_state[VMM_MAX_VCPUS_PER_VM];
    int32_t vir_creator_pid;
    uint32_t vir_id;
    char vir_name[VMM_MAX_NAME_LEN];
};

struct vm_info_params {
    size_t vip_size;
    size_t vip_info_ct;
    struct vm_info_result *vip_info;
};

struct vm_terminate_params {
    uint32_t vtp_vm_id;
};

struct vm_resetcpu_params {
    uint32_t vrp_vm_id;
    uint32_t vrp_vcpu_id;
    struct vcpu_reg_state vrp_init_state;
};

struct vm_intr_params {
    uint32_t vip_vm_id;
    uint32_t vip_vcpu_id;
    uint16_t vip_intr;
};

struct vm_rwregs_params {
    uint32_t vrwp_vm_id;
    uint32_t vrwp_vcpu_id;
    uint64_t vrwp_mask;
    struct vcpu_reg_state vrwp_regs;
};

struct vm_rwvmparams_params {
    uint32_t vpp_vm_id;
    uint32_t vpp_vcpu_id;
    uint32_t vpp_mask;
    uint64_t vpp_pvclock_system_gpa;
    uint32_t vpp_pvclock_version;
};

struct vm_sharemem_params {
    uint32_t vsp_vm_id;
    size_t vsp_nmemranges;
    struct vm_mem_range vsp_memranges[VMM_MAX_MEM_RANGES];
#ifdef VMM_OPENBSD_NEWER
    uint64_t vsp_va[VMM_MAX_MEM_RANGES];
#endif
};

#ifndef VMM_OPENBSD_NEWER
struct vm_mprotect_ept_params {
    uint32_t vmep_vm_id;
    uint32_t vmep_vcpu_id;
    uint64_t vmep_sgpa;
    size_t vmep_size;
    int vmep_prot;
};
#endif

#endif
