using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Bus;

namespace VmmEngine.RunLoop;

/// <content>Exits that a device may answer.</content>
public static unsafe partial class RunLoop<TBackend>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RunResult WritePort(DeviceBus bus, VcpuExit* exit, RunFlags flags) =>
        exit->Count == 1 && bus.TryWritePort(exit->Port, exit->Size, (uint)exit->Data) ? Resume : WritePortRarely(bus, exit, flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RunResult ReadPort(DeviceBus bus, VcpuExit* exit, RunFlags flags)
    {
        if (exit->Count != 1 || !bus.TryReadPort(exit->Port, exit->Size, out uint value))
        {
            return ReadPortRarely(bus, exit, flags);
        }

        exit->Data = value & AllOnes(exit->Size);
        return Resume;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RunResult WriteMmio(DeviceBus bus, VcpuExit* exit, RunFlags flags) =>
        bus.TryWriteMmio(exit->Address, exit->Size, exit->Data) ? Resume : Unclaimed(flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RunResult ReadMmio(DeviceBus bus, VcpuExit* exit, RunFlags flags)
    {
        if (bus.TryReadMmio(exit->Address, exit->Size, out ulong value))
        {
            exit->Data = value & AllOnes(exit->Size);
            return Resume;
        }

        exit->Data = AllOnes(exit->Size);
        return Unclaimed(flags);
    }

    // A string instruction, or a port that is nobody's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RunResult WritePortRarely(DeviceBus bus, VcpuExit* exit, RunFlags flags)
    {
        bool claimed = exit->Count != 1;
        for (uint i = 0; i < exit->Count && claimed; i++)
        {
            claimed = bus.TryWritePort(exit->Port, exit->Size, StringIo.Read(exit, i));
        }

        return claimed ? Resume : Unclaimed(flags);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RunResult ReadPortRarely(DeviceBus bus, VcpuExit* exit, RunFlags flags)
    {
        if (exit->Count == 1)
        {
            exit->Data = AllOnes(exit->Size);
            return Unclaimed(flags);
        }

        bool claimed = true;
        for (uint i = 0; i < exit->Count; i++)
        {
            claimed &= bus.TryReadPort(exit->Port, exit->Size, out uint value);
            StringIo.Write(exit, i, claimed ? value : uint.MaxValue);
        }

        return claimed ? Resume : Unclaimed(flags);
    }

    private static RunResult UnknownMsr(VcpuExit* exit, RunFlags flags)
    {
        exit->Flags |= ExitFlags.Refused; // a caller that knows the register takes it back
        return Unclaimed(flags);
    }

    // What nobody claims is the caller's, unless the caller wants it as a PC has it.
    private static RunResult Unclaimed(RunFlags flags) =>
        (flags & RunFlags.AnswerUnclaimed) != 0 ? Resume : RunResult.Exit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AllOnes(byte size) => ulong.MaxValue >> (64 - (8 * size));
}
