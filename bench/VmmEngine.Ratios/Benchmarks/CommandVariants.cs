using System.Runtime.CompilerServices;
using VmmEngine.Locks;
using VmmEngine.Ratios.Generated;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>The engine's side of the command benchmarks: generated commands over real locks, and handlers that do nothing.</summary>
internal abstract class CommandVariant(RatioWorld world, CommandStream[] streams) : Variant
{
    public override long MaximumCount => streams[0].Length;

    public override ulong Run(int thread, long count) => Run(world.Call(thread), streams[thread], count);

    protected abstract ulong Run(in RatioCall call, CommandStream stream, long count);
}

/// <summary>With the rows' locks.</summary>
internal sealed class LockedCommandVariant(RatioWorld world, CommandStream[] streams) : CommandVariant(world, streams)
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override unsafe ulong Run(in RatioCall call, CommandStream stream, long count)
    {
        uint* end = stream.Commands + count;
        void** argument = stream.Arguments;
        ulong sum = 0;
        for (uint* command = stream.Commands; command < end; command++, argument++)
        {
            sum += (ulong)LockedCommands<ProcessorAtomics, LockedHandlers>.Ioctl(in call, *command, *argument);
        }

        return sum;
    }
}

/// <summary>Without any lock.</summary>
internal sealed class BareCommandVariant(RatioWorld world, CommandStream[] streams) : CommandVariant(world, streams)
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override unsafe ulong Run(in RatioCall call, CommandStream stream, long count)
    {
        uint* end = stream.Commands + count;
        void** argument = stream.Arguments;
        ulong sum = 0;
        for (uint* command = stream.Commands; command < end; command++, argument++)
        {
            sum += (ulong)BareCommands<ProcessorAtomics, BareHandlers>.Ioctl(in call, *command, *argument);
        }

        return sum;
    }
}

/// <summary>With the rows' locks, and through the device's gate, which keeps callers out of a VM that is being destroyed.</summary>
internal sealed class EnteringCommandVariant(RatioWorld world, CommandStream[] streams) : CommandVariant(world, streams)
{
    private const ulong NoSuchDevice = 6;

    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override unsafe ulong Run(in RatioCall call, CommandStream stream, long count)
    {
        uint* end = stream.Commands + count;
        void** argument = stream.Arguments;
        ulong sum = 0;
        for (uint* command = stream.Commands; command < end; command++, argument++)
        {
            if (!SlotLocks<ProcessorAtomics>.TryEnterShared(ref call.Locks.Gate, ref call.Line.Gate))
            {
                sum += NoSuchDevice;
                continue;
            }

            sum += (ulong)LockedCommands<ProcessorAtomics, LockedHandlers>.Ioctl(in call, *command, *argument);
            SlotLocks<ProcessorAtomics>.ExitShared(ref call.Locks.Gate, ref call.Line.Gate);
        }

        return sum;
    }
}
