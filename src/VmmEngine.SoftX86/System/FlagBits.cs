namespace VmmEngine.SoftX86;

/// <summary>The bits of RFLAGS that are not status flags; those are in <see cref="StatusFlags"/>.</summary>
internal static class FlagBits
{
    /// <summary>Bit 1, always set.</summary>
    public const ulong Fixed = 1 << 1;

    /// <summary>TF: #DB after every instruction.</summary>
    public const ulong Trap = 1 << 8;

    /// <summary>IF: external interrupts are accepted.</summary>
    public const ulong Interrupt = 1 << 9;

    /// <summary>DF: string instructions go down.</summary>
    public const ulong Direction = 1 << 10;

    /// <summary>IOPL: the least privileged level that may do input and output, and change IF.</summary>
    public const ulong IoPrivilege = 3 << IoPrivilegeShift;

    /// <summary>Where IOPL begins.</summary>
    public const int IoPrivilegeShift = 12;

    /// <summary>NT: IRET returns to the task in the TSS's back link.</summary>
    public const ulong NestedTask = 1 << 14;

    /// <summary>RF: no instruction breakpoint on the next instruction.</summary>
    public const ulong Resume = 1 << 16;

    /// <summary>VM: virtual-8086 mode.</summary>
    public const ulong Virtual8086 = 1 << 17;

    /// <summary>AC: alignment checks, and access to user pages in spite of SMAP.</summary>
    public const ulong AlignmentCheck = 1 << 18;

    /// <summary>VIF, of CR4.VME and CR4.PVI, which this processor has not: an ordinary bit of storage.</summary>
    public const ulong VirtualInterrupt = 1 << 19;

    /// <summary>VIP: the same.</summary>
    public const ulong VirtualInterruptPending = 1 << 20;

    /// <summary>ID: a bit that can be changed tells that there is CPUID.</summary>
    public const ulong Identification = 1 << 21;

    /// <summary>What POPF may change at CPL 0, VM, VIF, VIP and RF excepted.</summary>
    public const ulong Writable = StatusFlags.All | Trap | Interrupt | Direction | IoPrivilege | NestedTask | AlignmentCheck | Identification;

    /// <summary>All bits that exist.</summary>
    public const ulong All = Writable | Resume | Virtual8086 | VirtualInterrupt | VirtualInterruptPending;
}
