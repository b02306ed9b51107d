namespace VmmEngine.Conformance.FreeBsd.Interface;

/// <summary>Exit codes, and reasons of a suspend.</summary>
internal static class Exits
{
    public const int Inout = 0;
    public const int Vmx = 1;
    public const int Bogus = 2;
    public const int Rdmsr = 3;
    public const int Wrmsr = 4;
    public const int SingleStep = 6;
    public const int Pause = 7;
    public const int InstructionEmulation = 9;
    public const int SpinupAp = 10;
    public const int Suspended = 14;
    public const int InoutString = 15;
    public const int TaskSwitch = 16;
    public const int Svm = 19;
    public const int ReqIdle = 20;
    public const int Debug = 21;
    public const int Breakpoint = 23;
    public const int Ipi = 24;
    public const int Db = 25;

    public const int Reset = 1;
    public const int PowerOff = 2;
    public const int Halt = 3;
    public const int TripleFault = 4;
    public const int Destroy = 5;

    /// <summary>Bytes of vm_exit.</summary>
    public const int Size = 136;
}

/// <summary>A vm_exit.</summary>
internal sealed class Exit(Struct bytes)
{
    public int Code => bytes.I32(0);

    public int Length => bytes.I32(4);

    public ulong Rip => bytes.U64(8);

    /// <summary>The fields behind, by their offset from the start of the struct.</summary>
    public Struct Fields => bytes;

    /// <summary>INOUT: bytes of the access.</summary>
    public int PortBytes => bytes.U16(16) & 7;

    /// <summary>INOUT: an IN.</summary>
    public bool IsIn => (bytes.U16(16) & 8) != 0;

    /// <summary>INOUT: the port.</summary>
    public int Port => bytes.U16(18);

    /// <summary>INOUT: EAX.</summary>
    public uint Eax => bytes.U32(20);

    /// <summary>SUSPENDED: why.</summary>
    public int Reason => bytes.I32(16);

    public override string ToString() => Code switch
    {
        Exits.Inout => $"INOUT {(IsIn ? "in" : "out")} port 0x{Port:X}, {PortBytes} bytes, eax 0x{Eax:X}, at 0x{Rip:X}",
        Exits.Suspended => $"SUSPENDED, reason {Reason}",
        Exits.InstructionEmulation => $"INST_EMUL at 0x{Rip:X}, gpa 0x{bytes.U64(16):X}",
        _ => $"exit code {Code}, length {Length}, at 0x{Rip:X}, then 0x{bytes.U64(16):X} 0x{bytes.U64(24):X}",
    };
}
