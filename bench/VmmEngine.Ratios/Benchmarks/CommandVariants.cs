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
        uint* commands = stream.Commands;
        void** arguments = stream.Arguments;
        ulong sum = 0;
        for (long i = 0; i < count; i++)
        {
            sum += (ulong)LockedCommands<ProcessorAtomics, LockedHandlers>.Ioctl(in call, commands[i], arguments[i]);
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
        uint* commands = stream.Commands;
        void** arguments = stream.Arguments;
        ulong sum = 0;
        for (long i = 0; i < count; i++)
        {
            sum += (ulong)BareCommands<ProcessorAtomics, BareHandlers>.Ioctl(in call, commands[i], arguments[i]);
        }

        return sum;
    }
}
