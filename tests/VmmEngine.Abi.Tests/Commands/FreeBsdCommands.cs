namespace VmmEngine.Abi.Tests.Commands;

/// <summary>
/// FreeBSD's commands as the fact sheet lists them: name, number, direction, bytes, command word, preconditions in the order in
/// which they are taken.
/// </summary>
internal static class FreeBsdCommands
{
    /// <summary>Section 2.1; the preconditions from section 2.3: creation holds the list throughout, destruction only at moments.</summary>
    public static readonly string[] Control =
    [
        "VMMCTL_VM_CREATE   0  IOWR  296  0xC1285600  XLOCK_VMLIST",
        "VMMCTL_VM_DESTROY  1  IOWR  296  0xC1285601  -",
    ];

    /// <summary>Section 3.2.</summary>
    public static readonly string[] Generic =
    [
        "VM_GET_REGISTER      21  IOWR   16  0xC0107615  LOCK_ONE_VCPU",
        "VM_SET_REGISTER      20  IOW    16  0x80107614  LOCK_ONE_VCPU",
        "VM_GET_REGISTER_SET  25  IOWR   24  0xC0187619  LOCK_ONE_VCPU",
        "VM_SET_REGISTER_SET  24  IOW    24  0x80187618  LOCK_ONE_VCPU",
        "VM_GET_CAPABILITY     3  IOWR   16  0xC0107603  LOCK_ONE_VCPU",
        "VM_SET_CAPABILITY     2  IOW    16  0x80107602  LOCK_ONE_VCPU",
        "VM_ACTIVATE_CPU      90  IOW     4  0x8004765A  LOCK_ONE_VCPU",
        "VM_INJECT_EXCEPTION  30  IOW    20  0x8014761E  LOCK_ONE_VCPU",
        "VM_STATS             50  IOWR  544  0xC2207632  LOCK_ONE_VCPU",
        "VM_STAT_DESC         51  IOWR  132  0xC0847633  -",
        "VM_ALLOC_MEMSEG      14  IOW    56  0x8038760E  XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_MMAP_MEMSEG       16  IOW    40  0x80287610  XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_MUNMAP_MEMSEG     19  IOW    16  0x80107613  XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_REINIT             5  IO      0  0x20007605  XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_GET_MEMSEG        15  IOWR   56  0xC038760F  SLOCK_MEMSEGS",
        "VM_MMAP_GETNEXT      17  IOWR   40  0xC0287611  SLOCK_MEMSEGS",
        "VM_SUSPEND_CPU       92  IOW     4  0x8004765C  MAYBE_ALLOC_VCPU",
        "VM_RESUME_CPU        93  IOW     4  0x8004765D  MAYBE_ALLOC_VCPU",
        "VM_SUSPEND            4  IOW     4  0x80047604  -",
        "VM_GET_CPUS          91  IOW    16  0x8010765B  -",
        "VM_GET_TOPOLOGY      64  IOR     8  0x40087640  -",
        "VM_SET_TOPOLOGY      63  IOW     8  0x8008763F  -",
    ];

    /// <summary>Section 3.3.</summary>
    public static readonly string[] Amd64 =
    [
        "VM_RUN                       1  IOW   32  0x80207601  LOCK_ONE_VCPU",
        "VM_GET_SEGMENT_DESCRIPTOR   23  IOWR  24  0xC0187617  LOCK_ONE_VCPU",
        "VM_SET_SEGMENT_DESCRIPTOR   22  IOW   24  0x80187616  LOCK_ONE_VCPU",
        "VM_SET_X2APIC_STATE         60  IOW    8  0x8008763C  LOCK_ONE_VCPU",
        "VM_GLA2GPA                  13  IOWR  56  0xC038760D  LOCK_ONE_VCPU",
        "VM_GLA2GPA_NOFAULT          18  IOWR  56  0xC0387612  LOCK_ONE_VCPU",
        "VM_SET_INTINFO              29  IOW   24  0x8018761D  LOCK_ONE_VCPU",
        "VM_GET_INTINFO              28  IOWR  24  0xC018761C  LOCK_ONE_VCPU",
        "VM_RESTART_INSTRUCTION      39  IOW    4  0x80047627  LOCK_ONE_VCPU",
        "VM_GET_KERNEMU_DEV          26  IOWR  24  0xC018761A  LOCK_ONE_VCPU",
        "VM_SET_KERNEMU_DEV          27  IOW   24  0x8018761B  LOCK_ONE_VCPU",
        "VM_BIND_PPTDEV              40  IOW   12  0x800C7628  PPT|XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_UNBIND_PPTDEV            41  IOW   12  0x800C7629  PPT|XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_MAP_PPTDEV_MMIO          42  IOW   40  0x8028762A  PPT|LOCK_ALL_VCPUS",
        "VM_UNMAP_PPTDEV_MMIO        46  IOW   40  0x8028762E  PPT|LOCK_ALL_VCPUS",
        "VM_SNAPSHOT_REQ            113  IOWR  64  0xC0407671  LOCK_ALL_VCPUS",
        "VM_RESTORE_TIME            115  IOWR   4  0xC0047673  LOCK_ALL_VCPUS",
        "VM_INJECT_NMI               32  IOW    4  0x80047620  LOCK_ONE_VCPU",
        "VM_LAPIC_IRQ                31  IOW    8  0x8008761F  LOCK_ONE_VCPU",
        "VM_GET_X2APIC_STATE         61  IOWR   8  0xC008763D  LOCK_ONE_VCPU",
        "VM_LAPIC_LOCAL_IRQ          37  IOW    8  0x80087625  MAYBE_ALLOC_VCPU",
        "VM_PPTDEV_MSI               43  IOW   40  0x8028762B  PPT",
        "VM_PPTDEV_MSIX              44  IOW   48  0x8030762C  PPT",
        "VM_PPTDEV_DISABLE_MSIX      45  IOW   12  0x800C762D  PPT",
        "VM_LAPIC_MSI                36  IOW   16  0x80107624  -",
        "VM_IOAPIC_ASSERT_IRQ        33  IOW    4  0x80047621  -",
        "VM_IOAPIC_DEASSERT_IRQ      34  IOW    4  0x80047622  -",
        "VM_IOAPIC_PULSE_IRQ         35  IOW    4  0x80047623  -",
        "VM_IOAPIC_PINCOUNT          38  IOR    4  0x40047626  -",
        "VM_ISA_ASSERT_IRQ           80  IOW    8  0x80087650  -",
        "VM_ISA_DEASSERT_IRQ         81  IOW    8  0x80087651  -",
        "VM_ISA_PULSE_IRQ            82  IOW    8  0x80087652  -",
        "VM_ISA_SET_IRQ_TRIGGER      83  IOW    8  0x80087653  -",
        "VM_GET_GPA_PMAP             12  IOWR  48  0xC030760C  -",
        "VM_GET_HPET_CAPABILITIES    62  IOR    4  0x4004763E  -",
        "VM_RTC_READ                100  IOWR   8  0xC0087664  -",
        "VM_RTC_WRITE               101  IOW    8  0x80087665  -",
        "VM_RTC_GETTIME             103  IOR    8  0x40087667  -",
        "VM_RTC_SETTIME             102  IOW    8  0x80087666  -",
    ];

    /// <summary>Section 3.4.</summary>
    public static readonly string[] Compat =
    [
        "VM_ALLOC_MEMSEG_12   14  IOW    80  0x8050760E  XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_GET_MEMSEG_12     15  IOWR   80  0xC050760F  SLOCK_MEMSEGS",
        "VM_ALLOC_MEMSEG_14   14  IOW    32  0x8020760E  XLOCK_MEMSEGS|LOCK_ALL_VCPUS",
        "VM_GET_MEMSEG_14     15  IOWR   32  0xC020760F  SLOCK_MEMSEGS",
        "VM_RUN_13             1  IOWR  144  0xC0907601  LOCK_ONE_VCPU",
        "VM_STATS_13          50  IOWR  536  0xC2187632  LOCK_ONE_VCPU",
        "VM_SNAPSHOT_REQ_13  113  IOWR   72  0xC0487671  LOCK_ALL_VCPUS",
    ];
}
