using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>An exception or interrupt on its way to its handler.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PendingException
{
    /// <summary>The vector.</summary>
    public byte Vector;

    /// <summary>Not 0: an error code is pushed.</summary>
    public byte HasErrorCode;

    /// <summary>What raised it.</summary>
    public ExceptionKind Kind;

    private readonly byte _reserved;

    /// <summary>The error code.</summary>
    public uint ErrorCode;

    /// <summary>For #PF: the linear address, which goes into CR2.</summary>
    public ulong Address;
}

/// <summary>What raised an exception or interrupt.</summary>
internal enum ExceptionKind : byte
{
    /// <summary>The processor: a fault; RIP is the instruction's.</summary>
    Fault,

    /// <summary>The processor: a trap; RIP is behind the instruction.</summary>
    Trap,

    /// <summary>INT n, INT3, INTO: gate privilege is checked.</summary>
    Software,

    /// <summary>The interrupt controller.</summary>
    External,

    /// <summary>NMI.</summary>
    Nmi,
}
