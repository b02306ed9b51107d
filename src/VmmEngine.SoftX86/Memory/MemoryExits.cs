using VmmEngine.Backends;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86;

/// <summary>Why the memory system gave up on an instruction: <see cref="VcpuExit.Detail"/> of <see cref="ExitReason.Failure"/>.</summary>
internal enum MemoryFailure : ulong
{
    /// <summary>An exception or interrupt was to be delivered through tables or onto a stack where no memory is.</summary>
    DeviceInDelivery = 0x100,

    /// <summary>One instruction asked more of devices than can be remembered until it is complete.</summary>
    TooManyDeviceAccesses,

    /// <summary>A micro-op accesses memory in another way than it says.</summary>
    InconsistentMicroOp,
}

/// <summary>Records the exits that memory accesses cause.</summary>
internal static unsafe class MemoryExits
{
    /// <summary>The VM's map forbids the access.</summary>
    /// <returns><see cref="Step.Exit"/>.</returns>
    public static Step Forbidden(Cpu* cpu, ulong physical, ulong linear, uint size, Access access)
    {
        MemoryProtection needs = PhysicalRegion.Needs(access);
        VcpuExit* exit = Begin(cpu, ExitReason.MemoryFault, cpu->Current);
        exit->Size = (byte)Math.Min(size, byte.MaxValue);
        exit->Address = physical;
        exit->LinearAddress = linear;
        exit->Detail = (ulong)needs;
        return Step.Exit;
    }

    /// <summary>The instruction cannot be carried out.</summary>
    /// <returns><see cref="Step.Exit"/>.</returns>
    public static Step Failure(Cpu* cpu, ulong linear, MemoryFailure failure)
    {
        VcpuExit* exit = Begin(cpu, ExitReason.Failure, cpu->Current);
        exit->LinearAddress = linear;
        exit->Detail = (ulong)failure;
        return Step.Exit;
    }

    /// <summary>A device is to be asked or told.</summary>
    /// <returns><see cref="Step.Exit"/>.</returns>
    public static Step Device(Cpu* cpu, MicroOp* op, in MmioAccess access)
    {
        VcpuExit* exit = Begin(cpu, access.IsWrite ? ExitReason.MmioWrite : ExitReason.MmioRead, op);
        exit->Size = (byte)access.Size;
        exit->Address = access.Physical;
        exit->LinearAddress = access.Linear;
        exit->Data = access.Data;
        exit->Count = 1;
        exit->Elements = (byte*)&exit->Data;
        return Step.Exit;
    }

    private static VcpuExit* Begin(Cpu* cpu, ExitReason reason, MicroOp* op)
    {
        *cpu->Exit = new VcpuExit { Reason = reason, Rip = cpu->Rip, InstructionLength = op == null ? (byte)0 : op->Length };
        return cpu->Exit;
    }
}
