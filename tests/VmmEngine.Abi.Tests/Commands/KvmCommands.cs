namespace VmmEngine.Abi.Tests.Commands;

/// <summary>
/// KVM's commands as a C compiler evaluates linux/kvm.h of x86-64: name, number, direction, bytes, command word; KVM takes
/// its own locks, so there are no preconditions.
/// </summary>
internal static class KvmCommands
{
    /// <summary>Descriptor of /dev/kvm.</summary>
    public static readonly string[] System =
    [
        "KVM_GET_API_VERSION               0  IO    0  0x0000AE00  -",
        "KVM_CREATE_VM                     1  IO    0  0x0000AE01  -",
        "KVM_GET_MSR_INDEX_LIST            2  IOWR  4  0xC004AE02  -",
        "KVM_CHECK_EXTENSION               3  IO    0  0x0000AE03  -",
        "KVM_GET_VCPU_MMAP_SIZE            4  IO    0  0x0000AE04  -",
        "KVM_GET_SUPPORTED_CPUID           5  IOWR  8  0xC008AE05  -",
        "KVM_GET_EMULATED_CPUID            9  IOWR  8  0xC008AE09  -",
        "KVM_GET_MSR_FEATURE_INDEX_LIST   10  IOWR  4  0xC004AE0A  -",
        "KVM_GET_MSRS                    136  IOWR  8  0xC008AE88  -",
    ];

    /// <summary>Descriptor of a VM.</summary>
    public static readonly string[] Vm =
    [
        "KVM_CHECK_EXTENSION              3  IO      0  0x0000AE03  -",
        "KVM_CREATE_VCPU                 65  IO      0  0x0000AE41  -",
        "KVM_GET_DIRTY_LOG               66  IOW    16  0x4010AE42  -",
        "KVM_SET_USER_MEMORY_REGION      70  IOW    32  0x4020AE46  -",
        "KVM_SET_TSS_ADDR                71  IO      0  0x0000AE47  -",
        "KVM_SET_IDENTITY_MAP_ADDR       72  IOW     8  0x4008AE48  -",
        "KVM_CREATE_IRQCHIP              96  IO      0  0x0000AE60  -",
        "KVM_IRQ_LINE                    97  IOW     8  0x4008AE61  -",
        "KVM_GET_IRQCHIP                 98  IOWR  520  0xC208AE62  -",
        "KVM_SET_IRQCHIP                 99  IOR   520  0x8208AE63  -",
        "KVM_IRQ_LINE_STATUS            103  IOWR    8  0xC008AE67  -",
        "KVM_REGISTER_COALESCED_MMIO    103  IOW    16  0x4010AE67  -",
        "KVM_UNREGISTER_COALESCED_MMIO  104  IOW    16  0x4010AE68  -",
        "KVM_SET_GSI_ROUTING            106  IOW     8  0x4008AE6A  -",
        "KVM_REINJECT_CONTROL           113  IO      0  0x0000AE71  -",
        "KVM_IRQFD                      118  IOW    32  0x4020AE76  -",
        "KVM_CREATE_PIT2                119  IOW    64  0x4040AE77  -",
        "KVM_SET_BOOT_CPU_ID            120  IO      0  0x0000AE78  -",
        "KVM_IOEVENTFD                  121  IOW    64  0x4040AE79  -",
        "KVM_SET_CLOCK                  123  IOW    48  0x4030AE7B  -",
        "KVM_GET_CLOCK                  124  IOR    48  0x8030AE7C  -",
        "KVM_GET_PIT2                   159  IOR   112  0x8070AE9F  -",
        "KVM_SET_PIT2                   160  IOW   112  0x4070AEA0  -",
        "KVM_ENABLE_CAP                 163  IOW   104  0x4068AEA3  -",
        "KVM_SIGNAL_MSI                 165  IOW    32  0x4020AEA5  -",
        "KVM_CLEAR_DIRTY_LOG            192  IOWR   24  0xC018AEC0  -",
        "KVM_X86_SET_MSR_FILTER         198  IOW   392  0x4188AEC6  -",
        "KVM_CREATE_DEVICE              224  IOWR   12  0xC00CAEE0  -",
    ];

    /// <summary>Descriptor of a vCPU.</summary>
    public static readonly string[] Vcpu =
    [
        "KVM_RUN                   128  IO       0  0x0000AE80  -",
        "KVM_GET_REGS              129  IOR    144  0x8090AE81  -",
        "KVM_SET_REGS              130  IOW    144  0x4090AE82  -",
        "KVM_GET_SREGS             131  IOR    312  0x8138AE83  -",
        "KVM_SET_SREGS             132  IOW    312  0x4138AE84  -",
        "KVM_TRANSLATE             133  IOWR    24  0xC018AE85  -",
        "KVM_INTERRUPT             134  IOW      4  0x4004AE86  -",
        "KVM_GET_MSRS              136  IOWR     8  0xC008AE88  -",
        "KVM_SET_MSRS              137  IOW      8  0x4008AE89  -",
        "KVM_SET_SIGNAL_MASK       139  IOW      4  0x4004AE8B  -",
        "KVM_GET_FPU               140  IOR    416  0x81A0AE8C  -",
        "KVM_SET_FPU               141  IOW    416  0x41A0AE8D  -",
        "KVM_GET_LAPIC             142  IOR   1024  0x8400AE8E  -",
        "KVM_SET_LAPIC             143  IOW   1024  0x4400AE8F  -",
        "KVM_SET_CPUID2            144  IOW      8  0x4008AE90  -",
        "KVM_GET_CPUID2            145  IOWR     8  0xC008AE91  -",
        "KVM_TPR_ACCESS_REPORTING  146  IOWR    40  0xC028AE92  -",
        "KVM_GET_MP_STATE          152  IOR      4  0x8004AE98  -",
        "KVM_SET_MP_STATE          153  IOW      4  0x4004AE99  -",
        "KVM_NMI                   154  IO       0  0x0000AE9A  -",
        "KVM_SET_GUEST_DEBUG       155  IOW     72  0x4048AE9B  -",
        "KVM_GET_VCPU_EVENTS       159  IOR     64  0x8040AE9F  -",
        "KVM_SET_VCPU_EVENTS       160  IOW     64  0x4040AEA0  -",
        "KVM_GET_DEBUGREGS         161  IOR    128  0x8080AEA1  -",
        "KVM_SET_DEBUGREGS         162  IOW    128  0x4080AEA2  -",
        "KVM_SET_TSC_KHZ           162  IO       0  0x0000AEA2  -",
        "KVM_GET_TSC_KHZ           163  IO       0  0x0000AEA3  -",
        "KVM_ENABLE_CAP            163  IOW    104  0x4068AEA3  -",
        "KVM_GET_XSAVE             164  IOR   4096  0x9000AEA4  -",
        "KVM_SET_XSAVE             165  IOW   4096  0x5000AEA5  -",
        "KVM_GET_XCRS              166  IOR    392  0x8188AEA6  -",
        "KVM_SET_XCRS              167  IOW    392  0x4188AEA7  -",
        "KVM_KVMCLOCK_CTRL         173  IO       0  0x0000AEAD  -",
        "KVM_GET_SREGS2            204  IOR    320  0x8140AECC  -",
        "KVM_SET_SREGS2            205  IOW    320  0x4140AECD  -",
        "KVM_GET_XSAVE2            207  IOR   4096  0x9000AECF  -",
    ];

    /// <summary>Descriptor of a device in the kernel.</summary>
    public static readonly string[] Device =
    [
        "KVM_SET_DEVICE_ATTR  225  IOW  24  0x4018AEE1  -",
        "KVM_GET_DEVICE_ATTR  226  IOW  24  0x4018AEE2  -",
        "KVM_HAS_DEVICE_ATTR  227  IOW  24  0x4018AEE3  -",
    ];
}
