namespace VmmEngine.Abi.Tests.Layouts;

/// <summary>
/// KVM's structs as a C compiler lays out linux/kvm.h and asm/kvm.h of x86-64. Structs that are anonymous in the header,
/// and the part of a struct before an array of caller's length, go by this project's names.
/// </summary>
internal static class KvmLayouts
{
    public static readonly string[] Lines =
    [
        "kvm_enable_cap 104: cap 0 4, flags 4 4, args 8 32, pad 40 64",
        "kvm_clock_data 48: clock 0 8, flags 8 4, pad0 12 4, realtime 16 8, host_tsc 24 8, pad 32 16",
        "kvm_pit_config 64: flags 0 4, pad 4 60",
        "kvm_pit_state2 112: channels 0 72, flags 72 4, reserved 76 36",
        "kvm_pit_channel_state 24: count 0 4, latched_count 4 2, count_latched 6 1, status_latched 7 1, status 8 1, "
            + "read_state 9 1, write_state 10 1, write_latch 11 1, rw_mode 12 1, mode 13 1, bcd 14 1, gate 15 1, "
            + "count_load_time 16 8",
        "kvm_pit_channels 72:",
        "kvm_reinject_control 32: pit_reinject 0 1, reserved 1 31",
        "kvm_create_device 12: type 0 4, fd 4 4, flags 8 4",
        "kvm_device_attr 24: flags 0 4, group 4 4, attr 8 8, addr 16 8",
        "kvm_guest_debug 72: control 0 4, pad 4 4, arch 8 64",
        "kvm_guest_debug_arch 64: debugreg 0 64",
        "kvm_interrupt 4: irq 0 4",
        "kvm_mp_state 4: mp_state 0 4",
        "kvm_signal_mask 4: len 0 4",
        "kvm_tpr_access_ctl 40: enabled 0 4, flags 4 4, reserved 8 32",
        "kvm_vcpu_events 64: exception 0 8, interrupt 8 4, nmi 12 4, sipi_vector 16 4, flags 20 4, smi 24 4, "
            + "triple_fault 28 1, reserved 29 26, exception_has_payload 55 1, exception_payload 56 8",
        "kvm_vcpu_events_exception 8: injected 0 1, nr 1 1, has_error_code 2 1, pending 3 1, error_code 4 4",
        "kvm_vcpu_events_interrupt 4: injected 0 1, nr 1 1, soft 2 1, shadow 3 1",
        "kvm_vcpu_events_nmi 4: injected 0 1, pending 1 1, masked 2 1, pad 3 1",
        "kvm_vcpu_events_smi 4: smm 0 1, pending 1 1, smm_inside_nmi 2 1, latched_init 3 1",
        "kvm_vcpu_events_triple_fault 1: pending 0 1",
        "kvm_ioeventfd 64: datamatch 0 8, addr 8 8, len 16 4, fd 20 4, flags 24 4, pad 28 36",
        "kvm_irq_level 8: irq 0 4, level 4 4",
        "kvm_irq_routing 8: nr 0 4, flags 4 4",
        "kvm_irq_routing_entry 48: gsi 0 4, type 4 4, flags 8 4, pad 12 4, u 16 32",
        "kvm_irq_routing_entry_u 32: irqchip 0 8, msi 0 16, pad 0 32",
        "kvm_irq_routing_irqchip 8: irqchip 0 4, pin 4 4",
        "kvm_irq_routing_msi 16: address_lo 0 4, address_hi 4 4, data 8 4, devid 12 4",
        "kvm_irqchip 520: chip_id 0 4, pad 4 4, chip 8 512",
        "kvm_irqchip_chip 512: dummy 0 512, pic 0 16, ioapic 0 216",
        "kvm_pic_state 16: last_irr 0 1, irr 1 1, imr 2 1, isr 3 1, priority_add 4 1, irq_base 5 1, read_reg_select 6 1, "
            + "poll 7 1, special_mask 8 1, init_state 9 1, auto_eoi 10 1, rotate_on_auto_eoi 11 1, special_fully_nested_mode 12 1, "
            + "init4 13 1, elcr 14 1, elcr_mask 15 1",
        "kvm_ioapic_state 216: base_address 0 8, ioregsel 8 4, id 12 4, irr 16 4, pad 20 4, redirtbl 24 192",
        "kvm_irqfd 32: fd 0 4, gsi 4 4, flags 8 4, resamplefd 12 4, pad 16 16",
        "kvm_lapic_state 1024: regs 0 1024",
        "kvm_msi 32: address_lo 0 4, address_hi 4 4, data 8 4, flags 12 4, devid 16 4, pad 20 12",
        "kvm_msr_filter 392: flags 0 4, ranges 8 384",
        "kvm_msr_filter_ranges 384:",
        "kvm_msr_filter_range 24: flags 0 4, nmsrs 4 4, base 8 4, bitmap 16 8",
        "kvm_coalesced_mmio_zone 16: addr 0 8, size 8 4, pio 12 4",
        "kvm_coalesced_mmio 24: phys_addr 0 8, len 8 4, pio 12 4, data 16 8",
        "kvm_dirty_log 16: slot 0 4, padding1 4 4, dirty_bitmap 8 8",
        "kvm_clear_dirty_log 24: slot 0 4, num_pages 4 4, first_page 8 8, dirty_bitmap 16 8",
        "kvm_translation 24: linear_address 0 8, physical_address 8 8, valid 16 1, writeable 17 1, usermode 18 1, pad 19 5",
        "kvm_userspace_memory_region 32: slot 0 4, flags 4 4, guest_phys_addr 8 8, memory_size 16 8, userspace_addr 24 8",
        "kvm_cpuid2 8: nent 0 4, padding 4 4",
        "kvm_cpuid_entry2 40: function 0 4, index 4 4, flags 8 4, eax 12 4, ebx 16 4, ecx 20 4, edx 24 4, padding 28 12",
        "kvm_debugregs 128: db 0 32, dr6 32 8, dr7 40 8, flags 48 8, reserved 56 72",
        "kvm_fpu 416: fpr 0 128, fcw 128 2, fsw 130 2, ftwx 132 1, pad1 133 1, last_opcode 134 2, last_ip 136 8, "
            + "last_dp 144 8, xmm 152 256, mxcsr 408 4, pad2 412 4",
        "kvm_msrs 8: nmsrs 0 4, pad 4 4",
        "kvm_msr_entry 16: index 0 4, reserved 4 4, data 8 8",
        "kvm_msr_list 4: nmsrs 0 4",
        "kvm_regs 144: rax 0 8, rbx 8 8, rcx 16 8, rdx 24 8, rsi 32 8, rdi 40 8, rsp 48 8, rbp 56 8, r8 64 8, r9 72 8, "
            + "r10 80 8, r11 88 8, r12 96 8, r13 104 8, r14 112 8, r15 120 8, rip 128 8, rflags 136 8",
        "kvm_segment 24: base 0 8, limit 8 4, selector 12 2, type 14 1, present 15 1, dpl 16 1, db 17 1, s 18 1, l 19 1, "
            + "g 20 1, avl 21 1, unusable 22 1, padding 23 1",
        "kvm_dtable 16: base 0 8, limit 8 2, padding 10 6",
        "kvm_sregs 312: cs 0 24, ds 24 24, es 48 24, fs 72 24, gs 96 24, ss 120 24, tr 144 24, ldt 168 24, gdt 192 16, "
            + "idt 208 16, cr0 224 8, cr2 232 8, cr3 240 8, cr4 248 8, cr8 256 8, efer 264 8, apic_base 272 8, "
            + "interrupt_bitmap 280 32",
        "kvm_sregs2 320: cs 0 24, ds 24 24, es 48 24, fs 72 24, gs 96 24, ss 120 24, tr 144 24, ldt 168 24, gdt 192 16, "
            + "idt 208 16, cr0 224 8, cr2 232 8, cr3 240 8, cr4 248 8, cr8 256 8, efer 264 8, apic_base 272 8, flags 280 8, "
            + "pdptrs 288 32",
        "kvm_xcrs 392: nr_xcrs 0 4, flags 4 4, xcrs 8 256, padding 264 128",
        "kvm_xcr 16: xcr 0 4, reserved 4 4, value 8 8",
        "kvm_xcr_array 256:",
        "kvm_xsave 4096: region 0 4096",
        "kvm_run 2352: request_interrupt_window 0 1, immediate_exit 1 1, padding1 2 6, exit_reason 8 4, "
            + "ready_for_interrupt_injection 12 1, if_flag 13 1, flags 14 2, cr8 16 8, apic_base 24 8, u 32 256, "
            + "kvm_valid_regs 288 8, kvm_dirty_regs 296 8, s 304 2048",
        "kvm_debug_exit_arch 32: exception 0 4, pad 4 4, pc 8 8, dr6 16 8, dr7 24 8",
        "kvm_run_hypercall 72: nr 0 8, args 8 48, ret 56 8, longmode 64 4",
        "kvm_run_tpr_access 16: rip 0 8, is_write 8 4, pad 12 4",
        "kvm_run_system_event 136: type 0 4, ndata 4 4, data 8 128",
        "kvm_run_eoi 1: vector 0 1",
        "kvm_run_msr 24: error 0 1, pad 1 7, reason 8 4, index 12 4, data 16 8",
        "kvm_run_notify 4: flags 0 4",
        "kvm_run_hw 8: hardware_exit_reason 0 8",
        "kvm_run_fail_entry 16: hardware_entry_failure_reason 0 8, cpu 8 4",
        "kvm_run_ex 8: exception 0 4, error_code 4 4",
        "kvm_run_internal 136: suberror 0 4, ndata 4 4, data 8 128",
        "kvm_run_emulation_failure 32: suberror 0 4, ndata 4 4, flags 8 8, insn_size 16 1, insn_bytes 17 15",
        "kvm_run_io 16: direction 0 1, size 1 1, port 2 2, count 4 4, data_offset 8 8",
        "kvm_run_mmio 24: phys_addr 0 8, data 8 8, len 16 4, is_write 20 1",
        "kvm_run_u 256: hw 0 8, fail_entry 0 16, ex 0 8, io 0 16, debug 0 32, mmio 0 24, hypercall 0 72, tpr_access 0 16, "
            + "internal 0 136, emulation_failure 0 32, system_event 0 136, eoi 0 1, msr 0 24, notify 0 4, padding 0 256",
        "kvm_sync_regs 520: regs 0 144, sregs 144 312, events 456 64",
        "kvm_run_s 2048: regs 0 520, padding 0 2048",
    ];
}
