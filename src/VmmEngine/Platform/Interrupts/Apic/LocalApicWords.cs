using System.Runtime.InteropServices;

namespace VmmEngine.Platform;

/// <summary>The registers of a local APIC at a fixed address, so that a software vCPU reads its task priority and its mode without a call.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct LocalApicWords
{
    internal const int Count = 0x40;

    /// <summary>IA32_APIC_BASE: bit 8 boot processor, bit 10 x2APIC mode, bit 11 enabled, and the page's address, which is fixed.</summary>
    public ulong Base;

    /// <summary>Not 0: the guest is shown that it may switch to x2APIC mode.</summary>
    public uint OffersX2Apic;

    /// <summary>The registers by bits 4 to 9 of their offset in the page, which are bits 0 to 5 of their MSR's number.</summary>
    internal fixed uint Registers[Count];

    /// <summary>The task priority: 8 bits, of which CR8 is the upper half. Written by the vCPU's holder only.</summary>
    public uint TaskPriority
    {
        readonly get => Registers[LocalApicRegister.TaskPriority];
        set => Registers[LocalApicRegister.TaskPriority] = value;
    }
}
