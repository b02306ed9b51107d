using VmmEngine.Backends;
using VmmEngine.Memory;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>One exit that a scripted vCPU plays: the parts of <see cref="VcpuExit"/> that such a guest needs.</summary>
public readonly record struct ScriptedExit(ExitReason Reason, byte Size = 0, ushort Port = 0, ulong Address = 0, ulong Data = 0, ExitFlags Flags = ExitFlags.None, ulong Detail = 0)
{
    /// <summary>OUT.</summary>
    public static ScriptedExit Out(ushort port, byte size, uint value) => new(ExitReason.PortOut, size, port, Data: value);

    /// <summary>IN.</summary>
    public static ScriptedExit In(ushort port, byte size) => new(ExitReason.PortIn, size, port);

    /// <summary>A write to device memory.</summary>
    public static ScriptedExit Write(Gpa address, byte size, ulong value) => new(ExitReason.MmioWrite, size, Address: address.Value, Data: value);

    /// <summary>A read of device memory.</summary>
    public static ScriptedExit Read(Gpa address, byte size) => new(ExitReason.MmioRead, size, Address: address.Value);

    /// <summary>HLT.</summary>
    public static ScriptedExit Halt(bool interruptsDisabled = false) =>
        new(ExitReason.Halt, Flags: interruptsDisabled ? ExitFlags.InterruptsDisabled : ExitFlags.None);
}
