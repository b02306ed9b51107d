namespace VmmEngine.Abi.Tests.Layouts;

/// <summary>OpenBSD's structs with the sizes and offsets of the fact sheet's section 3, in its order.</summary>
internal static class OpenBsdLayouts
{
    public static readonly string[] Shared =
    [
        "vm_mem_range 32: vmr_gpa 0 8, vmr_va 8 8, vmr_size 16 8, vmr_type 24 4",
        "vm_mem_ranges 512:",
        "vm_info_params 24: vip_size 0 8, vip_info_ct 8 8, vip_info 16 8",
        "vm_info_result 160: vir_memory_size 0 8, vir_used_size 8 8, vir_ncpus 16 8, vir_vcpu_state 24 64, vir_creator_pid 88 4, "
            + "vir_id 92 4, vir_name 96 64",
        "vm_terminate_params 4: vtp_vm_id 0 4",
        "vm_resetcpu_params 576: vrp_vm_id 0 4, vrp_vcpu_id 4 4, vrp_init_state 8 568",
        "vcpu_segment_info 24: vsi_sel 0 2, vsi_limit 4 4, vsi_ar 8 4, vsi_base 16 8",
        "vcpu_segment_infos 192:",
        "vcpu_reg_state 568: vrs_gprs 0 144, vrs_crs 144 80, vrs_msrs 224 56, vrs_drs 280 48, vrs_sregs 328 192, vrs_gdtr 520 24, "
            + "vrs_idtr 544 24",
        "vm_exit 600: u 0 20, vrs 24 568, cpl 592 4",
        "vm_exit_u 20: vei 0 16, vee 0 18",
        "vm_exit_inout 16: vei_size 0 1, vei_dir 1 1, vei_rep 2 1, vei_string 3 1, vei_encoding 4 1, vei_port 6 2, vei_data 8 4, "
            + "vei_insn_len 12 1",
        "vm_exit_eptviolation 18: vee_fault_type 0 1, vee_insn_info 1 1, vee_insn_len 2 1, vee_insn_bytes 3 15",
        "vcpu_inject_event 12: vie_vector 0 1, vie_errorcode 4 4, vie_type 8 1",
        "vm_intr_params 12: vip_vm_id 0 4, vip_vcpu_id 4 4, vip_intr 8 2",
        "vm_rwregs_params 584: vrwp_vm_id 0 4, vrwp_vcpu_id 4 4, vrwp_mask 8 8, vrwp_regs 16 568",
        "vm_rwvmparams_params 32: vpp_vm_id 0 4, vpp_vcpu_id 4 4, vpp_mask 8 4, vpp_pvclock_system_gpa 16 8, vpp_pvclock_version 24 4",
    ];

    public static readonly string[] Baseline =
    [
        "vm_create_params 600: vcp_nmemranges 0 8, vcp_ncpus 8 8, vcp_memranges 16 512, vcp_name 528 64, vcp_id 592 4",
        "vm_sharemem_params 528: vsp_vm_id 0 4, vsp_nmemranges 8 8, vsp_memranges 16 512",
        "vm_run_params 48: vrp_vm_id 0 4, vrp_vcpu_id 4 4, vrp_continue 8 1, vrp_inject 12 12, vrp_intr_pending 24 1, vrp_exit 32 8, "
            + "vrp_exit_reason 40 2, vrp_irqready 42 1",
        "vm_mprotect_ept_params 32: vmep_vm_id 0 4, vmep_vcpu_id 4 4, vmep_sgpa 8 8, vmep_size 16 8, vmep_prot 24 4",
    ];

    public static readonly string[] Newer =
    [
        "vm_create_params 2656: vcp_nmemranges 0 8, vcp_ncpus 8 8, vcp_memranges 16 512, vcp_name 528 64, vcp_sev 592 4, "
            + "vcp_seves 596 4, vcp_id 600 4, vcp_poscbit 604 4, vcp_asid 608 2048",
        "vm_sharemem_params 656: vsp_vm_id 0 4, vsp_nmemranges 8 8, vsp_memranges 16 512, vsp_va 528 128",
        "vm_run_params 40: vrp_vm_id 0 4, vrp_vcpu_id 4 4, vrp_inject 8 12, vrp_intr_pending 20 1, vrp_exit 24 8, "
            + "vrp_exit_reason 32 2, vrp_irqready 34 1",
    ];
}
