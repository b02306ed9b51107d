namespace VmmEngine.SoftX86;

/// <summary>The string instructions by size, as the tables name them.</summary>
internal static unsafe partial class StringOps
{
    /// <summary>MOVSB.</summary>
    public static Step MovsByte(Cpu* cpu, MicroOp* op) => Movs<byte>(cpu, op);

    /// <summary>MOVSW.</summary>
    public static Step MovsWord(Cpu* cpu, MicroOp* op) => Movs<ushort>(cpu, op);

    /// <summary>MOVSD.</summary>
    public static Step MovsDoubleword(Cpu* cpu, MicroOp* op) => Movs<uint>(cpu, op);

    /// <summary>MOVSQ.</summary>
    public static Step MovsQuadword(Cpu* cpu, MicroOp* op) => Movs<ulong>(cpu, op);

    /// <summary>STOSB.</summary>
    public static Step StosByte(Cpu* cpu, MicroOp* op) => Stos<byte>(cpu, op);

    /// <summary>STOSW.</summary>
    public static Step StosWord(Cpu* cpu, MicroOp* op) => Stos<ushort>(cpu, op);

    /// <summary>STOSD.</summary>
    public static Step StosDoubleword(Cpu* cpu, MicroOp* op) => Stos<uint>(cpu, op);

    /// <summary>STOSQ.</summary>
    public static Step StosQuadword(Cpu* cpu, MicroOp* op) => Stos<ulong>(cpu, op);

    /// <summary>LODSB.</summary>
    public static Step LodsByte(Cpu* cpu, MicroOp* op) => Lods<byte>(cpu, op);

    /// <summary>LODSW.</summary>
    public static Step LodsWord(Cpu* cpu, MicroOp* op) => Lods<ushort>(cpu, op);

    /// <summary>LODSD.</summary>
    public static Step LodsDoubleword(Cpu* cpu, MicroOp* op) => Lods<uint>(cpu, op);

    /// <summary>LODSQ.</summary>
    public static Step LodsQuadword(Cpu* cpu, MicroOp* op) => Lods<ulong>(cpu, op);

    /// <summary>SCASB.</summary>
    public static Step ScasByte(Cpu* cpu, MicroOp* op) => Scas<byte>(cpu, op);

    /// <summary>SCASW.</summary>
    public static Step ScasWord(Cpu* cpu, MicroOp* op) => Scas<ushort>(cpu, op);

    /// <summary>SCASD.</summary>
    public static Step ScasDoubleword(Cpu* cpu, MicroOp* op) => Scas<uint>(cpu, op);

    /// <summary>SCASQ.</summary>
    public static Step ScasQuadword(Cpu* cpu, MicroOp* op) => Scas<ulong>(cpu, op);

    /// <summary>CMPSB.</summary>
    public static Step CmpsByte(Cpu* cpu, MicroOp* op) => Cmps<byte>(cpu, op);

    /// <summary>CMPSW.</summary>
    public static Step CmpsWord(Cpu* cpu, MicroOp* op) => Cmps<ushort>(cpu, op);

    /// <summary>CMPSD.</summary>
    public static Step CmpsDoubleword(Cpu* cpu, MicroOp* op) => Cmps<uint>(cpu, op);

    /// <summary>CMPSQ.</summary>
    public static Step CmpsQuadword(Cpu* cpu, MicroOp* op) => Cmps<ulong>(cpu, op);
}
