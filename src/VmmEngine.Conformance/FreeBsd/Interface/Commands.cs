namespace VmmEngine.Conformance.FreeBsd.Interface;

/// <summary>The 70 command words, from the interface's description. A test compares them with the engine's tables, which compute theirs from layouts.</summary>
internal static class Commands
{
    // The control device.
    public static Command VMMCTL_VM_CREATE { get; } = new(nameof(VMMCTL_VM_CREATE), 0xC128_5600);
    public static Command VMMCTL_VM_DESTROY { get; } = new(nameof(VMMCTL_VM_DESTROY), 0xC128_5601);

    // Every architecture.
    public static Command VM_GET_REGISTER { get; } = new(nameof(VM_GET_REGISTER), 0xC010_7615, Before.OneVcpu);
    public static Command VM_SET_REGISTER { get; } = new(nameof(VM_SET_REGISTER), 0x8010_7614, Before.OneVcpu);
    public static Command VM_GET_REGISTER_SET { get; } = new(nameof(VM_GET_REGISTER_SET), 0xC018_7619, Before.OneVcpu);
    public static Command VM_SET_REGISTER_SET { get; } = new(nameof(VM_SET_REGISTER_SET), 0x8018_7618, Before.OneVcpu);
    public static Command VM_GET_CAPABILITY { get; } = new(nameof(VM_GET_CAPABILITY), 0xC010_7603, Before.OneVcpu);
    public static Command VM_SET_CAPABILITY { get; } = new(nameof(VM_SET_CAPABILITY), 0x8010_7602, Before.OneVcpu);
    public static Command VM_ACTIVATE_CPU { get; } = new(nameof(VM_ACTIVATE_CPU), 0x8004_765A, Before.OneVcpu);
    public static Command VM_INJECT_EXCEPTION { get; } = new(nameof(VM_INJECT_EXCEPTION), 0x8014_761E, Before.OneVcpu);
    public static Command VM_STATS { get; } = new(nameof(VM_STATS), 0xC220_7632, Before.OneVcpu);
    public static Command VM_STAT_DESC { get; } = new(nameof(VM_STAT_DESC), 0xC084_7633);
    public static Command VM_ALLOC_MEMSEG { get; } = new(nameof(VM_ALLOC_MEMSEG), 0x8038_760E, Before.WholeMap | Before.AllVcpus);
    public static Command VM_MMAP_MEMSEG { get; } = new(nameof(VM_MMAP_MEMSEG), 0x8028_7610, Before.WholeMap | Before.AllVcpus);
    public static Command VM_MUNMAP_MEMSEG { get; } = new(nameof(VM_MUNMAP_MEMSEG), 0x8010_7613, Before.WholeMap | Before.AllVcpus);
    public static Command VM_REINIT { get; } = new(nameof(VM_REINIT), 0x2000_7605, Before.WholeMap | Before.AllVcpus);
    public static Command VM_GET_MEMSEG { get; } = new(nameof(VM_GET_MEMSEG), 0xC038_760F, Before.SharedMap);
    public static Command VM_MMAP_GETNEXT { get; } = new(nameof(VM_MMAP_GETNEXT), 0xC028_7611, Before.SharedMap);
    public static Command VM_SUSPEND_CPU { get; } = new(nameof(VM_SUSPEND_CPU), 0x8004_765C, Before.MaybeVcpu);
    public static Command VM_RESUME_CPU { get; } = new(nameof(VM_RESUME_CPU), 0x8004_765D, Before.MaybeVcpu);
    public static Command VM_SUSPEND { get; } = new(nameof(VM_SUSPEND), 0x8004_7604);
    public static Command VM_GET_CPUS { get; } = new(nameof(VM_GET_CPUS), 0x8010_765B);
    public static Command VM_GET_TOPOLOGY { get; } = new(nameof(VM_GET_TOPOLOGY), 0x4008_7640);
    public static Command VM_SET_TOPOLOGY { get; } = new(nameof(VM_SET_TOPOLOGY), 0x8008_763F);

    // amd64.
    public static Command VM_RUN { get; } = new(nameof(VM_RUN), 0x8020_7601, Before.OneVcpu);
    public static Command VM_GET_SEGMENT_DESCRIPTOR { get; } = new(nameof(VM_GET_SEGMENT_DESCRIPTOR), 0xC018_7617, Before.OneVcpu);
    public static Command VM_SET_SEGMENT_DESCRIPTOR { get; } = new(nameof(VM_SET_SEGMENT_DESCRIPTOR), 0x8018_7616, Before.OneVcpu);
    public static Command VM_SET_X2APIC_STATE { get; } = new(nameof(VM_SET_X2APIC_STATE), 0x8008_763C, Before.OneVcpu);
    public static Command VM_GLA2GPA { get; } = new(nameof(VM_GLA2GPA), 0xC038_760D, Before.OneVcpu);
    public static Command VM_GLA2GPA_NOFAULT { get; } = new(nameof(VM_GLA2GPA_NOFAULT), 0xC038_7612, Before.OneVcpu);
    public static Command VM_SET_INTINFO { get; } = new(nameof(VM_SET_INTINFO), 0x8018_761D, Before.OneVcpu);
    public static Command VM_GET_INTINFO { get; } = new(nameof(VM_GET_INTINFO), 0xC018_761C, Before.OneVcpu);
    public static Command VM_RESTART_INSTRUCTION { get; } = new(nameof(VM_RESTART_INSTRUCTION), 0x8004_7627, Before.OneVcpu);
    public static Command VM_GET_KERNEMU_DEV { get; } = new(nameof(VM_GET_KERNEMU_DEV), 0xC018_761A, Before.OneVcpu);
    public static Command VM_SET_KERNEMU_DEV { get; } = new(nameof(VM_SET_KERNEMU_DEV), 0x8018_761B, Before.OneVcpu);
    public static Command VM_BIND_PPTDEV { get; } = new(nameof(VM_BIND_PPTDEV), 0x800C_7628, Before.WholeMap | Before.AllVcpus | Before.Passthrough);
    public static Command VM_UNBIND_PPTDEV { get; } = new(nameof(VM_UNBIND_PPTDEV), 0x800C_7629, Before.WholeMap | Before.AllVcpus | Before.Passthrough);
    public static Command VM_MAP_PPTDEV_MMIO { get; } = new(nameof(VM_MAP_PPTDEV_MMIO), 0x8028_762A, Before.AllVcpus | Before.Passthrough);
    public static Command VM_UNMAP_PPTDEV_MMIO { get; } = new(nameof(VM_UNMAP_PPTDEV_MMIO), 0x8028_762E, Before.AllVcpus | Before.Passthrough);
    public static Command VM_SNAPSHOT_REQ { get; } = new(nameof(VM_SNAPSHOT_REQ), 0xC040_7671, Before.AllVcpus);
    public static Command VM_RESTORE_TIME { get; } = new(nameof(VM_RESTORE_TIME), 0xC004_7673, Before.AllVcpus);
    public static Command VM_INJECT_NMI { get; } = new(nameof(VM_INJECT_NMI), 0x8004_7620, Before.OneVcpu);
    public static Command VM_LAPIC_IRQ { get; } = new(nameof(VM_LAPIC_IRQ), 0x8008_761F, Before.OneVcpu);
    public static Command VM_GET_X2APIC_STATE { get; } = new(nameof(VM_GET_X2APIC_STATE), 0xC008_763D, Before.OneVcpu);
    public static Command VM_LAPIC_LOCAL_IRQ { get; } = new(nameof(VM_LAPIC_LOCAL_IRQ), 0x8008_7625, Before.MaybeVcpu);
    public static Command VM_PPTDEV_MSI { get; } = new(nameof(VM_PPTDEV_MSI), 0x8028_762B, Before.Passthrough);
    public static Command VM_PPTDEV_MSIX { get; } = new(nameof(VM_PPTDEV_MSIX), 0x8030_762C, Before.Passthrough);
    public static Command VM_PPTDEV_DISABLE_MSIX { get; } = new(nameof(VM_PPTDEV_DISABLE_MSIX), 0x800C_762D, Before.Passthrough);
    public static Command VM_LAPIC_MSI { get; } = new(nameof(VM_LAPIC_MSI), 0x8010_7624);
    public static Command VM_IOAPIC_ASSERT_IRQ { get; } = new(nameof(VM_IOAPIC_ASSERT_IRQ), 0x8004_7621);
    public static Command VM_IOAPIC_DEASSERT_IRQ { get; } = new(nameof(VM_IOAPIC_DEASSERT_IRQ), 0x8004_7622);
    public static Command VM_IOAPIC_PULSE_IRQ { get; } = new(nameof(VM_IOAPIC_PULSE_IRQ), 0x8004_7623);
    public static Command VM_IOAPIC_PINCOUNT { get; } = new(nameof(VM_IOAPIC_PINCOUNT), 0x4004_7626);
    public static Command VM_ISA_ASSERT_IRQ { get; } = new(nameof(VM_ISA_ASSERT_IRQ), 0x8008_7650);
    public static Command VM_ISA_DEASSERT_IRQ { get; } = new(nameof(VM_ISA_DEASSERT_IRQ), 0x8008_7651);
    public static Command VM_ISA_PULSE_IRQ { get; } = new(nameof(VM_ISA_PULSE_IRQ), 0x8008_7652);
    public static Command VM_ISA_SET_IRQ_TRIGGER { get; } = new(nameof(VM_ISA_SET_IRQ_TRIGGER), 0x8008_7653);
    public static Command VM_GET_GPA_PMAP { get; } = new(nameof(VM_GET_GPA_PMAP), 0xC030_760C);
    public static Command VM_GET_HPET_CAPABILITIES { get; } = new(nameof(VM_GET_HPET_CAPABILITIES), 0x4004_763E);
    public static Command VM_RTC_READ { get; } = new(nameof(VM_RTC_READ), 0xC008_7664);
    public static Command VM_RTC_WRITE { get; } = new(nameof(VM_RTC_WRITE), 0x8008_7665);
    public static Command VM_RTC_GETTIME { get; } = new(nameof(VM_RTC_GETTIME), 0x4008_7667);
    public static Command VM_RTC_SETTIME { get; } = new(nameof(VM_RTC_SETTIME), 0x8008_7666);

    // Forms of older clients.
    public static Command VM_ALLOC_MEMSEG_12 { get; } = new(nameof(VM_ALLOC_MEMSEG_12), 0x8050_760E, Before.WholeMap | Before.AllVcpus);
    public static Command VM_GET_MEMSEG_12 { get; } = new(nameof(VM_GET_MEMSEG_12), 0xC050_760F, Before.SharedMap);
    public static Command VM_ALLOC_MEMSEG_14 { get; } = new(nameof(VM_ALLOC_MEMSEG_14), 0x8020_760E, Before.WholeMap | Before.AllVcpus);
    public static Command VM_GET_MEMSEG_14 { get; } = new(nameof(VM_GET_MEMSEG_14), 0xC020_760F, Before.SharedMap);
    public static Command VM_RUN_13 { get; } = new(nameof(VM_RUN_13), 0xC090_7601, Before.OneVcpu);
    public static Command VM_STATS_13 { get; } = new(nameof(VM_STATS_13), 0xC218_7632, Before.OneVcpu);
    public static Command VM_SNAPSHOT_REQ_13 { get; } = new(nameof(VM_SNAPSHOT_REQ_13), 0xC048_7671, Before.AllVcpus);

    /// <summary>Commands of the control device.</summary>
    public static IReadOnlyList<Command> OfControl { get; } = [VMMCTL_VM_CREATE, VMMCTL_VM_DESTROY];

    /// <summary>Commands of a VM's device.</summary>
    public static IReadOnlyList<Command> OfVm { get; } =
    [
        VM_GET_REGISTER, VM_SET_REGISTER, VM_GET_REGISTER_SET, VM_SET_REGISTER_SET, VM_GET_CAPABILITY, VM_SET_CAPABILITY,
        VM_ACTIVATE_CPU, VM_INJECT_EXCEPTION, VM_STATS, VM_STAT_DESC, VM_ALLOC_MEMSEG, VM_MMAP_MEMSEG, VM_MUNMAP_MEMSEG, VM_REINIT,
        VM_GET_MEMSEG, VM_MMAP_GETNEXT, VM_SUSPEND_CPU, VM_RESUME_CPU, VM_SUSPEND, VM_GET_CPUS, VM_GET_TOPOLOGY, VM_SET_TOPOLOGY,
        VM_RUN, VM_GET_SEGMENT_DESCRIPTOR, VM_SET_SEGMENT_DESCRIPTOR, VM_SET_X2APIC_STATE, VM_GLA2GPA, VM_GLA2GPA_NOFAULT,
        VM_SET_INTINFO, VM_GET_INTINFO, VM_RESTART_INSTRUCTION, VM_GET_KERNEMU_DEV, VM_SET_KERNEMU_DEV, VM_BIND_PPTDEV,
        VM_UNBIND_PPTDEV, VM_MAP_PPTDEV_MMIO, VM_UNMAP_PPTDEV_MMIO, VM_SNAPSHOT_REQ, VM_RESTORE_TIME, VM_INJECT_NMI, VM_LAPIC_IRQ,
        VM_GET_X2APIC_STATE, VM_LAPIC_LOCAL_IRQ, VM_PPTDEV_MSI, VM_PPTDEV_MSIX, VM_PPTDEV_DISABLE_MSIX, VM_LAPIC_MSI,
        VM_IOAPIC_ASSERT_IRQ, VM_IOAPIC_DEASSERT_IRQ, VM_IOAPIC_PULSE_IRQ, VM_IOAPIC_PINCOUNT, VM_ISA_ASSERT_IRQ,
        VM_ISA_DEASSERT_IRQ, VM_ISA_PULSE_IRQ, VM_ISA_SET_IRQ_TRIGGER, VM_GET_GPA_PMAP, VM_GET_HPET_CAPABILITIES, VM_RTC_READ,
        VM_RTC_WRITE, VM_RTC_GETTIME, VM_RTC_SETTIME, VM_ALLOC_MEMSEG_12, VM_GET_MEMSEG_12, VM_ALLOC_MEMSEG_14, VM_GET_MEMSEG_14,
        VM_RUN_13, VM_STATS_13, VM_SNAPSHOT_REQ_13,
    ];
}
