using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86;

/// <summary>A vCPU's accesses to its own local APIC, in its page and as MSRs: answered before anybody else sees the exit, for no one else has this APIC.</summary>
internal static unsafe class ApicAccess
{
    /// <summary>True for the MSRs that are the APIC's.</summary>
    public static bool IsMsr(uint number) =>
        number is ModelSpecific.ApicBase or ModelSpecific.TscDeadline or (>= LocalApic.FirstMsr and <= LocalApic.LastMsr);

    /// <summary>Answers an exit that is such an access; the next entry completes it.</summary>
    /// <returns>False if it is not one.</returns>
    public static bool TryAnswer(VcpuExit* exit, LocalApic apic)
    {
        ulong offset = exit->Address - LocalApic.Page;
        switch (exit->Reason)
        {
            case ExitReason.MmioRead when offset < LocalApic.PageSize:
                exit->Data = apic.Read((uint)offset) & (ulong.MaxValue >> (64 - (8 * exit->Size)));
                return true;

            case ExitReason.MmioWrite when offset < LocalApic.PageSize:
                _ = apic.Write((uint)offset, exit->Size, (uint)exit->Data);
                return true;

            case ExitReason.MsrRead when IsMsr((uint)exit->Detail):
                Refuse(exit, TryRead((uint)exit->Detail, out exit->Data, apic));
                return true;

            case ExitReason.MsrWrite when IsMsr((uint)exit->Detail):
                Refuse(exit, TryWrite((uint)exit->Detail, exit->Data, apic));
                return true;

            default:
                return false;
        }
    }

    /// <summary>Makes the exit of what the vCPU has asked of other processors; its instruction is complete.</summary>
    public static void Report(Cpu* cpu, in StartupRequest request) => *cpu->Exit = new VcpuExit
    {
        Reason = ExitReason.Startup,
        Address = request.Targets,
        Detail = (ulong)request.Mode << 8,
        Data = request.Vector,
        Count = 1,
        Flags = request.IsSingle ? ExitFlags.SingleTarget : ExitFlags.None,
    };

    private static bool TryRead(uint number, out ulong value, LocalApic apic)
    {
        value = apic.Deadline;
        return number == ModelSpecific.TscDeadline || apic.TryReadMsr(number, out value);
    }

    private static bool TryWrite(uint number, ulong value, LocalApic apic)
    {
        switch (number)
        {
            case ModelSpecific.TscDeadline:
                apic.Deadline = value;
                return true;

            case ModelSpecific.ApicBase:
                return apic.TryWriteBase(value);

            default:
                return apic.TryWriteMsr(number, value);
        }
    }

    private static void Refuse(VcpuExit* exit, bool accepted) =>
        exit->Flags = accepted ? exit->Flags & ~ExitFlags.Refused : exit->Flags | ExitFlags.Refused;
}
