namespace VmmEngine.Abi.Tests.Layouts;

/// <summary>FreeBSD's structs with the sizes and offsets of the fact sheet, in its order.</summary>
internal static class FreeBsdLayouts
{
    public static readonly string[] Lines =
    [
        // Section 2.1
        "vmmctl_vm_create 296: name 0 230, flags 232 4, reserved 236 60",
        "vmmctl_vm_destroy 296: name 0 230, reserved 232 64",

        // Section 3.4
        "vm_memseg_12 80: segid 0 4, len 8 8, name 16 64",
        "vm_memseg_14 32: segid 0 4, len 8 8, name 16 16",
        "vm_run_13 144: cpuid 0 4, vm_exit 8 136",
        "vm_stats_13 536: cpuid 0 4, num_entries 4 4, tv 8 16, statbuf 24 512",
        "vm_snapshot_meta_13 72: ctx 0 8, dev_data 8 8, dev_name 16 8, dev_req 24 4, buffer 32 32, op 64 4",
        "vm_exit_ipi_13 40: mode 0 4, vector 4 1, dmask 8 32",

        // Section 5
        "vm_run 32: cpuid 0 4, cpuset 8 8, cpusetsize 16 8, vm_exit 24 8",
        "vm_exit 136: exitcode 0 4, inst_length 4 4, rip 8 8, u 16 120",

        // Section 5.3, whose offsets count from the start of vm_exit: 16 less here
        "vm_exit_u 120: inout 0 8, inout_str 0 104, paging 0 16, inst_emul 0 120, vmx 0 24, svm 0 24, bpt 0 4, dbg 0 40, msr 0 16, "
            + "spinup_ap 0 16, hlt 0 16, ioapic_eoi 0 4, suspended 0 4, ipi 0 8, ipi_13 0 40, task_switch 0 48",
        "vm_inout 8: bits 0 2, port 2 2, eax 4 4",
        "vm_inout_str 104: inout 0 8, paging 8 24, rflags 32 8, cr0 40 8, index 48 8, count 56 8, addrsize 64 4, seg_name 68 4, "
            + "seg_desc 72 16, cs_d 88 4, cs_base 96 8",
        "vm_exit_paging 16: gpa 0 8, fault_type 8 4",
        "vm_exit_inst_emul 120: gpa 0 8, gla 8 8, cs_base 16 8, cs_d 24 4, paging 32 24, vie 56 64",
        "vm_exit_vmx 24: status 0 4, exit_reason 4 4, exit_qualification 8 8, inst_type 16 4, inst_error 20 4",
        "vm_exit_svm 24: exitcode 0 8, exitinfo1 8 8, exitinfo2 16 8",
        "vm_exit_bpt 4: inst_length 0 4",
        "vm_exit_dbg 40: trace_trap 0 4, pushf_intercept 4 4, tf_shadow_val 8 4, paging 16 24",
        "vm_exit_msr 16: code 0 4, wval 8 8",
        "vm_exit_spinup_ap 16: vcpu 0 4, rip 8 8",
        "vm_exit_hlt 16: rflags 0 8, intr_status 8 8",
        "vm_exit_ioapic_eoi 4: vector 0 4",
        "vm_exit_suspended 4: how 0 4",
        "vm_exit_ipi 8: mode 0 4, vector 4 1",
        "vm_task_switch 48: tsssel 0 2, ext 4 4, errcode 8 4, errcode_valid 12 4, reason 16 4, paging 24 24",
        "vm_guest_paging 24: cr3 0 8, cpl 8 4, cpu_mode 12 4, paging_mode 16 4",
        "vie 64: inst 0 15, num_valid 15 1, num_processed 16 1, addrsize_opsize 17 1, prefixes 18 1, overrides_mod_reg 19 1, "
            + "rm_ss_vex 20 1, index_base 21 1, disp_bytes 22 1, imm_bytes 23 1, scale 24 1, vex_reg_pp 25 1, base_register 28 4, "
            + "index_register 32 4, segment_register 36 4, displacement 40 8, immediate 48 8, decoded 56 1, op 58 4",
        "vie_op 4: op_byte 0 1, op_type 1 1, op_flags 2 2",

        // Section 6
        "vm_memseg 56: segid 0 4, len 8 8, name 16 16, ds_mask 32 8, ds_mask_size 40 8, ds_policy 48 4",
        "vm_memmap 40: gpa 0 8, segid 8 4, segoff 16 8, len 24 8, prot 32 4, flags 36 4",
        "vm_munmap 16: gpa 0 8, len 8 8",
        "vm_gla2gpa 56: vcpuid 0 4, prot 4 4, gla 8 8, paging 16 24, fault 40 4, gpa 48 8",
        "vm_gpa_pte 48: gpa 0 8, pte 8 32, ptenum 40 4",

        // Section 7
        "vm_register 16: cpuid 0 4, regnum 4 4, regval 8 8",
        "vm_register_set 24: cpuid 0 4, count 4 4, regnums 8 8, regvals 16 8",
        "vm_seg_desc 24: cpuid 0 4, regnum 4 4, desc 8 16",
        "seg_desc 16: base 0 8, limit 8 4, access 12 4",
        "vm_capability 16: cpuid 0 4, captype 4 4, capval 8 4, allcpus 12 4",

        // Section 8
        "vm_exception 20: cpuid 0 4, vector 4 4, error_code 8 4, error_code_valid 12 4, restart_instruction 16 4",
        "vm_intinfo 24: vcpuid 0 4, info1 8 8, info2 16 8",
        "vm_nmi 4: cpuid 0 4",

        // Section 9
        "vm_lapic_irq 8: cpuid 0 4, vector 4 4",
        "vm_lapic_msi 16: msg 0 8, addr 8 8",
        "vm_ioapic_irq 4: irq 0 4",
        "vm_isa_irq 8: atpic_irq 0 4, ioapic_irq 4 4",
        "vm_isa_irq_trigger 8: atpic_irq 0 4, trigger 4 4",
        "vm_x2apic 8: cpuid 0 4, state 4 4",
        "vm_hpet_cap 4: capabilities 0 4",
        "vm_rtc_data 8: offset 0 4, value 4 1",
        "vm_rtc_time 8: secs 0 8",
        "vm_readwrite_kernemu_device 24: vcpuid 0 4, access_width 4 4, gpa 8 8, value 16 8",

        // Section 10
        "vm_stats 544: cpuid 0 4, index 4 4, num_entries 8 4, tv 16 16, statbuf 32 512",
        "timeval 16: tv_sec 0 8, tv_usec 8 8",
        "vm_stat_desc 132: index 0 4, desc 4 128",

        // Section 11
        "vm_snapshot_meta 64: dev_data 0 8, dev_name 8 8, dev_req 16 4, buffer 24 32, op 56 4",
        "vm_snapshot_buffer 32: buf_start 0 8, buf_size 8 8, buf 16 8, buf_rem 24 8",

        // Section 12
        "vm_pptdev 12: bus 0 4, slot 4 4, func 8 4",
        "vm_pptdev_mmio 40: bus 0 4, slot 4 4, func 8 4, gpa 16 8, hpa 24 8, len 32 8",
        "vm_pptdev_msi 40: unused 0 4, bus 4 4, slot 8 4, func 12 4, numvec 16 4, msg 24 8, addr 32 8",
        "vm_pptdev_msix 48: unused 0 4, bus 4 4, slot 8 4, func 12 4, idx 16 4, msg 24 8, vector_control 32 4, addr 40 8",

        // Section 13
        "vm_activate_cpu 4: vcpuid 0 4",
        "vm_suspend 4: how 0 4",
        "vm_cpuset 16: which 0 4, cpusetsize 4 4, cpus 8 8",
        "vm_cpu_topology 8: sockets 0 2, cores 2 2, threads 4 2, maxcpus 6 2",
        "cpuset_t 128: __bits 0 128",
    ];
}
