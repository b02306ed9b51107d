namespace VmmEngine.Conformance.OpenBsd.Interface;

/// <summary>Exit reasons, in the numbers of Intel processors.</summary>
internal static class Exits
{
    public const int ExternalInterrupt = 1;
    public const int TripleFault = 2;
    public const int InterruptWindow = 7;
    public const int Halt = 12;
    public const int Io = 30;
    public const int EptViolation = 48;
    public const int None = 0xFFFF;

    /// <summary>Kinds of memory exits.</summary>
    public const int MmioAssist = 2;
    public const int Protect = 3;

    /// <summary>Bytes of vm_exit.</summary>
    public const int Size = 600;

    public static string NameOf(int reason) => reason switch
    {
        ExternalInterrupt => "EXTINT",
        TripleFault => "TRIPLE_FAULT",
        InterruptWindow => "INT_WINDOW",
        Halt => "HLT",
        Io => "IO",
        EptViolation => "EPT_VIOLATION",
        None => "NONE",
        _ => $"reason {reason}",
    };
}

/// <summary>What a run came back with: the client's vm_exit, and the two results beside it.</summary>
/// <param name="Fields">The vm_exit, to be edited for an answer.</param>
/// <param name="Reason">vrp_exit_reason.</param>
/// <param name="Ready">vrp_irqready.</param>
internal sealed record Exit(Struct Fields, int Reason, bool Ready)
{
    private const int RegistersAt = 24;
    private const int PrivilegeAt = 592;

    public RegisterState Registers => new(Fields, RegistersAt);

    public ulong Rip => Registers.Gpr(RegisterState.Rip);

    public int Privilege => Fields.I32(PrivilegeAt);

    // Of ports.
    public int PortBytes => Fields.U8(0);

    public bool IsIn => Fields.U8(1) != 0;

    public bool IsRepeated => Fields.U8(2) != 0;

    public bool IsString => Fields.U8(3) != 0;

    public int Encoding => Fields.U8(4);

    public int Port => Fields.U16(6);

    public uint Data
    {
        get => Fields.U32(8);
        set => Fields.U32(8, value);
    }

    public int PortLength => Fields.U8(12);

    // Of memory.
    public int FaultType => Fields.U8(0);

    public int FaultInformation => Fields.U8(1);

    public int FaultLength => Fields.U8(2);

    public override string ToString() => Reason switch
    {
        Exits.Io => $"IO {(IsIn ? "in" : "out")} port 0x{Port:X}, {PortBytes} bytes, data 0x{Data:X}, at 0x{Rip:X}",
        Exits.EptViolation => $"EPT_VIOLATION of type {FaultType}, length {FaultLength}, at 0x{Rip:X}",
        _ => $"{Exits.NameOf(Reason)} at 0x{Rip:X}",
    };
}
