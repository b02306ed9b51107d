namespace VmmEngine.Abi.Tests.Commands;

/// <summary>
/// OpenBSD's commands as the fact sheet lists them in section 2: name, number, direction, bytes, command word, and the
/// preconditions of its section 9.
/// </summary>
internal static class OpenBsdCommands
{
    /// <summary>Revision B.</summary>
    public static readonly string[] Baseline =
    [
        "VMM_IOC_CREATE          1  IOWR  600  0xC2585601  -",
        "VMM_IOC_RUN             2  IOWR   48  0xC0305602  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_INFO            3  IOWR   24  0xC0185603  -",
        "VMM_IOC_TERM            4  IOW     4  0x80045604  FIND_VM",
        "VMM_IOC_RESETCPU        5  IOW   576  0x82405605  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_INTR            6  IOW    12  0x800C5606  FIND_VM|FIND_VCPU",
        "VMM_IOC_READREGS        7  IOWR  584  0xC2485607  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_WRITEREGS       8  IOW   584  0x82485608  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_READVMPARAMS    9  IOWR   32  0xC0205609  FIND_VM|FIND_VCPU",
        "VMM_IOC_WRITEVMPARAMS  10  IOW    32  0x8020560A  FIND_VM|FIND_VCPU",
        "VMM_IOC_SHAREMEM       11  IOW   528  0x8210560B  FIND_VM|SLOCK_MEMSEGS",
        "VMM_IOC_MPROTECT_EPT   11  IOW    32  0x8020560B  FIND_VM|XLOCK_MEMSEGS|FIND_VCPU|LOCK_ALL_VCPUS",
    ];

    /// <summary>Revision N.</summary>
    public static readonly string[] Newer =
    [
        "VMM_IOC_CREATE          1  IOWR  2656  0xCA605601  -",
        "VMM_IOC_RUN             2  IOWR    40  0xC0285602  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_INFO            3  IOWR    24  0xC0185603  -",
        "VMM_IOC_TERM            4  IOW      4  0x80045604  FIND_VM",
        "VMM_IOC_RESETCPU        5  IOW    576  0x82405605  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_INTR            6  IOW     12  0x800C5606  FIND_VM|FIND_VCPU",
        "VMM_IOC_READREGS        7  IOWR   584  0xC2485607  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_WRITEREGS       8  IOW    584  0x82485608  FIND_VM|LOCK_ONE_VCPU",
        "VMM_IOC_READVMPARAMS    9  IOWR    32  0xC0205609  FIND_VM|FIND_VCPU",
        "VMM_IOC_WRITEVMPARAMS  10  IOW     32  0x8020560A  FIND_VM|FIND_VCPU",
        "VMM_IOC_SHAREMEM       11  IOWR   656  0xC290560B  FIND_VM|SLOCK_MEMSEGS",
    ];
}
